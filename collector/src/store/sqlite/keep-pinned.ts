/**
 * Copies what a pinned trace has in a partition that is about to go into a small sealed partition of
 * its own. The copy is complete and synced before it gets its name, and is no partition until the
 * other one is gone: so at every moment one of the two answers, and never both.
 */
import { renameSync } from 'node:fs'
import type { UnixMillis } from '../../model/time.ts'
import { DictionaryBuilder } from '../columns/dictionaries.ts'
import type { LogBlock } from '../columns/log-block.ts'
import type { SpanBlock } from '../columns/span-block.ts'
import { failPoint } from '../../durable/fail-point.ts'
import { pinName, removeDatabase, syncFile, type DataFolder, type PartitionFile } from './folder.ts'
import { lookupEntry } from './lookup-index.ts'
import { CONTENT_CHECKSUM, contentChecksumNow } from './partition-check.ts'
import { PartitionReader } from './partition-reader.ts'
import { PartitionWriter } from './partition-writer.ts'
import { SEALED_PAGE_BYTES } from './seal.ts'
import { SEALED_AT } from './sealed-times.ts'
import { SmallBlocks } from './small-blocks.ts'

/**
 * @param file a sealed partition
 * @throws what `isDamage` knows where it cannot be read, and what the system says where the disk is full
 */
export function keepPinned(
  folder: DataFolder,
  file: PartitionFile,
  traceIds: readonly string[],
  now: UnixMillis,
): void {
  if (traceIds.length === 0) return
  const source = new PartitionReader(file.path)
  try {
    for (const traceId of traceIds) keepTrace(source, folder, file, traceId, now)
  } finally {
    source.close()
  }
  syncFile(folder.partitionsPath)
}

function keepTrace(
  source: PartitionReader,
  folder: DataFolder,
  { first, last }: PartitionFile,
  traceId: string,
  now: UnixMillis,
): void {
  const id = Buffer.from(traceId, 'hex')
  const blocks = source
    .blocksOfId(id)
    .map(meta => source.open(meta))
    .map(block => ({ block, rows: block.rowsOfTrace(id) }))
    .filter(({ rows }) => rows.length > 0)
  if (blocks.length === 0) return
  const path = folder.partitionPath(pinName({ first, last: last! }, traceId))
  const unfinished = `${path}.tmp`
  removeDatabase(unfinished)
  const target = new PartitionWriter(unfinished, first, SEALED_PAGE_BYTES)
  try {
    target.db.pragma('journal_mode = DELETE')
    target.db.pragma('synchronous = OFF')
    target.db.transaction(() => {
      target.setMeta(SEALED_AT, Math.floor(now))
      copyRows(blocks, target, last!)
    })()
  } finally {
    target.close()
  }
  failPoint('pin.copied')
  syncFile(unfinished)
  renameSync(unfinished, path)
  failPoint('pin.renamed')
}

function copyRows(
  blocks: readonly { readonly block: SpanBlock | LogBlock; readonly rows: readonly number[] }[],
  target: PartitionWriter,
  last: number,
): void {
  const dictionary = new DictionaryBuilder()
  const entries: number[] = []
  const copy = new SmallBlocks(dictionary, block => {
    const id = target.putBlock(block, 0)
    for (const hash of block.lookups) entries.push(lookupEntry(hash, id))
  })
  for (const { block, rows } of blocks) copy.addRows(block, rows)
  copy.flush('traces')
  copy.flush('logs')
  target.putDictionary(dictionary)
  target.index.addPages(target.index.beginRun(), Float64Array.from(entries).sort())
  for (const what of ['traces', 'logs', 'series']) target.setMeta(`${what}.sequence`, last)
  target.setMeta(CONTENT_CHECKSUM, contentChecksumNow(target.db))
}
