/** Writes the series of a partition, within the transaction of its caller. */
import { metadataKey, NO_ATTRIBUTES, type MetricMetadata } from '../../decode/series/sink.ts'
import type { EncodedSeries } from '../series/cutter.ts'
import { loadSql } from '../../durable/sql.ts'
import type { Sqlite, Statement } from '../../durable/sqlite-file.ts'

export const SERIES_SQL = loadSql(new URL('series.sql', import.meta.url), [
  'schema',
  'labelSchema',
  'exists',
  'insertGroup',
  'insertChunk',
  'insertTrace',
  'insertLabel',
  'insertMetadata',
  'insertAttributes',
  'bounds',
  'extent',
  'groups',
  'groupNames',
  'group',
  'groupsOfLabel',
  'chunksOf',
  'allChunksOf',
  'chunkRow',
  'chunk',
  'anyChunkOf',
  'groupOfChunk',
  'chunksOfTrace',
  'metadata',
  'metadataAlone',
])

/** Numbers of groups in an entry of `series_label`. */
const GROUPS = 2n ** 20n

/** The entries of a label: one for each group in which a series has it. */
export function labelEntries(hash: number): { readonly from: bigint; readonly to: bigint } {
  const from = BigInt(Math.floor(hash / 2 ** 9)) * GROUPS
  return { from, to: from + GROUPS - 1n }
}

export class SeriesWriter {
  readonly #insertGroup: Statement
  readonly #insertChunk: Statement
  readonly #insertTrace: Statement
  /** Undefined in a partition that was begun without an index of labels: one that knows only some groups would hide the others. */
  readonly #insertLabel: Statement | undefined
  readonly #insertMetadata: Statement
  readonly #insertAttributes: Statement
  readonly #known = new Set<string>()
  /** Bytes of all that was written. */
  bytes = 0

  constructor(db: Sqlite) {
    const exists = (table: string): boolean => db.prepare(SERIES_SQL.exists).pluck().get(table) !== 0
    if (!exists('series_group')) db.exec(SERIES_SQL.labelSchema)
    db.exec(SERIES_SQL.schema)
    if (exists('series_label')) this.#insertLabel = db.prepare(SERIES_SQL.insertLabel)
    this.#insertGroup = db.prepare(SERIES_SQL.insertGroup)
    this.#insertChunk = db.prepare(SERIES_SQL.insertChunk)
    this.#insertTrace = db.prepare(SERIES_SQL.insertTrace)
    this.#insertMetadata = db.prepare(SERIES_SQL.insertMetadata)
    this.#insertAttributes = db.prepare(SERIES_SQL.insertAttributes)
    for (const metadata of storedMetadata(db.prepare(SERIES_SQL.metadata)))
      this.#known.add(metadataKey(metadata))
  }

  write({ groups, chunks, metadata }: EncodedSeries): void {
    for (const { id, size, firstName, lastName, labels, hashes } of groups) {
      this.#insertGroup.run(id, size, firstName, lastName, labels)
      for (const hash of hashes) this.#insertLabel?.run(labelEntries(hash).from + BigInt(id))
      this.bytes += labels.length
    }
    for (const { group, kind, from, to, items, data, traces } of chunks) {
      const { lastInsertRowid } = this.#insertChunk.run(group, kind, BigInt(from), BigInt(to), items, data)
      for (const trace of traces) this.#insertTrace.run(BigInt(trace), lastInsertRowid)
      this.bytes += data.length
    }
    for (const entry of metadata) this.#putMetadata(entry)
  }

  #putMetadata(metadata: MetricMetadata): void {
    const key = metadataKey(metadata)
    if (this.#known.has(key)) return
    this.#known.add(key)
    const { name, type, unit, help, attributes } = metadata
    const { lastInsertRowid } = this.#insertMetadata.run(name, type, unit, help)
    if (attributes.length > 0) this.#insertAttributes.run(lastInsertRowid, attributes)
  }
}

/** @param statement `metadata` */
export function storedMetadata(statement: Statement): MetricMetadata[] {
  const rows = statement.all() as (MetricMetadata & { readonly attributes: Uint8Array | null })[]
  return rows.map(row => ({ ...row, attributes: row.attributes ?? NO_ATTRIBUTES }))
}
