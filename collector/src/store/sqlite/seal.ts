/**
 * Makes one sealed partition of one or several neighbours: a file that is never written again.
 *
 * Full blocks are copied as they are, each with the set of the dictionary that its numbers mean.
 * Small ones (of quiet minutes) are read and built anew into full ones, in order of arrival. The
 * index becomes a single run. The file is complete and synced before it gets its name, so a crash
 * leaves either the sources or the sealed partition.
 *
 * A generator: it gives the bytes it has worked on, and whoever runs it decides how much is done at
 * a time. Ended early, it leaves nothing.
 */
import { renameSync } from 'node:fs'
import { dirname } from 'node:path'
import type { UnixMillis } from '../../model/time.ts'
import { DictionaryBuilder } from '../columns/dictionaries.ts'
import type { EncodedBlock } from '../columns/block.ts'
import { BLOCK_ROWS } from '../columns/rows.ts'
import type { MetricMetadata } from '../../decode/series/sink.ts'
import type { StoredGroups } from '../series/opened-groups.ts'
import { regroup } from '../series/regroup.ts'
import { failPoint } from '../../durable/fail-point.ts'
import { removeDatabase, sealedName, syncFile, type DataFolder, type PartitionFile } from './folder.ts'
import { BlockMap, mergeIndexes, type RebuiltBlock } from './merge-indexes.ts'
import { CONTENT_CHECKSUM, contentChecksum } from './partition-check.ts'
import { PartitionReader } from './partition-reader.ts'
import { PartitionWriter } from './partition-writer.ts'
import { SEALED_AT } from './sealed-times.ts'
import { SmallBlocks } from './small-blocks.ts'

/** Small pages waste little at the end of each blob; an immutable file is read, never rewritten. */
export const SEALED_PAGE_BYTES = 1024
/** A block with fewer rows than this is built anew together with its neighbours. */
const SMALL_ROWS = BLOCK_ROWS / 2
/** What the system has not written yet is bounded, so that no sync takes long and delays the journal's. */
const SYNC_EVERY_BYTES = 8 * 1024 * 1024

/** A partition that is complete: sealed already, or full. */
export type CompletePartition = PartitionFile & { readonly last: number }

/** The sequences that a partition holds. */
export interface Range {
  readonly first: number
  readonly last: number
}

const rangeOf = (sources: readonly CompletePartition[]): Range => ({
  first: sources[0]!.first,
  last: sources.at(-1)!.last,
})

const unfinishedOf = ({ first, last }: Range, folder: DataFolder): string =>
  folder.partitionPath(`${sealedName(first, last)}.tmp`)

/** Where the new file stands until it is whole. */
export const unfinishedPath = (sources: readonly CompletePartition[], folder: DataFolder): string =>
  unfinishedOf(rangeOf(sources), folder)

/**
 * @param sources neighbours in order of their sequences
 * @param sealedAt the wall clock's time that the new file says
 * @throws PartitionDamaged, or what SQLite and the system throw
 */
export function* sealing(
  sources: readonly CompletePartition[],
  folder: DataFolder,
  sealedAt: UnixMillis,
): Generator<number, void> {
  failPoint('seal.begin')
  const readers: PartitionReader[] = []
  try {
    for (const { path } of sources) readers.push(new PartitionReader(path))
    yield* sealedFile(rangeOf(sources), folder, sealedAt, target => copy(readers, target))
  } finally {
    for (const reader of readers) reader.close()
  }
}

/**
 * A sealed partition that has its name when it is whole and synced, and of which nothing stays otherwise.
 * @param fill puts everything but what tells of the file itself
 */
export function* sealedFile<T>(
  range: Range,
  folder: DataFolder,
  sealedAt: UnixMillis,
  fill: (target: PartitionWriter) => Generator<number, T>,
): Generator<number, T> {
  const unfinished = unfinishedOf(range, folder)
  removeDatabase(unfinished)
  let done = false
  let outcome: T
  try {
    outcome = yield* write(unfinished, range, sealedAt, fill)
    failPoint('seal.copied')
    syncFile(unfinished)
    failPoint('seal.rename')
    renameSync(unfinished, folder.partitionPath(sealedName(range.first, range.last)))
    done = true
  } finally {
    if (!done) removeDatabase(unfinished)
  }
  failPoint('seal.renamed')
  syncFile(dirname(unfinished))
  return outcome
}

