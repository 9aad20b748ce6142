/**
 * A journal of format 1 said of a record nothing but its bodies. What stands beside them since is
 * made of them, once, when such a file is opened for writing: all of it in one transaction, so that
 * a kill leaves the file as it was.
 */
import { zstdDecompressSync } from 'node:zlib'
import { decodeRequest } from '../../decode/request.ts'
import type { CanonicalRequest } from '../../model/canonical.ts'
import type { Signal } from '../../model/telemetry.ts'
import { loadSql } from '../../durable/sql.ts'
import type { Sqlite } from '../../durable/sqlite-file.ts'
import { packBatch, type Batch } from './batch.ts'

const SQL = loadSql(new URL('upgrade.sql', import.meta.url), [
  'isFormat1',
  'highest',
  'setAside',
  'sequences',
  'record',
  'insert',
  'removeOld',
  'keepHighest',
])

interface OldRecord {
  readonly received: bigint
  readonly traces: Uint8Array | null
  readonly logs: Uint8Array | null
}

/**
 * @param schema makes the tables as they are now
 * @param columns what stands beside the bodies of a batch, by column
 */
export function upgradeJournal(
  db: Sqlite,
  schema: string,
  columns: (batch: Batch, received: bigint) => Record<string, unknown>,
): void {
  if (db.prepare(SQL.isFormat1).pluck().get() !== 1) return
  db.transaction(() => {
    const highest = db.prepare(SQL.highest).pluck().get()
    db.exec(SQL.setAside)
    db.exec(schema)
    const record = db.prepare(SQL.record).safeIntegers()
    const insert = db.prepare(SQL.insert)
    for (const sequence of db.prepare(SQL.sequences).pluck().all()) {
      const { received, traces, logs } = record.get(sequence) as OldRecord
      const requests = [...requestOf('traces', traces), ...requestOf('logs', logs)]
      insert.run({ sequence, received, traces, logs, ...columns(packBatch(requests).batch, received) })
    }
    db.exec(SQL.removeOld)
    // The table of sequences has a row as soon as something was stored, and none before.
    db.prepare(SQL.keepHighest).run({ highest })
  })()
}

function requestOf(signal: Signal, compressed: Uint8Array | null): CanonicalRequest[] {
  if (compressed === null) return []
  const { request } = decodeRequest(signal, 'protobuf', zstdDecompressSync(compressed))
  return request === undefined ? [] : [request]
}
