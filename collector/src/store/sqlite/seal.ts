/**
 * Seals a partition: copies it into a file that is never written again.
 *
 * Full blocks are copied as they are. Small ones (of quiet minutes) are read and built anew into
 * full ones, in order of arrival. The index becomes a single run. The file is complete and synced
 * before it gets its name, so a crash leaves either the open partition or the sealed one.
 */
import { renameSync } from 'node:fs'
import { dirname } from 'node:path'
import { encodeLogs, encodeSpans } from '../../decode/objects.ts'
import { unixNano, type UnixMillis } from '../../model/time.ts'
import type { StoredLog, StoredSpan } from '../api.ts'
import type { EncodedBlock } from '../columns/block.ts'
import { DictionaryBuilder } from '../columns/dictionaries.ts'
import { LogBlock } from '../columns/log-block.ts'
import { LogBlockBuilder } from '../columns/logs.ts'
import { BLOCK_ROWS } from '../columns/rows.ts'
import { SpanBlock } from '../columns/span-block.ts'
import { SpanBlockBuilder } from '../columns/spans.ts'
import { failPoint } from '../../durable/fail-point.ts'
import { removeDatabase, sealedName, syncFile, type DataFolder } from './folder.ts'
import { lookupEntry, MAX_BLOCKS } from './lookup-index.ts'
import { CONTENT_CHECKSUM, contentChecksumNow } from './partition-check.ts'
import { PartitionReader, type BlockMeta } from './partition-reader.ts'
import { PartitionWriter } from './partition-writer.ts'
import { SEALED_AT } from './sealed-times.ts'

/** Small pages waste little at the end of each blob; an immutable file is read, never rewritten. */
const SEALED_PAGE_BYTES = 1024
/** A block with fewer rows than this is built anew together with its neighbours. */
const SMALL_ROWS = BLOCK_ROWS / 2

/** @param last the journal sequence up to which the partition is complete */
export function seal(open: PartitionWriter, folder: DataFolder, last: number, now: UnixMillis): void {
  open.close()
  failPoint('seal.begin')
  const source = new PartitionReader(open.path)
  const name = sealedName(open.first, last)
  const unfinished = folder.partitionPath(`${name}.tmp`)
  removeDatabase(unfinished)
  const target = new PartitionWriter(unfinished, open.first, SEALED_PAGE_BYTES)
  try {
    target.db.pragma('journal_mode = DELETE')
    target.db.pragma('synchronous = OFF')
    target.db.transaction(() => {
      target.setMeta(SEALED_AT, Math.floor(now))
      copy(source, target, last)
    })()
  } finally {
    source.close()
    target.close()
  }
  failPoint('seal.copied')
  syncFile(unfinished)
  failPoint('seal.rename')
  renameSync(unfinished, folder.partitionPath(name))
  failPoint('seal.renamed')
  syncFile(dirname(unfinished))
}

function copy(source: PartitionReader, target: PartitionWriter, last: number): void {
  const dictionary = new DictionaryBuilder()
  source.copyDictionary(dictionary)
  const kept = new Map<number, number>()
  const rebuilt: Float64Array[] = []
  const put = (block: EncodedBlock): void => {
    const id = target.putBlock(block, block.resources)
    rebuilt.push(block.lookups.map(hash => lookupEntry(hash, id)))
  }
  const small = new SmallBlocks(dictionary, put)
  for (const meta of source.blocks) {
    if (meta.rows < SMALL_ROWS) small.add(source, meta)
    else {
      small.flush(meta.signal)
      const copied = { ...meta, chunks: source.chunksOf(meta), filter: source.filterChunk(meta) }
      kept.set(meta.id, target.putBlock(copied, meta.resources))
    }
  }
  small.flush('traces')
  small.flush('logs')
  target.putDictionary(dictionary)
  target.index.addRun(entriesOf(source, kept, rebuilt))
  target.setMeta('traces.sequence', last)
  target.setMeta('logs.sequence', last)
  target.setMeta(CONTENT_CHECKSUM, contentChecksumNow(target.db))
}

/** Entries of the copied blocks under their new numbers, and those of the blocks built anew; ascending. */
function entriesOf(
  source: PartitionReader,
  kept: ReadonlyMap<number, number>,
  rebuilt: readonly Float64Array[],
): Float64Array {
  const old = source.allEntries()
  const entries = new Float64Array(rebuilt.reduce((sum, part) => sum + part.length, old.length))
  let count = 0
  for (const entry of old) {
    const block = kept.get(entry % MAX_BLOCKS)
    if (block !== undefined) entries[count++] = entry - (entry % MAX_BLOCKS) + block
  }
  for (const part of rebuilt) {
    entries.set(part, count)
    count += part.length
  }
  return entries.subarray(0, count).sort()
}

/** Collects small blocks of each signal and writes full ones. */
class SmallBlocks {
  readonly #spans: SpanBlockBuilder
  readonly #logs: LogBlockBuilder
  readonly #put: (block: EncodedBlock) => void

  constructor(dictionary: DictionaryBuilder, put: (block: EncodedBlock) => void) {
    this.#spans = new SpanBlockBuilder(dictionary)
    this.#logs = new LogBlockBuilder(dictionary)
    this.#put = put
  }

  add(source: PartitionReader, meta: BlockMeta): void {
    const block = source.open(meta)
    const rows = Array.from({ length: meta.rows }, (_, row) => row)
    if (block instanceof SpanBlock)
      for (const run of arrivalRuns(block.spans(rows)))
        this.#spans.append(
          encodeSpans(run),
          run[0]!.ordinal.sequence,
          0,
          () => this.flush('traces'),
          run[0]!.ordinal.row,
        )
    else if (block instanceof LogBlock)
      for (const run of arrivalRuns(block.logs(rows)))
        this.#logs.append(
          encodeLogs(run),
          run[0]!.ordinal.sequence,
          0,
          unixNano(0n),
          () => this.flush('logs'),
          run[0]!.ordinal.row,
        )
  }

  flush(signal: 'traces' | 'logs'): void {
    const builder = signal === 'traces' ? this.#spans : this.#logs
    if (builder.rows > 0) this.#put(builder.finish(true))
  }
}

/** Runs of records that follow each other in one journal record. */
function* arrivalRuns<Item extends StoredSpan | StoredLog>(items: readonly Item[]): Generator<Item[]> {
  let run: Item[] = []
  for (const item of items) {
    const before = run.at(-1)?.ordinal
    if (
      before !== undefined &&
      (before.sequence !== item.ordinal.sequence || before.row + 1 !== item.ordinal.row)
    ) {
      yield run
      run = []
    }
    run.push(item)
  }
  if (run.length > 0) yield run
}
