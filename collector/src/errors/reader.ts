/** Groups of errors as everybody else reads them, on a connection of its own. */
import { openForReading, prepareAll, type Sqlite, type Statement } from '../durable/sqlite-file.ts'
import type { GroupedBy } from './fingerprint.ts'
import { decodeSamples, type Samples, type VersionCount } from './group.ts'
import { ERRORS_SQL, READERS } from './table.ts'

/** A group in one service. */
export interface StoredGroup {
  readonly id: number
  readonly service: string
  readonly fingerprint: string
  readonly type: string
  readonly message: string
  /** By which it is grouped where there are no frames; '' else. */
  readonly operation: string
  /** Since it is kept. */
  readonly total: number
  /** Minutes since the epoch. */
  readonly first: number
  readonly last: number
}

export interface WholeGroup extends Omit<StoredGroup, 'fingerprint' | 'operation'> {
  readonly stack: string
  readonly groupedBy: GroupedBy
  readonly samples: Samples
}

export class ErrorReader {
  readonly #db: Sqlite
  readonly #statements: Readonly<Record<(typeof READERS)[number], Statement>>

  /** @throws what SQLite throws where the file is not there yet */
  constructor(path: string) {
    this.#db = openForReading(path)
    this.#statements = prepareAll(this.#db, ERRORS_SQL, READERS)
  }

  /** All that `read` asks is of one moment. */
  asOfNow<T>(read: () => T): T {
    return this.#db.transaction(read)()
  }

  /** @param service all unless told */
  groups(service?: string): readonly StoredGroup[] {
    return this.#statements.groups.all({ service: service ?? null }) as StoredGroup[]
  }

  /** One for each service. */
  group(fingerprint: string): readonly WholeGroup[] {
    type Row = Omit<WholeGroup, 'groupedBy' | 'samples'> & { groupedBy: string; samples: string }
    return (this.#statements.groupsOf.all(fingerprint) as Row[]).map(row => ({
      ...row,
      groupedBy: JSON.parse(row.groupedBy) as GroupedBy,
      samples: decodeSamples(row.samples),
    }))
  }

  /** Of all groups, by id. @param from the first hour since the epoch @param to left out */
  hours(from: number, to: number): Iterable<{ of: number; hour: number; count: number }> {
    return this.#statements.hours.iterate(from, to) as Iterable<{ of: number; hour: number; count: number }>
  }

  hoursOf(id: number, from: number, to: number): readonly { hour: number; count: number }[] {
    return this.#statements.hoursOf.all(id, from, to) as { hour: number; count: number }[]
  }

  /** The last seen first. */
  versionsOf(id: number): readonly VersionCount[] {
    return this.#statements.versionsOf.all(id) as VersionCount[]
  }

  /** Of each group the few that were seen last, by id. */
  latestVersions(most: number): ReadonlyMap<number, readonly string[]> {
    const rows = this.#statements.latestVersions.all({ most }) as { of: number; version: string }[]
    const byGroup = new Map<number, string[]>()
    for (const { of, version } of rows) byGroup.set(of, [...(byGroup.get(of) ?? []), version])
    return byGroup
  }

  /** Records of the journal of which no errors were counted. */
  get lacking(): number {
    const missing = this.#statements.missing.all() as { after: number; upTo: number }[]
    return missing.reduce((sum, { after, upTo }) => sum + upTo - after, 0)
  }

  close(): void {
    this.#db.close()
  }
}
