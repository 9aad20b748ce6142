/**
 * The table of pins in the catalogue. One thread writes it.
 *
 * A pin that is taken away is first marked, then its files go, then its row: a crash on the way is
 * gone on with. A file whose pin is not known here (the catalogue was lost) is taken for pinned.
 */
import { unixMillis, type UnixMillis } from '../../model/time.ts'
import type { Pin } from '../api.ts'
import { openCatalogue } from '../../durable/catalogue-file.ts'
import { loadSql } from '../../durable/sql.ts'
import type { Sqlite } from '../../durable/sqlite-file.ts'

const SQL = loadSql(new URL('pin-table.sql', import.meta.url), [
  'schema',
  'pins',
  'removedPins',
  'pin',
  'adopt',
  'unpin',
  'forget',
])

interface PinRow {
  readonly traceId: string
  readonly note: string
  readonly pinnedAt: number
}

export class PinTable {
  readonly #db: Sqlite

  /** @param path of the catalogue @throws Error that says what to do about one that cannot be used */
  constructor(path: string) {
    this.#db = openCatalogue(path, SQL.schema)
  }

  /** The one pinned last comes first. */
  pins(): Pin[] {
    const rows = this.#db.prepare(SQL.pins).all() as PinRow[]
    return rows.map(({ pinnedAt, ...row }) => ({ ...row, pinnedAt: unixMillis(pinnedAt) }))
  }

  pin(traceId: string, note: string, now: UnixMillis): void {
    this.#db.prepare(SQL.pin).run({ traceId, note, pinnedAt: Math.floor(now) })
  }

  /** Takes a trace for pinned unless it is known. */
  adopt(traceId: string, now: UnixMillis): void {
    this.#db.prepare(SQL.adopt).run({ traceId, pinnedAt: Math.floor(now) })
  }

  /** @returns whether it was pinned */
  unpin(traceId: string): boolean {
    return this.#db.prepare(SQL.unpin).run(traceId).changes > 0
  }

  /** Traces whose files are to go. */
  removed(): string[] {
    return this.#db.prepare(SQL.removedPins).pluck().all() as string[]
  }

  /** Their files are gone. */
  forget(traceId: string): void {
    this.#db.prepare(SQL.forget).run(traceId)
  }

  close(): void {
    this.#db.close()
  }
}
