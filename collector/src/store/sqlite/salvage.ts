/**
 * Makes a sealed partition of what can still be read of a damaged one. Design:
 * collector/docs/adr/0019-a-damaged-partition-is-made-anew.md.
 *
 * Blocks and chunks of series carry checksums: what fits is whole. Dictionaries and the rows of blocks
 * have one over all of them together, which says that something is changed and not what. So they are
 * believed where that sum fits, or where the damage shows by itself: a tree that is broken, a page of
 * zeros, a file that lost its end. Everything else (index, filters, bounds) is built anew of the rows.
 */
import type { UnixMillis } from '../../model/time.ts'
import type { EncodedBlock } from '../columns/block.ts'
import { DictionaryBuilder } from '../columns/dictionaries.ts'
import { openForReading, type Sqlite } from '../../durable/sqlite-file.ts'
import { PartitionDamaged, unlessDamaged } from './damage.ts'
import type { DataFolder, Salvageable } from './folder.ts'
import { fileFault } from './inspect.ts'
import { mergeIndexes, type RebuiltBlock } from './merge-indexes.ts'
import { CONTENT_CHECKSUM, contentChecksum } from './partition-check.ts'
import { PartitionReader, type BlockMeta } from './partition-reader.ts'
import { readMeta, SET_SIZE, type PartitionWriter } from './partition-writer.ts'
import { putSeries, sealedFile } from './seal.ts'
import { SmallBlocks } from './small-blocks.ts'
import { mayHoldZeros, zeroPages } from './zero-pages.ts'

export interface Salvaged {
  /** Spans, log records and samples. */
  readonly saved: number
  readonly lost: number
  /** Blocks and chunks of series that do not even say how many they held. */
  readonly unread: number
}

const DICTIONARIES = ['resource', 'scope', 'attribute_key'] as const

/**
 * A generator as `sealing`: it gives the bytes it has worked on.
 * @throws PartitionDamaged where nothing can be saved, or what SQLite and the system throw
 */
export function* salvaging(
  source: Salvageable,
  folder: DataFolder,
  sealedAt: UnixMillis,
): Generator<number, Salvaged> {
  const believed = yield* believable(source.path)
  const reader = new PartitionReader(source.path, { rowByRow: true })
  try {
    const blocks = reader.blocks.filter(believed)
    return yield* sealedFile(source, folder, sealedAt, target => keep(reader, blocks, target))
  } finally {
    reader.close()
  }
}

/** @returns which rows of blocks can be believed; @throws PartitionDamaged where none can */
function* believable(path: string): Generator<number, (block: BlockMeta) => boolean> {
  const db = openForReading(path)
  try {
    const pageBytes = db.pragma('page_size', { simple: true }) as number
    const zeros = yield* zeroPages(path, pageBytes)
    const shows = zeros.size > 0 || fileFault({ path, sealed: true }) !== undefined
    if (!shows && !(yield* sumFitsOrTreeIsBroken(db)))
      throw new PartitionDamaged('nothing tells where the damage lies')
    if (DICTIONARIES.some(table => mayHoldZeros(db, table, zeros)))
      throw new PartitionDamaged('a part of its dictionaries is lost')
    if (!mayHoldZeros(db, 'block', zeros)) return () => true
    return ({ directory, resources }) => directory.length + 4 * resources.length < pageBytes / 2
  } finally {
    db.close()
  }
}

function* sumFitsOrTreeIsBroken(db: Sqlite): Generator<number, boolean> {
  const expected = unlessDamaged(() => readMeta(db).get(CONTENT_CHECKSUM))
  const work = contentChecksum(db)
  for (;;) {
    const step = unlessDamaged(() => work.next())
    if (step === undefined) return true
    if (step.done === true) return step.value === expected
    yield step.value
  }
}

function* keep(
  source: PartitionReader,
  blocks: readonly BlockMeta[],
  target: PartitionWriter,
): Generator<number, Salvaged> {
  const records = yield* keepBlocks(source, blocks, target)
  const series = source.series.salvaged()
  yield* putSeries([series.stored], unlessDamaged(() => source.series.metadata()) ?? [], target)
  const saved = records.saved + series.saved
  if (saved === 0) throw new PartitionDamaged('nothing of it can be read')
  return { saved, lost: records.lost + series.lost, unread: records.unread + series.unread }
}

function* keepBlocks(
  source: PartitionReader,
  blocks: readonly BlockMeta[],
  target: PartitionWriter,
): Generator<number, Salvaged> {
  const dictionary = new DictionaryBuilder()
  const rebuilt: RebuiltBlock[] = []
  const small = new SmallBlocks(dictionary, (block: EncodedBlock) =>
    rebuilt.push({ lookups: block.lookups, block: target.putBlock(block, 0) }),
  )
  let [saved, lost] = [0, 0]
  for (const meta of blocks) {
    if (dictionary.resources.size > SET_SIZE / 2) throw new PartitionDamaged('it has too many resources')
    const isWhole = unlessDamaged(() => (small.add(source, meta), true)) ?? false
    if (isWhole) saved += meta.rows
    else lost += meta.rows
    yield meta.directory.length
  }
  small.flush('traces')
  small.flush('logs')
  target.putDictionary(dictionary)
  yield* mergeIndexes([], [], rebuilt, target.index)
  const believed = new Set(blocks)
  for (const meta of source.blocks) if (!believed.has(meta)) lost += meta.rows
  const unread = (source.blocks.at(-1)?.id ?? -1) + 1 - source.blocks.length
  return { saved, lost, unread }
}
