/**
 * Copies what a pinned trace has in a partition that is about to go into a small sealed partition of
 * its own. The copy is complete and synced before it gets its name, and is no partition until the
 * other one is gone: so at every moment one of the two answers, and never both.
 */
import { renameSync } from 'node:fs'
import { encodeLogs, encodeSpans } from '../../decode/objects.ts'
import type { UnixMillis } from '../../model/time.ts'
import type { EncodedBlock } from '../columns/block.ts'
import { DictionaryBuilder } from '../columns/dictionaries.ts'
import { LogBlockBuilder } from '../columns/logs.ts'
import { SpanBlock } from '../columns/span-block.ts'
import { SpanBlockBuilder } from '../columns/spans.ts'
import { failPoint } from '../fail-point.ts'
import { pinName, removeDatabase, syncFile, type DataFolder, type PartitionFile } from './folder.ts'
import { lookupEntry } from './lookup-index.ts'
import { CONTENT_CHECKSUM, contentChecksumNow } from './partition-check.ts'
import { PartitionReader } from './partition-reader.ts'
import { PartitionWriter } from './partition-writer.ts'
import { arrivalRuns, rowsOfRun, SEALED_PAGE_BYTES } from './seal.ts'
import { SEALED_AT } from './sealed-times.ts'

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
    .filter(block => block.rowsOfTrace(id).length > 0)
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
      const copy = new Copy(target, last!)
      for (const block of blocks) copy.add(block, block.rowsOfTrace(id))
      copy.finish()
    })()
  } finally {
    target.close()
  }
  failPoint('pin.copied')
  syncFile(unfinished)
  renameSync(unfinished, path)
  failPoint('pin.renamed')
}

/** A partition made of some rows of others' blocks, in order of arrival. */
class Copy {
  readonly #target: PartitionWriter
  readonly #last: number
  readonly #dictionary = new DictionaryBuilder()
  readonly #spans = new SpanBlockBuilder(this.#dictionary)
  readonly #logs = new LogBlockBuilder(this.#dictionary)
  readonly #entries: Float64Array[] = []

  constructor(target: PartitionWriter, last: number) {
    this.#target = target
    this.#last = last
  }

  add(block: ReturnType<PartitionReader['open']>, rows: readonly number[]): void {
    if (block instanceof SpanBlock)
      for (const run of arrivalRuns(block.spans(rows)))
        this.#spans.append(encodeSpans(run), rowsOfRun(run), () => this.#put(this.#spans.finish(true)))
    else
      for (const run of arrivalRuns(block.logs(rows)))
        this.#logs.append(encodeLogs(run), rowsOfRun(run), () => this.#put(this.#logs.finish(true)))
  }

  finish(): void {
    for (const builder of [this.#spans, this.#logs]) if (builder.rows > 0) this.#put(builder.finish(true))
    const target = this.#target
    target.putDictionary(this.#dictionary)
    const entries = new Float64Array(this.#entries.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of this.#entries) {
      entries.set(part, at)
      at += part.length
    }
    target.index.addRun(entries.sort())
    target.setMeta('traces.sequence', this.#last)
    target.setMeta('logs.sequence', this.#last)
    target.setMeta(CONTENT_CHECKSUM, contentChecksumNow(target.db))
  }

  #put(block: EncodedBlock): void {
    const id = this.#target.putBlock(block, block.resources)
    this.#entries.push(block.lookups.map(hash => lookupEntry(hash, id)))
  }
}
