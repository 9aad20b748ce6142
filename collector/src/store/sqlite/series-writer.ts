/** Writes the series of a partition, within the transaction of its caller. */
import type { MetricMetadata } from '../../decode/series/sink.ts'
import type { EncodedSeries } from '../series/cutter.ts'
import { loadSql } from '../../durable/sql.ts'
import type { Sqlite, Statement } from '../../durable/sqlite-file.ts'

export const SERIES_SQL = loadSql(new URL('series.sql', import.meta.url), [
  'schema',
  'exists',
  'insertGroup',
  'insertChunk',
  'insertTrace',
  'insertMetadata',
  'bounds',
  'groups',
  'groupsOfName',
  'chunksOf',
  'allChunksOf',
  'chunk',
  'anyChunkOf',
  'groupOfChunk',
  'chunksOfTrace',
  'metadata',
])

export class SeriesWriter {
  readonly #insertGroup: Statement
  readonly #insertChunk: Statement
  readonly #insertTrace: Statement
  readonly #insertMetadata: Statement
  readonly #known = new Set<string>()
  /** Bytes of all that was written. */
  bytes = 0

  constructor(db: Sqlite) {
    db.exec(SERIES_SQL.schema)
    this.#insertGroup = db.prepare(SERIES_SQL.insertGroup)
    this.#insertChunk = db.prepare(SERIES_SQL.insertChunk)
    this.#insertTrace = db.prepare(SERIES_SQL.insertTrace)
    this.#insertMetadata = db.prepare(SERIES_SQL.insertMetadata)
    for (const metadata of db.prepare(SERIES_SQL.metadata).all() as MetricMetadata[])
      this.#known.add(metadataKey(metadata))
  }

  write({ groups, chunks, metadata }: EncodedSeries): void {
    for (const { id, size, firstName, lastName, labels } of groups) {
      this.#insertGroup.run(id, size, firstName, lastName, labels)
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
    const { name, type, unit, help } = metadata
    this.#insertMetadata.run(name, type, unit, help)
  }
}

const metadataKey = ({ name, type, unit, help }: MetricMetadata): string =>
  `${name}\u0000${type}\u0000${unit}\u0000${help}`
