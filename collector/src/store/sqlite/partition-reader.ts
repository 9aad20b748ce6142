/**
 * Reads one partition, open or sealed: the list of its blocks, kept in memory, and their columns.
 */
import { lookupHash } from '../../model/lookup-hash.ts'
import type { Signal } from '../../model/telemetry.ts'
import { Dictionary, type DictionaryBytes } from '../columns/dictionary.ts'
import type { DictionaryBuilder } from '../columns/dictionaries.ts'
import { ChunkDamaged, FORMAT_VERSION, PartReader, readDirectory, type Directory } from '../columns/layout.ts'
import { LogBlock } from '../columns/log-block.ts'
import { ByteSource } from '../columns/sinks.ts'
import { SpanBlock } from '../columns/span-block.ts'
import { SIGNALS } from '../journal/batch.ts'
import { openForReading, type Sqlite, type Statement } from '../../durable/sqlite-file.ts'
import { FormatUnknown, PartitionDamaged } from './damage.ts'
import { LookupIndexReader } from './lookup-index.ts'
import {
  CHUNKS_A_BLOCK,
  FILTER_PLACE,
  PARTITION_SQL,
  readMeta,
  readWatermarks,
  type Watermarks,
} from './partition-writer.ts'

export interface BlockMeta {
  readonly id: number
  readonly signal: Signal
  readonly rows: number
  readonly from: bigint
  readonly to: bigint
  readonly maxDuration: number
  readonly resources: readonly number[]
  readonly directory: Uint8Array
}

interface BlockRow {
  readonly id: bigint
  readonly signal: bigint
  readonly row_count: bigint
  readonly first_time: bigint
  readonly last_time: bigint
  readonly max_duration: number
  readonly resources: Uint8Array
  readonly directory: Uint8Array
}

export class PartitionReader {
  readonly dictionary: Dictionary
  readonly blocks: BlockMeta[] = []
  readonly #db: Sqlite
  readonly #index: LookupIndexReader
  readonly #blocksFrom: Statement
  readonly #chunk: Statement
  readonly #tables: DictionaryTables

  /** @throws what `isUnreadable` knows */
  constructor(path: string) {
    this.#db = openForReading(path)
    try {
      this.#checkFormat()
      this.#tables = new DictionaryTables(this.#db)
      this.dictionary = new Dictionary(this.#tables)
      this.#index = new LookupIndexReader(this.#db, PARTITION_SQL)
      this.#blocksFrom = this.#db.prepare(PARTITION_SQL.blocksFrom).safeIntegers()
      this.#chunk = this.#db.prepare(PARTITION_SQL.chunk).pluck()
      this.refresh()
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  #checkFormat(): void {
    const format = readMeta(this.#db).get('format')
    if (format === undefined) throw new PartitionDamaged('it does not say of which format it is')
    if (format !== FORMAT_VERSION) throw new FormatUnknown(format)
  }

  /** Takes note of blocks that came since the last time. @returns how far the journal is applied, at the same moment */
  refresh(): Watermarks {
    return this.#db.transaction(() => {
      const rows = this.#blocksFrom.all((this.blocks.at(-1)?.id ?? -1) + 1) as BlockRow[]
      for (const row of rows) this.blocks.push(metaOf(row))
      return readWatermarks(this.#db, 0)
    })()
  }

  /** Blocks that may hold an id (the bytes of a trace id or a correlation value), in order of arrival. */
  blocksOfId(id: Uint8Array): BlockMeta[] {
    const known = this.blocks.length
    return this.#index
      .blocksOf(lookupHash(id, 0, id.length))
      .flatMap(id => (id < known ? this.blocks[id]! : []))
  }

  open(meta: BlockMeta): SpanBlock | LogBlock {
    const parts = new PartReader(directoryOf(meta), place => this.#loadChunk(meta, place))
    return meta.signal === 'traces'
      ? new SpanBlock(parts, this.dictionary, meta.from)
      : new LogBlock(parts, this.dictionary, meta.from)
  }

  #loadChunk(meta: BlockMeta, place: number): Uint8Array {
    const chunk = this.#chunk.get(meta.id * CHUNKS_A_BLOCK + place)
    if (!(chunk instanceof Uint8Array))
      throw new ChunkDamaged(`chunk ${place} of block ${meta.id} is missing`)
    return chunk
  }

  chunksOf(meta: BlockMeta): Uint8Array[] {
    const first = meta.id * CHUNKS_A_BLOCK
    return this.#db
      .prepare(PARTITION_SQL.chunksOf)
      .pluck()
      .all(first, first + FILTER_PLACE - 1) as Uint8Array[]
  }

  /** The filter of a block as a chunk, where it has one. */
  filterChunk(meta: BlockMeta): Uint8Array | undefined {
    return this.#chunk.get(meta.id * CHUNKS_A_BLOCK + FILTER_PLACE) as Uint8Array | undefined
  }

  /** Every entry of the index, in no order. */
  allEntries(): Float64Array {
    return this.#index.allEntries()
  }

  copyDictionary(dictionary: DictionaryBuilder): void {
    this.#tables.copyTo(dictionary)
  }

  close(): void {
    this.#db.close()
  }
}

/** The directory has no checksum of its own: one that makes no sense is damage, whatever it throws. */
function directoryOf(meta: BlockMeta): Directory {
  try {
    return readDirectory(meta.directory)
  } catch (error) {
    if (error instanceof ChunkDamaged) throw error
    throw new ChunkDamaged(`the directory of block ${meta.id} makes no sense: ${(error as Error).message}`)
  }
}

function metaOf(row: BlockRow): BlockMeta {
  const source = new ByteSource(row.resources)
  const resources: number[] = []
  while (source.position < row.resources.length) resources.push(source.varint())
  return {
    id: Number(row.id),
    signal: SIGNALS[Number(row.signal)]!,
    rows: Number(row.row_count),
    from: BigInt.asUintN(64, row.first_time),
    to: BigInt.asUintN(64, row.last_time),
    maxDuration: row.max_duration,
    resources,
    directory: row.directory,
  }
}

/** Dictionary tables, read as far as they are needed: they only ever grow. */
class DictionaryTables implements DictionaryBytes {
  readonly #db: Sqlite
  readonly #rows = { resources: [] as Uint8Array[], scopes: [] as Uint8Array[], keys: [] as Uint8Array[] }

  constructor(db: Sqlite) {
    this.#db = db
  }

  resource(index: number): Uint8Array {
    return this.#entry('resources', index)
  }
  scope(index: number): Uint8Array {
    return this.#entry('scopes', index)
  }
  key(index: number): Uint8Array {
    return this.#entry('keys', index)
  }

  #entry(table: 'resources' | 'scopes' | 'keys', index: number): Uint8Array {
    const rows = this.#rows[table]
    if (index >= rows.length)
      for (const { data } of this.#db.prepare(PARTITION_SQL[table]).all(rows.length) as {
        data: Uint8Array
      }[])
        rows.push(data)
    const entry = rows[index]
    if (entry === undefined) throw new PartitionDamaged(`${table} has ${rows.length} entries, not ${index}`)
    return entry
  }

  copyTo(dictionary: DictionaryBuilder): void {
    for (const table of ['resources', 'scopes', 'keys'] as const)
      for (const { data } of this.#db.prepare(PARTITION_SQL[table]).all(0) as { data: Uint8Array }[])
        dictionary[table].add(data, 0, data.length)
  }
}
