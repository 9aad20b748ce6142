/**
 * Writes the open partition: blocks, what they refer to, the index, and how far the journal is
 * applied, all in one transaction.
 */
import type { EncodedBlock } from '../columns/block.ts'
import type { DictionaryBuilder } from '../columns/dictionaries.ts'
import type { InternTable } from '../columns/intern.ts'
import { ByteSink } from '../../wire/bytes.ts'
import { SIGNALS } from '../journal/batch.ts'
import { failPoint } from '../../durable/fail-point.ts'
import { loadSql } from '../../durable/sql.ts'
import { openForWriting, type Sqlite, type Statement } from '../../durable/sqlite-file.ts'
import type { EncodedSeries } from '../series/cutter.ts'
import { FORMAT, FORMAT_WITH_SERIES, FORMAT_WITH_SETS } from './damage.ts'
import { LookupIndexWriter } from './lookup-index.ts'
import { SeriesReader } from './series-reader.ts'
import { SeriesWriter } from './series-writer.ts'

export const PARTITION_SQL = loadSql(new URL('partition.sql', import.meta.url), [
  'schema',
  'meta',
  'setMeta',
  'insertResource',
  'insertScope',
  'insertKey',
  'resources',
  'scopes',
  'keys',
  'insertBlock',
  'blocksFrom',
  'blockAt',
  'insertChunk',
  'chunk',
  'chunksOf',
  'insertRun',
  'runs',
  'removeRun',
  'insertPage',
  'removePages',
  'pagesOf',
  'pageCount',
  'pagesAround',
])

export const CHUNKS_A_BLOCK = 4096
/** Place of a block's filter: behind all that a block can have. */
export const FILTER_PLACE = CHUNKS_A_BLOCK - 1
const PAGE_BYTES = 4096
const CHECKPOINT_PAGES = 4096

/** How far a signal's records are in blocks: all up to `sequence`, and `rows` rows of record `sequence + 1`. */
export interface Watermark {
  readonly sequence: number
  readonly rows: number
}

/** Rows of a record that are in blocks already; of a record up to `mark.sequence` all are. */
export const rowsDone = (mark: Watermark, sequence: number): number =>
  sequence === mark.sequence + 1 ? mark.rows : 0

/** Of series all up to a record are in chunks: its `rows` are 0. */
export type Watermarks = readonly [traces: Watermark, logs: Watermark, series: Watermark]

/** Times are unsigned on the wire and signed in SQLite; they are compared in code, never in SQL. */
export const storedTime = (time: bigint): bigint => BigInt.asIntN(64, time)

/**
 * Numbers of a dictionary's set: entry *n* of set *s* stands at *s* × this + *n*. An open partition has
 * set 0 alone; one that was made of several has a set for each whose blocks were copied.
 */
export const SET_SIZE = 2 ** 20

export const DICTIONARY_TABLES = ['resources', 'scopes', 'keys'] as const
export type DictionaryTable = (typeof DICTIONARY_TABLES)[number]
export type DictionaryEntries = Readonly<Record<DictionaryTable, readonly Uint8Array[]>>

export class PartitionWriter {
  readonly path: string
  readonly first: number
  readonly db: Sqlite
  readonly index: LookupIndexWriter
  readonly series: SeriesWriter
  readonly #setMeta: Statement
  readonly #insertBlock: Statement
  readonly #insertChunk: Statement
  readonly #insertEntry: Readonly<Record<DictionaryTable, Statement>>
  readonly #stored = { resources: 0, scopes: 0, keys: 0 }
  #lastSet = 0
  #format: number
  blocks = 0
  #bytes = 0

