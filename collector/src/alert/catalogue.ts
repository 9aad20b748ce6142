/**
 * The catalogue's tables of alerts: prepared statements and the one transaction. Every commit is on
 * stable storage when it returns (`synchronous=FULL`).
 */
import { openCatalogue } from '../durable/catalogue-file.ts'
import { loadSql } from '../durable/sql.ts'
import type { Sqlite, Statement } from '../durable/sqlite-file.ts'

const NAMES = [
  'states',
  'putState',
  'removeState',
  'beginEpisode',
  'endEpisode',
  'annotateEpisode',
  'episode',
  'episodes',
  'putGroup',
  'joinGroup',
  'groupsOfEpisode',
  'hastenDelivery',
  'dueGroups',
  'groupEpisodes',
  'flushed',
  'noteNotified',
  'leaveGroup',
  'insertDelivery',
  'nameAlerts',
  'dueReceivers',
  'dueDelivery',
  'attempted',
  'deliveries',
  'delivery',
  'redeliver',
  'removeOldDeliveries',
  'removeOldNames',
  'silences',
  'putSilence',
  'expireSilence',
  'receivers',
  'putReceiver',
  'removeReceiver',
  'receiverFaults',
  'putReceiverFault',
  'removeReceiverFault',
  'setting',
  'putSetting',
  'slos',
  'putSlo',
  'removeSlo',
  'sloFiles',
  'putSloFile',
  'removeSloFile',
] as const

const SQL = loadSql(new URL('catalogue.sql', import.meta.url), ['schema', ...NAMES])

export type StatementName = (typeof NAMES)[number]

export class AlertCatalogue {
  readonly #db: Sqlite
  readonly #statements: Readonly<Record<StatementName, Statement>>

  /** @throws Error that says what to do about a catalogue that cannot be used */
  constructor(path: string) {
    this.#db = openCatalogue(path, SQL.schema)
    const statements = NAMES.map(name => [name, this.#db.prepare(SQL[name])] as const)
    this.#statements = Object.fromEntries(statements) as Record<StatementName, Statement>
  }

  /** All of `work` or nothing. */
  inOne<T>(work: () => T): T {
    return this.#db.transaction(work).immediate()
  }

  /** What columns a row has, the statement says: who asks names the type. */
  all(name: StatementName, ...parameters: readonly unknown[]): readonly unknown[] {
    return this.#statements[name].all(...parameters)
  }

  one(name: StatementName, ...parameters: readonly unknown[]): unknown {
    return this.#statements[name].get(...parameters)
  }

  /** @returns the row id of what was inserted, and how many rows changed */
  run(
    name: StatementName,
    ...parameters: readonly unknown[]
  ): { readonly id: number; readonly changes: number } {
    const { lastInsertRowid, changes } = this.#statements[name].run(...parameters)
    return { id: Number(lastInsertRowid), changes }
  }

  close(): void {
    this.#db.close()
  }
}
