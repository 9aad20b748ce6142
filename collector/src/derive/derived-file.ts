/**
 * `derived.db`, as its one writer sees it. What is derived and the position in the journal up to
 * which it is derived go in one transaction.
 */
import { failPoint } from '../durable/fail-point.ts'
import { loadSql } from '../durable/sql.ts'
import { openForWriting, prepareAll, type Sqlite, type Statement } from '../durable/sqlite-file.ts'
import type { UnixMinute } from '../model/time.ts'
import type { Commit, Derivation } from './derivation.ts'

const NAMES = ['meta', 'setMeta'] as const
export const SQL = loadSql(new URL('derived.sql', import.meta.url), ['schema', ...NAMES])

const FORMAT = 1
const PAGE_BYTES = 4096
const MINUTES_A_DAY = 1_440

export class DerivedFile {
  /** For the tables of derivations. */
  readonly db: Sqlite
  readonly #statements: Readonly<Record<(typeof NAMES)[number], Statement>>
  #derivations: readonly Derivation[] = []
  #day: number | undefined

  /** @throws what SQLite throws; Error for a file of another format */
  constructor(path: string) {
    this.db = openForWriting(path, PAGE_BYTES)
    this.db.exec(SQL.schema)
    this.#statements = prepareAll(this.db, SQL, NAMES)
    const format = this.#meta('format') ?? FORMAT
    if (format !== FORMAT) throw new Error(`derived.db has format ${format}; this version reads ${FORMAT}`)
    this.#statements.setMeta.run('format', FORMAT)
  }

  #meta(key: string): number | undefined {
    return this.#statements.meta.pluck().get(key) as number | undefined
  }

  /** undefined where nothing was ever derived. */
  get position(): number | undefined {
    return this.#meta('position')
  }

  /** One transaction: all of it is on stable storage when this returns. */
  inOne(work: () => void): void {
    this.db.transaction(work)()
  }

  /** All that are kept in this file, before the first commit. */
  hold(derivations: readonly Derivation[]): void {
    this.#derivations = derivations
    const fresh = derivations.filter(({ name }) => this.#meta(name) === undefined)
    if (fresh.length === 0) return
    this.inOne(() => {
      for (const derivation of fresh) {
        if (this.position !== undefined && this.position > 0) derivation.lack(this.position)
        this.#statements.setMeta.run(derivation.name, 1)
      }
    })
  }

  commit(commit: Commit): void {
    failPoint('derive.begin')
    this.inOne(() => {
      for (const derivation of this.#derivations) derivation.store(commit)
      this.#statements.setMeta.run('position', commit.position)
      failPoint('derive.inserted')
    })
    failPoint('derive.committed')
  }

  /** @param all or those that want it */
  fold(all: boolean): void {
    for (const derivation of this.#derivations)
      if (all || derivation.wantsFold === true)
        this.inOne(() => {
          derivation.fold?.()
          failPoint('derive.folded')
        })
  }

  forget(now: UnixMinute): void {
    const day = Math.floor(now / MINUTES_A_DAY)
    const isNew = this.#day !== undefined && day !== this.#day
    this.inOne(() => {
      for (const derivation of this.#derivations) {
        derivation.forget(now)
        if (isNew) derivation.beginDay?.()
      }
    })
    this.#day = day
  }

  close(): void {
    this.db.close()
  }
}
