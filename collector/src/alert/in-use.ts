/**
 * Whether anybody wants alerts: where nobody does, their thread is not started before somebody asks.
 */
import { existsSync } from 'node:fs'
import { cataloguePath } from '../durable/catalogue-file.ts'
import { openForReading } from '../durable/sqlite-file.ts'
import { loadSql } from '../durable/sql.ts'
import type { AlertSettings } from './messages.ts'

const SQL = loadSql(new URL('in-use.sql', import.meta.url), ['known', 'anything'])

/** @param folder the data folder */
export function alertsInUse(
  folder: string,
  settings: Pick<AlertSettings, 'routing' | 'sloFolder' | 'ruleFiles' | 'heartbeatUrl'>,
): boolean {
  const { routing, sloFolder, ruleFiles, heartbeatUrl } = settings
  if (routing.receivers.length > 0 || ruleFiles.length > 0) return true
  if (sloFolder !== undefined || heartbeatUrl !== undefined) return true
  const catalogue = cataloguePath(folder)
  if (!existsSync(catalogue)) return false
  const db = openForReading(catalogue)
  try {
    return db.prepare(SQL.known).pluck().get() === 1 && db.prepare(SQL.anything).pluck().get() === 1
  } finally {
    db.close()
  }
}
