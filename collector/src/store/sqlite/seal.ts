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
import { regroup } from '../series/regroup.ts'
import { failPoint } from '../../durable/fail-point.ts'
import { removeDatabase, sealedName, syncFile, type DataFolder, type PartitionFile } from './folder.ts'
import { BlockMap, mergeIndexes } from './merge-indexes.ts'
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

/** Where the new file stands until it is whole. */
export function unfinishedPath(sources: readonly CompletePartition[], folder: DataFolder): string {
  return folder.partitionPath(`${sealedName(sources[0]!.first, sources.at(-1)!.last)}.tmp`)
}

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
  const { first } = sources[0]!
  const { last } = sources.at(-1)!
  const unfinished = unfinishedPath(sources, folder)
  removeDatabase(unfinished)
  let done = false
  try {
    yield* write(sources, unfinished, first, last, sealedAt)
    failPoint('seal.copied')
    syncFile(unfinished)
    failPoint('seal.rename')
    renameSync(unfinished, folder.partitionPath(sealedName(first, last)))
    done = true
  } finally {
    if (!done) removeDatabase(unfinished)
  }
  failPoint('seal.renamed')
  syncFile(dirname(unfinished))
}

function* write(
  sources: readonly CompletePartition[],
  unfinished: string,
  first: number,
  last: number,
  sealedAt: UnixMillis,
): Generator<number, void> {
  const readers: PartitionReader[] = []
  let target: PartitionWriter | undefined
  try {
    for (const { path } of sources) readers.push(new PartitionReader(path))
    target = new PartitionWriter(unfinished, first, SEALED_PAGE_BYTES)
    target.db.pragma('journal_mode = DELETE')
    target.db.pragma('synchronous = OFF')
    target.db.exec('begin')
    yield* syncedNowAndThen(copy(readers, target, last, sealedAt), unfinished)
    target.db.exec('commit')
  } finally {
    for (const reader of readers) reader.close()
    target?.close()
  }
}

function* syncedNowAndThen(work: Generator<number, void>, path: string): Generator<number, void> {
  let unsynced = 0
  for (const bytes of work) {
    unsynced += bytes
    if (unsynced >= SYNC_EVERY_BYTES) {
      syncFile(path)
      unsynced = 0
    }
    yield bytes
  }
}

function* copy(
  sources: readonly PartitionReader[],
  target: PartitionWriter,
  last: number,
  sealedAt: UnixMillis,
): Generator<number, void> {
  target.setMeta(SEALED_AT, Math.floor(sealedAt))
  const dictionary = new DictionaryBuilder()
  sources[0]!.copyDictionary(0, dictionary)
  const { maps, rebuilt } = yield* copyBlocks(sources, target, dictionary)
  target.putDictionary(dictionary)
  yield* mergeIndexes(sources, maps, rebuilt, target.index)
  yield* copySeries(sources, target)
  for (const what of ['traces', 'logs', 'series']) target.setMeta(`${what}.sequence`, last)
  const checksum = contentChecksum(target.db)
  for (let step = checksum.next(); ; step = checksum.next()) {
    if (step.done === true) return target.setMeta(CONTENT_CHECKSUM, step.value)
    yield step.value
  }
}

/** Gives the bytes of the series that it has put, group by group. */
function* copySeries(sources: readonly PartitionReader[], target: PartitionWriter): Generator<number, void> {
  for (const group of regroup(sources.map(source => source.series.stored()))) {
    target.putSeries(group)
    yield group.chunks.reduce((sum, { data }) => sum + data.length, 0)
  }
  const metadata = sources.flatMap(source => source.series.metadata())
  if (metadata.length > 0) target.putSeries({ groups: [], chunks: [], metadata })
}

interface CopiedBlocks {
  /** For each source the new numbers of its blocks. */
  readonly maps: readonly BlockMap[]
  /** Lookup hashes of the blocks that were built anew, and their numbers. */
  readonly rebuilt: readonly { readonly lookups: Float64Array; readonly block: number }[]
}

/** @param dictionary set 0 of the target: that of the first source, and of what is built anew */
function* copyBlocks(
  sources: readonly PartitionReader[],
  target: PartitionWriter,
  dictionary: DictionaryBuilder,
): Generator<number, CopiedBlocks> {
  const rebuilt: { lookups: Float64Array; block: number }[] = []
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
