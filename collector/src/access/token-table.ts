/** Tokens and sessions as they are stored: by hash, so that who reads the file cannot use them. */
import { openCatalogue } from '../durable/catalogue-file.ts'
import { loadSql } from '../durable/sql.ts'
import { prepareAll, type Sqlite, type Statement } from '../durable/sqlite-file.ts'
import { unixMillis, type UnixMillis } from '../model/time.ts'
import type { Scope } from '../model/scope.ts'

const NAMES = ['insert', 'all', 'removeNamed', 'remove', 'removeExpired'] as const
const SQL = loadSql(new URL('tokens.sql', import.meta.url), ['schema', ...NAMES])

export interface StoredToken {
  /** SHA-256. */
  readonly hash: Uint8Array
  /** Of a session that of the token which began it; null where the start-up link did. */
  readonly name: string | null
  readonly scope: Scope
  readonly created: UnixMillis
  /** Of a session; null for a token, which lasts until it is removed. */
  readonly expires: UnixMillis | null
}

export class TokenTable {
  readonly #db: Sqlite
  readonly #statements: Readonly<Record<(typeof NAMES)[number], Statement>>

  /** @param path of the catalogue @throws Error that says what to do about one that cannot be used */
  constructor(path: string) {
    this.#db = openCatalogue(path, SQL.schema)
    this.#statements = prepareAll(this.#db, SQL, NAMES)
  }

  /** @returns false where there is a token of this name already */
  add(token: StoredToken): boolean {
    if (token.expires === null && this.all().some(known => isToken(known) && known.name === token.name))
      return false
    this.#statements.insert.run(token)
    return true
  }

  all(): readonly StoredToken[] {
    const rows = this.#statements.all.all() as (StoredToken & { created: number; expires: number | null })[]
    return rows.map(row => ({
      ...row,
      created: unixMillis(row.created),
      expires: row.expires === null ? null : unixMillis(row.expires),
    }))
  }

  /** With the sessions that it began. @returns whether there was one */
  removeNamed(name: string): boolean {
    return this.#statements.removeNamed.run(name).changes > 0
  }

  remove(hash: Uint8Array): void {
    this.#statements.remove.run(hash)
  }

  removeExpired(now: UnixMillis): void {
    this.#statements.removeExpired.run(now)
  }

  /** Another number whenever somebody else has changed the catalogue. */
  get version(): number {
    return this.#db.pragma('data_version', { simple: true }) as number
  }

  close(): void {
    this.#db.close()
  }
}

export const isToken = ({ expires }: StoredToken): boolean => expires === null
