/**
 * Whether anybody wants alerts: where nobody does, their thread is not started before somebody asks.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openForReading } from '../durable/sqlite-file.ts'
import { loadSql } from '../durable/sql.ts'
import type { AlertSettings } from './messages.ts'

const SQL = loadSql(new URL('in-use.sql', import.meta.url), ['known', 'anything'])

/** @param folder the data folder */
export function alertsInUse(
  folder: string,
  { routing, sloFolder, heartbeatUrl }: Pick<AlertSettings, 'routing' | 'sloFolder' | 'heartbeatUrl'>,
): boolean {
  if (routing.receivers.length > 0 || sloFolder !== undefined || heartbeatUrl !== undefined) return true
  const catalogue = join(folder, 'catalogue.db')
  if (!existsSync(catalogue)) return false
  const db = openForReading(catalogue)
  try {
    return db.prepare(SQL.known).pluck().get() === 1 && db.prepare(SQL.anything).pluck().get() === 1
  } finally {
    db.close()
  }
}