  constructor(path: string, first: number, pageBytes = PAGE_BYTES) {
    this.path = path
    this.first = first
    this.db = openForWriting(path, pageBytes)
    this.db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
    this.db.exec(PARTITION_SQL.schema)
    this.index = new LookupIndexWriter(this.db, PARTITION_SQL)
    this.series = new SeriesWriter(this.db)
    this.#setMeta = this.db.prepare(PARTITION_SQL.setMeta)
    this.#insertBlock = this.db.prepare(PARTITION_SQL.insertBlock)
    this.#insertChunk = this.db.prepare(PARTITION_SQL.insertChunk)
    this.#insertEntry = {
      resources: this.db.prepare(PARTITION_SQL.insertResource),
      scopes: this.db.prepare(PARTITION_SQL.insertScope),
      keys: this.db.prepare(PARTITION_SQL.insertKey),
    }
    this.#format = readMeta(this.db).get('format') ?? 0
    this.#raiseFormat(FORMAT)
  }

  /** Of blocks and series. */
  get bytes(): number {
    return this.#bytes + this.series.bytes
  }

  /** Writes blocks and series in one transaction with the position they end at. */
  write(
    blocks: readonly EncodedBlock[],
    dictionary: DictionaryBuilder,
    watermarks: Watermarks,
    series: readonly EncodedSeries[] = [],
  ): void {
    failPoint('block.commit')
    this.db.transaction(() => {
      this.putDictionary(dictionary)
      for (const block of blocks) this.index.addBlock(block.lookups, this.putBlock(block, 0))
      for (const cut of series) this.putSeries(cut)
      SIGNALS.forEach((signal, i) => {
        this.setMeta(`${signal}.sequence`, watermarks[i]!.sequence)
        this.setMeta(`${signal}.rows`, watermarks[i]!.rows)
      })
      this.setMeta('series.sequence', watermarks[2].sequence)
      failPoint('block.inserted')
    })()
    failPoint('block.committed')
  }

  putSeries(series: EncodedSeries): void {
    this.#raiseFormat(FORMAT_WITH_SERIES)
    this.series.write(series)
  }

  /** A file says the lowest format by which it can be read. */
  #raiseFormat(format: number): void {
    if (format <= this.#format) return
    this.#format = format
    this.setMeta('format', format)
  }

  setMeta(key: string, value: string | number): void {
    this.#setMeta.run(key, value)
  }

  /** @param set of the dictionary that the block's numbers mean; @returns the block's number */
  putBlock(block: Omit<EncodedBlock, 'lookups'>, set: number): number {
    const id = this.blocks++
    const sink = new ByteSink()
    for (const resource of block.resources) sink.varint(set * SET_SIZE + resource)
    this.#insertBlock.run({
      id,
      signal: SIGNALS.indexOf(block.signal),
      rows: block.rows,
      from: storedTime(block.from),
      to: storedTime(block.to),
      maxDuration: block.maxDuration,
      resources: sink.take(),
      directory: block.directory,
    })
    block.chunks.forEach((chunk, place) => this.#putChunk(id, place, chunk))
    if (block.filter !== undefined) this.#putChunk(id, FILTER_PLACE, block.filter)
    return id
  }

  #putChunk(block: number, place: number, chunk: Uint8Array): void {
    this.#insertChunk.run(block * CHUNKS_A_BLOCK + place, chunk)
    this.#bytes += chunk.length
  }

  /** Writes a further set of the dictionary, of a partition whose blocks are copied. @returns its number */
  putSet(entries: DictionaryEntries): number {
    const first = ++this.#lastSet * SET_SIZE
    this.#raiseFormat(FORMAT_WITH_SETS)
    for (const name of DICTIONARY_TABLES)
      entries[name].forEach((data, i) => this.#insertEntry[name].run(first + i, data))
    return this.#lastSet
  }

  /** Entries of set 0 that are new since the last time. */
  putDictionary(dictionary: DictionaryBuilder): void {
    for (const name of DICTIONARY_TABLES) {
      const table: InternTable = dictionary[name]
      for (; this.#stored[name] < table.size; this.#stored[name]++) {
        const data = table.get(this.#stored[name])
        this.#insertEntry[name].run(this.#stored[name], Buffer.from(data))
      }
    }
  }

  /** Takes up a partition that a process before this one began: fills the dictionary from the file. */
  resume(dictionary: DictionaryBuilder): Watermarks {
    for (const name of DICTIONARY_TABLES) {
      const rows = this.db.prepare(PARTITION_SQL[name]).all(0, SET_SIZE) as { data: Uint8Array }[]
      for (const { data } of rows) dictionary[name].add(data, 0, data.length)
      this.#stored[name] = rows.length
    }
    const blocks = this.db.prepare(PARTITION_SQL.blocksFrom).all(0) as { id: number }[]
    this.blocks = (blocks.at(-1)?.id ?? -1) + 1
    this.#bytes =
      Number(this.db.pragma('page_count', { simple: true })) *
      Number(this.db.pragma('page_size', { simple: true }))
    return readWatermarks(this.db, this.first - 1)
  }

  /** Labels of the groups of series that are stored, in their order. */
  groupsOfSeries(): Uint8Array[] {
    return [...new SeriesReader(this.db).stored().groups]
  }

  close(): void {
    this.db.close()
  }
}

export function readMeta(db: Sqlite): ReadonlyMap<string, number> {
  const rows = db.prepare(PARTITION_SQL.meta).all() as { key: string; value: number }[]
  return new Map(rows.map(row => [row.key, row.value]))
}

/** @param before the position where the file says nothing yet */
export function readWatermarks(db: Sqlite, before: number): Watermarks {
  const meta = readMeta(db)
  const [traces, logs] = SIGNALS.map(signal => ({
    sequence: meta.get(`${signal}.sequence`) ?? before,
    rows: meta.get(`${signal}.rows`) ?? 0,
  }))
  return [traces!, logs!, { sequence: meta.get('series.sequence') ?? before, rows: 0 }]
}
