/**
 * Senders as their one writer sees them: a row for each process, or for each host where a resource
 * tells no instance.
 *
 * Whoever owns the file sees to it that the position in the journal is in the same transaction.
 */
import { loadSql } from '../durable/sql.ts'
import { prepareAll, type Sqlite, type Statement } from '../durable/sqlite-file.ts'

const WRITERS = ['upsert', 'forget', 'held', 'forgetOldest'] as const
const READERS = ['senders', 'sendersOf'] as const

export const SENDERS_SQL = loadSql(new URL('senders.sql', import.meta.url), [
  'schema',
  ...WRITERS,
  ...READERS,
])

/** A process that starts anew is another sender: those of a month of deploys are enough. */
const KEPT_MINUTES = 30 * 1_440
const MOST = 20_000

/** What a resource tells of the process that sends; what it does not tell is absent. */
export interface Described {
  readonly version?: string
  readonly host?: string
  readonly pid?: number
  readonly runtime?: string
  /** The library that makes its telemetry, and who put that together. */
  readonly sdk?: string
  readonly distro?: string
}

export interface Sender {
  readonly service: string
  /** `service.instance.id`, or what tells the process apart in its stead. */
  readonly instance: string
  readonly described: Described
}

/** Every method is called within a transaction. */
export class SenderTable {
  readonly #statements: Readonly<Record<(typeof WRITERS)[number], Statement>>

  /** @param db makes its table where there is none */
  constructor(db: Sqlite) {
    db.exec(SENDERS_SQL.schema)
    this.#statements = prepareAll(db, SENDERS_SQL, WRITERS)
  }

  /** @param minute since the epoch, in which a request of it came */
  see({ service, instance, described }: Sender, minute: number): void {
    this.#statements.upsert.run({ service, instance, described: JSON.stringify(described), minute })
  }

  /** @param now minutes since the epoch */
  forget(now: number): void {
    this.#statements.forget.run(now - KEPT_MINUTES)
    const held = this.#statements.held.pluck().get() as number
    if (held > MOST) this.#statements.forgetOldest.run(held - MOST)
  }
}
