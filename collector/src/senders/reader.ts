/** Senders as everybody else reads them, on a connection of its own. */
import { openForReading, prepareAll, type Sqlite, type Statement } from '../durable/sqlite-file.ts'
import { SENDERS_SQL, type Described, type Sender } from './table.ts'

const ASKED = ['senders', 'sendersOf'] as const

export interface SeenSender extends Sender {
  /** Minutes since the epoch in which its first and its last request came. */
  readonly first: number
  readonly last: number
}

export class SenderReader {
  readonly #db: Sqlite
  readonly #statements: Readonly<Record<(typeof ASKED)[number], Statement>>

  /** @throws what SQLite throws where the file is not there yet */
  constructor(path: string) {
    this.#db = openForReading(path)
    this.#statements = prepareAll(this.#db, SENDERS_SQL, ASKED)
  }

  /**
   * By service, then by instance.
   * @param since minutes since the epoch: those that sent then, or later
   */
  senders(since: number, service?: string): readonly SeenSender[] {
    const { senders, sendersOf } = this.#statements
    const rows = service === undefined ? senders.all(since) : sendersOf.all(service, since)
    return (rows as (SeenSender & { described: string })[]).map(row => ({
      ...row,
      described: JSON.parse(row.described) as Described,
    }))
  }

  close(): void {
    this.#db.close()
  }
}
