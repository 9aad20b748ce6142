/**
 * Reads one partition, open or sealed: the list of its blocks, kept in memory, and their columns.
 */
import { lookupHash } from '../../model/lookup-hash.ts'
import type { Signal } from '../../model/telemetry.ts'
import { Dictionary, type DictionaryBytes } from '../columns/dictionary.ts'
import type { DictionaryBuilder } from '../columns/dictionaries.ts'
import { ChunkDamaged, PartReader, readDirectory, type Directory } from '../columns/layout.ts'
import { LogBlock } from '../columns/log-block.ts'
import { ByteSource } from '../../wire/bytes.ts'
import { SpanBlock } from '../columns/span-block.ts'
import { SIGNALS } from '../journal/batch.ts'
import { openForReading, type Sqlite, type Statement } from '../../durable/sqlite-file.ts'
import { checkFormat, PartitionDamaged, unlessDamaged } from './damage.ts'
import { LookupIndexReader, MAX_BLOCKS } from './lookup-index.ts'
import { SeriesReader, type SeriesBounds } from './series-reader.ts'
import {
  CHUNKS_A_BLOCK,
  FILTER_PLACE,
  DICTIONARY_TABLES,
  PARTITION_SQL,
  readMeta,
  readWatermarks,
  SET_SIZE,
  type DictionaryEntries,
  type DictionaryTable,
  type Watermarks,
} from './partition-writer.ts'

export interface BlockMeta {
  readonly id: number
  /** Set of the dictionary that its numbers mean. */
  readonly set: number
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
  readonly blocks: BlockMeta[] = []
  readonly index: LookupIndexReader
  readonly series: SeriesReader
  /** How far series reach, at the moment of the last `refresh`. */
  seriesBounds: SeriesBounds = { groups: -1, chunks: 0 }
  readonly #db: Sqlite
  readonly #blocksFrom: Statement
  readonly #chunk: Statement
  readonly #sets = new Map<number, { readonly tables: SetTables; readonly dictionary: Dictionary }>()

  /**
   * @param how `rowByRow`: of a damaged file. A walk through a broken tree ends where it breaks, so each block
   * is asked for by its number, and `blocks` are those that there are
   * @throws what `isUnreadable` knows
   */
  constructor(path: string, { rowByRow = false }: { readonly rowByRow?: boolean } = {}) {
    this.#db = openForReading(path)
    try {
      checkFormat(readMeta(this.#db).get('format'))
      this.index = new LookupIndexReader(this.#db, PARTITION_SQL)
      this.series = new SeriesReader(this.#db)
      this.#blocksFrom = this.#db.prepare(PARTITION_SQL.blocksFrom).safeIntegers()
      this.#chunk = this.#db.prepare(PARTITION_SQL.chunk).pluck()
      if (rowByRow) this.#readRowByRow()
      else this.refresh()
    } catch (error) {
      this.#db.close()
      throw error
    }
  }

  /**
   * For a file that is never written again: one read transaction for as long as it is open. Without it
   * each statement locks the file and looks for a journal, which is nine system calls.
   */
  keepReading(): void {
    this.#db.exec('begin')
  }

  /** Takes note of blocks that came since the last time. @returns how far the journal is applied, at the same moment */
  refresh(): Watermarks {
    return this.#db.transaction(() => {
      const rows = this.#blocksFrom.all((this.blocks.at(-1)?.id ?? -1) + 1) as BlockRow[]
      for (const row of rows) this.blocks.push(metaOf(row))
      this.seriesBounds = this.series.bounds()
      return readWatermarks(this.#db, 0)
    })()
  }

  #readRowByRow(): void {
    const blockAt = this.#db.prepare(PARTITION_SQL.blockAt).safeIntegers()
    for (let id = 0; id < MAX_BLOCKS; id++) {
      const meta = unlessDamaged(() => {
        const row = blockAt.get(id) as BlockRow | undefined
        return row && metaOf(row)
      })
      if (meta !== undefined) this.blocks.push(meta)
    }
  }

  /** Blocks that may hold an id (the bytes of a trace id or a correlation value), in order of arrival. */
  blocksOfId(id: Uint8Array): BlockMeta[] {
    const known = this.blocks.length
    return this.index
      .blocksOf(lookupHash(id, 0, id.length))
      .flatMap(id => (id < known ? this.blocks[id]! : []))
  }

  open(meta: BlockMeta): SpanBlock | LogBlock {
    const parts = new PartReader(directoryOf(meta), place => this.#loadChunk(meta, place))
    const dictionary = this.dictionary(meta.set)
    return meta.signal === 'traces'
      ? new SpanBlock(parts, dictionary, meta.from)
      : new LogBlock(parts, dictionary, meta.from)
  }

  dictionary(set: number): Dictionary {
    return this.#set(set).dictionary
  }

  #set(set: number): { readonly tables: SetTables; readonly dictionary: Dictionary } {
    let known = this.#sets.get(set)
    if (known === undefined) {
      const tables = new SetTables(this.#db, set)
      this.#sets.set(set, (known = { tables, dictionary: new Dictionary(tables) }))
    }
    return known
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

  entriesOfSet(set: number): DictionaryEntries {
    return this.#set(set).tables.entries()
  }

  /** @param dictionary empty */
  copyDictionary(set: number, dictionary: DictionaryBuilder): void {
    const entries = this.entriesOfSet(set)
    for (const table of DICTIONARY_TABLES)
      for (const data of entries[table]) dictionary[table].add(data, 0, data.length)
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
  const set = Math.floor((resources[0] ?? 0) / SET_SIZE)
  return {
    id: Number(row.id),
    set,
    signal: SIGNALS[Number(row.signal)]!,
    rows: Number(row.row_count),
    from: BigInt.asUintN(64, row.first_time),
    to: BigInt.asUintN(64, row.last_time),
    maxDuration: row.max_duration,
    resources: resources.map(resource => resource - set * SET_SIZE),
    directory: row.directory,
  }
}

/** One set of the dictionary's tables, read as far as it is needed: set 0 of an open partition grows. */
class SetTables implements DictionaryBytes {
  readonly #db: Sqlite
  readonly #first: number
  readonly #rows: Readonly<Record<DictionaryTable, Uint8Array[]>> = { resources: [], scopes: [], keys: [] }

  constructor(db: Sqlite, set: number) {
    this.#db = db
    this.#first = set * SET_SIZE
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

  #entry(table: DictionaryTable, index: number): Uint8Array {
    if (index >= this.#rows[table].length) this.#readOn(table)
    const rows = this.#rows[table]
    const entry = rows[index]
    if (entry === undefined) throw new PartitionDamaged(`${table} has ${rows.length} entries, not ${index}`)
    return entry
  }

  #readOn(table: DictionaryTable): void {
    const rows = this.#rows[table]
    const behind = this.#db
      .prepare(PARTITION_SQL[table])
      .all(this.#first + rows.length, this.#first + SET_SIZE) as { data: Uint8Array }[]
    for (const { data } of behind) rows.push(data)
  }

  entries(): DictionaryEntries {
    for (const table of DICTIONARY_TABLES) this.#readOn(table)
    return this.#rows
  }
}
