/**
 * Reads a partition through and holds every byte of it to a checksum: chunks to their own, and in a
 * sealed partition everything else to one that was written when it was sealed.
 *
 * Both are generators that give the bytes they have read, so that whoever runs them decides how
 * much is read at a time.
 */
import { crc32 } from 'node:zlib'
import { ChunkDamaged, openChunk, readDirectory } from '../columns/layout.ts'
import { loadSql } from '../../durable/sql.ts'
import { openForReading, type Sqlite } from '../../durable/sqlite-file.ts'
import { checkFormat, PartitionDamaged } from './damage.ts'
import type { PartitionFile } from './folder.ts'
import { CHUNKS_A_BLOCK, readMeta } from './partition-writer.ts'

/** A partition of the time before there were metrics has none of those of series. */
const TABLES = [
  'meta',
  'resource',
  'scope',
  'attribute_key',
  'block',
  'run',
  'run_page',
  'series_group',
  'series_chunk',
  'exemplar_trace',
  'metric_metadata',
  'metric_attributes',
  'series_label',
] as const
const SQL = loadSql(new URL('partition-check.sql', import.meta.url), [
  ...TABLES,
  'tables',
  'nextBlock',
  'chunks',
  'seriesChunks',
  'groupLabels',
])

type Cell = bigint | number | string | Uint8Array | null

/** Meta key of the checksum over everything that is not a chunk. */
export const CONTENT_CHECKSUM = 'checksum'

/** CRC-32 over all cells of all rows of the tables by id, each behind its type and length. */
export function* contentChecksum(db: Sqlite): Generator<number, number> {
  let sum = 0
  const there: ReadonlySet<unknown> = new Set(db.prepare(SQL.tables).pluck().all())
  for (const table of TABLES.filter(name => there.has(name))) {
    const behind = db.prepare(SQL[table]).safeIntegers().raw()
    let last: Cell = -1n
    for (let rows = behind.all(last) as Cell[][]; rows.length > 0; rows = behind.all(last) as Cell[][]) {
      for (const [key] of rows) last = ascending(table, last, key!)
      const bytes = Buffer.concat(rows.flat().map(bytesOf))
      sum = crc32(bytes, sum)
      yield bytes.length
    }
  }
  return sum
}

/** In a damaged tree the key behind one may be a lower one: a walk by keys would never end. */
function ascending<Key extends Cell>(table: string, last: Key, key: Key): Key {
  if (key === null || (typeof key === typeof last && key <= last!))
    throw new PartitionDamaged(`the rows of ${table} are out of order at ${String(last)}`)
  return key
}

/** The same in one go. */
export function contentChecksumNow(db: Sqlite): number {
  const work = contentChecksum(db)
  for (;;) {
    const step = work.next()
    if (step.done === true) return step.value
  }
}

/** A cell behind its type and length: one bit of a row's head makes a blob a text of the same bytes. */
function bytesOf(cell: Cell): Uint8Array {
  if (typeof cell === 'bigint') return Buffer.concat([headOf(TYPE.integer, 8), bigintBytes(cell)])
  if (typeof cell === 'number') return Buffer.concat([headOf(TYPE.real, 8), doubleBytes(cell)])
  if (cell === null) throw new PartitionDamaged('a cell is empty, and none ever is')
  const bytes = typeof cell === 'string' ? Buffer.from(cell) : cell
  return Buffer.concat([headOf(typeof cell === 'string' ? TYPE.text : TYPE.blob, bytes.length), bytes])
}

const TYPE = { integer: 1, real: 2, text: 3, blob: 4 } as const

function headOf(type: number, length: number): Uint8Array {
  const head = Buffer.alloc(5)
  head[0] = type
  head.writeUInt32LE(length, 1)
  return head
}

function bigintBytes(value: bigint): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(value)
  return bytes
}

function doubleBytes(value: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return bytes
}

/** @throws what `isDamage` knows; `FormatUnknown` */
export function* checkPartition({
  path,
  sealed,
}: Pick<PartitionFile, 'path' | 'sealed'>): Generator<number, void> {
  const db = openForReading(path)
  try {
    const meta = readMeta(db)
    checkFormat(meta.get('format'))
    yield* checkChunks(db)
    const hasSeries = db.prepare(SQL.tables).pluck().all().includes('series_group')
    if (hasSeries)
      for (const statement of [SQL.groupLabels, SQL.seriesChunks]) yield* checkSeries(db, statement)
    if (!sealed) return
    const expected = meta.get(CONTENT_CHECKSUM)
    if (expected === undefined) throw new PartitionDamaged('it is sealed and has no checksum')
    if ((yield* contentChecksum(db)) !== expected)
      throw new PartitionDamaged('the checksum over its dictionaries, blocks and index does not fit')
  } finally {
    db.close()
  }
}

function* checkChunks(db: Sqlite): Generator<number, void> {
  const nextBlock = db.prepare(SQL.nextBlock)
  const chunks = db.prepare(SQL.chunks)
  let block = nextBlock.get(-1) as { id: number; directory: Uint8Array } | undefined
  while (block !== undefined) {
    const first = block.id * CHUNKS_A_BLOCK
    const found = chunks.all(first, first + CHUNKS_A_BLOCK - 1) as { id: number; data: Uint8Array }[]
    checkBlock(block, found)
    yield found.reduce((sum, { data }) => sum + data.length, 0)
    const last = block.id
    block = nextBlock.get(last) as typeof block
    if (block !== undefined) ascending('block', last, block.id)
  }
}

function* checkSeries(db: Sqlite, statement: string): Generator<number, void> {
  const behind = db.prepare(statement)
  let last = -1
  for (;;) {
    const rows = behind.all(last) as { id: number; data: Uint8Array }[]
    if (rows.length === 0) return
    for (const { id, data } of rows) {
      last = ascending('the series', last, id)
      try {
        openChunk(data)
      } catch (error) {
        throw new PartitionDamaged(`series, row ${id}: ${(error as Error).message}`, { cause: error })
      }
    }
    yield rows.reduce((sum, { data }) => sum + data.length, 0)
  }
}

function checkBlock(
  { id, directory }: { id: number; directory: Uint8Array },
  chunks: readonly { id: number; data: Uint8Array }[],
): void {
  try {
    const places = new Set(chunks.map(chunk => chunk.id % CHUNKS_A_BLOCK))
    for (let place = 0; place < readDirectory(directory).chunks; place++)
      if (!places.has(place)) throw new ChunkDamaged(`chunk ${place} is missing`)
    for (const { data } of chunks) openChunk(data)
  } catch (error) {
    throw new PartitionDamaged(`block ${id}: ${(error as Error).message}`, { cause: error })
  }
}
