/**
 * Opening SQLite files the one way in which Hodoscope does.
 *
 * Relies on SQLite ≥ 3.51.3: from 3.7.0 to 3.51.2 two connections that write and checkpoint at the
 * same time can damage a WAL database. Source: sqlite.org/releaselog/3_51_3.html.
 */
import Database from 'better-sqlite3'

export type Sqlite = Database.Database
export type Statement = Database.Statement

const SAFE_FROM = [3, 51, 3] as const

export function assertSafeVersion(version: string): void {
  const parts = version.split('.').map(Number)
  for (let i = 0; i < SAFE_FROM.length; i++) {
    if (parts[i]! > SAFE_FROM[i]!) return
    if (parts[i]! < SAFE_FROM[i]!)
      throw new Error(`SQLite ${version} can damage WAL databases; ${SAFE_FROM.join('.')} or later is needed`)
  }
}

/** A file that is written: WAL, and every commit on stable storage before it returns. */
export function openForWriting(path: string, pageSize: number): Sqlite {
  const db = new Database(path)
  assertSafeVersion(db.prepare('select sqlite_version()').pluck().get() as string)
  db.pragma(`page_size = ${pageSize}`)
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('trusted_schema = OFF')
  return db
}

export function openForReading(path: string): Sqlite {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  db.pragma('trusted_schema = OFF')
  db.pragma('query_only = ON')
  return db
}

/** @param sql by name, as `loadSql` gives it */
export function prepareAll<Name extends string>(
  db: Sqlite,
  sql: Readonly<Record<Name, string>>,
  names: readonly Name[],
): Readonly<Record<Name, Statement>> {
  const statements = names.map(name => [name, db.prepare(sql[name])] as const)
  return Object.fromEntries(statements) as Record<Name, Statement>
}
