/**
 * Groups of errors as their one writer sees them. Whoever owns the file sees to it that the position
 * in the journal is in the same transaction.
 */
import { loadSql } from '../durable/sql.ts'
import { prepareAll, type Sqlite, type Statement } from '../durable/sqlite-file.ts'
import { groupedBy } from './fingerprint.ts'
import {
  decodeSamples,
  encodeSamples,
  HOUR_MINUTES,
  mergeSamples,
  MOST_VERSIONS,
  type GroupCount,
} from './group.ts'

const WRITERS = [
  'group',
  'insertGroup',
  'updateGroup',
  'addHour',
  'addVersion',
  'insertMissing',
  'removeHours',
  'removeGroups',
  'removeHoursOfNone',
  'removeVersionsOfNone',
] as const
export const READERS = [
  'groups',
  'groupsOf',
  'hours',
  'hoursOf',
  'versionsOf',
  'latestVersions',
  'missing',
] as const
type Name = (typeof WRITERS)[number]

export const ERRORS_SQL = loadSql(new URL('errors.sql', import.meta.url), ['schema', ...WRITERS, ...READERS])

/** 13 months. */
export const KEPT_MINUTES = 395 * 1_440
const GROUPS_OF_SERVICE = 2_000
const LONGEST_MESSAGE = 1_000
const LONGEST_STACK = 8_000

export class ErrorTable {
  readonly #statements: Readonly<Record<Name, Statement>>
  readonly #most: number

  /** @param db makes its tables where there are none @param most groups of a service that are kept */
  constructor(db: Sqlite, most = GROUPS_OF_SERVICE) {
    db.exec(ERRORS_SQL.schema)
    this.#statements = prepareAll(db, ERRORS_SQL, WRITERS)
    this.#most = most
  }

  /** Adds what came to what is stored; within a transaction. */
  add(groups: Iterable<GroupCount>): void {
    for (const group of groups) {
      const id = this.#idOf(group)
      for (const [hour, count] of group.hours) this.#statements.addHour.run(id, hour, count)
      for (const version of group.versions.values())
        this.#statements.addVersion.run({ id, ...version, most: MOST_VERSIONS })
    }
  }

  #idOf(group: GroupCount): number {
    const stored = this.#statements.group.get(group.service, group.fingerprint) as
      { id: number; total: number; first: number; last: number; samples: string } | undefined
    if (stored === undefined) return this.#insert(group)
    this.#statements.updateGroup.run({
      id: stored.id,
      total: stored.total + group.total,
      first: Math.min(stored.first, group.first),
      last: Math.max(stored.last, group.last),
      samples: encodeSamples(mergeSamples(decodeSamples(stored.samples), group.samples.kept)),
    })
    return stored.id
  }

  #insert({ service, fingerprint, told, total, first, last, samples }: GroupCount): number {
    const by = groupedBy(told)
    const texts = {
      type: by.type,
      message: told.message.slice(0, LONGEST_MESSAGE),
      stack: told.stack.slice(0, LONGEST_STACK),
      groupedBy: JSON.stringify(by),
    }
    const counts = { total, first, last, samples: encodeSamples(samples.kept) }
    return Number(
      this.#statements.insertGroup.run({ service, fingerprint, ...texts, ...counts }).lastInsertRowid,
    )
  }

  /** Of sequences (after, upTo] no errors are counted; within a transaction. */
  lack(after: number, upTo: number): void {
    this.#statements.insertMissing.run(after, upTo)
  }

  /** Lets go of what is older than it is kept, and of too many; within a transaction. @param now minutes since the epoch */
  forget(now: number): void {
    const before = now - KEPT_MINUTES
    this.#statements.removeHours.run(Math.floor(before / HOUR_MINUTES))
    if (this.#statements.removeGroups.run({ before, most: this.#most }).changes === 0) return
    this.#statements.removeHoursOfNone.run()
    this.#statements.removeVersionsOfNone.run()
  }
}