function* write<T>(
  path: string,
  { first, last }: Range,
  sealedAt: UnixMillis,
  fill: (target: PartitionWriter) => Generator<number, T>,
): Generator<number, T> {
  const target = new PartitionWriter(path, first, SEALED_PAGE_BYTES)
  try {
    target.db.pragma('journal_mode = DELETE')
    target.db.pragma('synchronous = OFF')
    target.db.exec('begin')
    target.setMeta(SEALED_AT, Math.floor(sealedAt))
    const outcome = yield* syncedNowAndThen(fill(target), path)
    for (const what of ['traces', 'logs', 'series']) target.setMeta(`${what}.sequence`, last)
    target.setMeta(CONTENT_CHECKSUM, yield* contentChecksum(target.db))
    target.db.exec('commit')
    return outcome
  } finally {
    target.close()
  }
}

function* syncedNowAndThen<T>(work: Generator<number, T>, path: string): Generator<number, T> {
  let unsynced = 0
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value
    unsynced += step.value
    if (unsynced >= SYNC_EVERY_BYTES) {
      syncFile(path)
      unsynced = 0
    }
    yield step.value
  }
}

function* copy(sources: readonly PartitionReader[], target: PartitionWriter): Generator<number, void> {
  const dictionary = new DictionaryBuilder()
  sources[0]!.copyDictionary(0, dictionary)
  const { maps, rebuilt } = yield* copyBlocks(sources, target, dictionary)
  target.putDictionary(dictionary)
  yield* mergeIndexes(sources, maps, rebuilt, target.index)
  yield* putSeries(
    sources.map(source => source.series.stored()),
    sources.flatMap(source => source.series.metadata()),
    target,
  )
}

/** Gives the bytes of the series that it has put, group by group. */
export function* putSeries(
  stored: readonly StoredGroups[],
  metadata: readonly MetricMetadata[],
  target: PartitionWriter,
): Generator<number, void> {
  for (const group of regroup(stored)) {
    target.putSeries(group)
    yield group.chunks.reduce((sum, { data }) => sum + data.length, 0)
  }
  if (metadata.length > 0) target.putSeries({ groups: [], chunks: [], metadata })
}

interface CopiedBlocks {
  /** For each source the new numbers of its blocks. */
  readonly maps: readonly BlockMap[]
  readonly rebuilt: readonly RebuiltBlock[]
}

/** @param dictionary set 0 of the target: that of the first source, and of what is built anew */
function* copyBlocks(
  sources: readonly PartitionReader[],
  target: PartitionWriter,
  dictionary: DictionaryBuilder,
): Generator<number, CopiedBlocks> {
  const rebuilt: RebuiltBlock[] = []
  let putBytes = 0
  const small = new SmallBlocks(dictionary, (block: EncodedBlock) => {
    rebuilt.push({ lookups: block.lookups, block: target.putBlock(block, 0) })
    putBytes += block.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  })
  const maps: BlockMap[] = []
  for (const source of sources) {
    const map = new BlockMap(source.blocks.length)
    maps.push(map)
    const sets = new Map<number, number>(source === sources[0] ? [[0, 0]] : [])
    for (const meta of source.blocks) {
      putBytes = 0
      if (meta.rows < SMALL_ROWS) small.add(source, meta)
      else {
        small.flush(meta.signal)
        if (!sets.has(meta.set)) sets.set(meta.set, target.putSet(source.entriesOfSet(meta.set)))
        const chunks = source.chunksOf(meta)
        const copied = { ...meta, chunks, filter: source.filterChunk(meta) }
        map.set(meta.id, target.putBlock(copied, sets.get(meta.set)!))
        putBytes += chunks.reduce((sum, chunk) => sum + chunk.length, 0)
      }
      yield putBytes
    }
  }
  small.flush('traces')
  small.flush('logs')
  return { maps, rebuilt }
}
