/**
 * `catalogue.db`: what is no telemetry and outlives it: pins, objectives, alerts, silences, receivers.
 * This module owns the file: where it lies, how it is opened, and which format it has. Each part that
 * keeps something there brings tables of its own, and writes no other's; parts may do so on threads of
 * their own, for SQLite lets one writer wait for the other.
 */
import { join } from 'node:path'
import { loadSql } from './sql.ts'
import { openForWriting, type Sqlite } from './sqlite-file.ts'

const SQL = loadSql(new URL('catalogue-file.sql', import.meta.url), ['schema', 'format', 'setFormat'])
export const CATALOGUE_FORMAT = 1
const PAGE_BYTES = 4096
const PATIENCE_MILLIS = 5_000

/** @param folder the data folder */
export const cataloguePath = (folder: string): string => join(folder, 'catalogue.db')

/**
 * @param schema makes the tables of the part that opens it, where they are not there yet
 * @throws Error that says what to do about a catalogue that cannot be used
 */
export function openCatalogue(path: string, schema: string): Sqlite {
  try {
    const db = openForWriting(path, PAGE_BYTES)
    db.pragma(`busy_timeout = ${PATIENCE_MILLIS}`)
    // Whoever comes first writes the format; whoever comes at the same time finds it written.
    db.transaction(() => checkFormat(db)).immediate()
    db.exec(schema)
    return db
  } catch (cause) {
    throw new Error(
      `${path} cannot be used (${(cause as Error).message}): take it from a backup, or move it away`,
      { cause },
    )
  }
}

function checkFormat(db: Sqlite): void {
  db.exec(SQL.schema)
  const format = db.prepare(SQL.format).pluck().get()
  if (format === undefined) db.prepare(SQL.setFormat).run(CATALOGUE_FORMAT)
  else if (format !== CATALOGUE_FORMAT) throw new Error(`it has format ${JSON.stringify(format)}`)
}
