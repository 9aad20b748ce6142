/**
 * `catalogue.db`: what is kept beside telemetry and outlives it. So far the pins. One thread writes it.
 *
 * A pin that is taken away is first marked, then its files go, then its row: a crash on the way is
 * gone on with. A file whose pin is not known here (the catalogue was lost) is taken for pinned.
 */
import { unixMillis, type UnixMillis } from '../../model/time.ts'
import type { Pin } from '../api.ts'
import { loadSql } from '../sql.ts'
import { openForWriting, type Sqlite } from '../sqlite-file.ts'

const SQL = loadSql(new URL('catalogue.sql', import.meta.url), [
  'schema',
  'format',
  'setFormat',
  'pins',
  'removedPins',
  'pin',
  'adopt',
  'unpin',
  'forget',
])

export const CATALOGUE_FORMAT = 1
const PAGE_BYTES = 4096

interface PinRow {
  readonly traceId: string
  readonly note: string
  readonly pinnedAt: number
}

export class Catalogue {
  readonly #db: Sqlite

  /** @throws Error that says what to do about a catalogue that cannot be used */
  constructor(path: string) {
    try {
      this.#db = openForWriting(path, PAGE_BYTES)
      this.#db.exec(SQL.schema)
      const format = this.#db.prepare(SQL.format).pluck().get()
      if (format === undefined) this.#db.prepare(SQL.setFormat).run(CATALOGUE_FORMAT)
      else if (format !== CATALOGUE_FORMAT) throw new Error(`it has format ${JSON.stringify(format)}`)
    } catch (cause) {
      throw new Error(
        `${path} cannot be used (${(cause as Error).message}): take it from a backup, or move it away`,
        { cause },
      )
    }
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
