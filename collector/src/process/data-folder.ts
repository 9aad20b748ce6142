/**
 * The data folder belongs to one process at a time.
 *
 * The lock is SQLite's own exclusive lock on an empty database: the system lets go of it when the
 * process ends, however it ends, so there is no stale lock to clear by hand.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

export interface DataFolder {
  readonly path: string
  unlock(): void
}

/** A connection that nobody holds on to is collected, and its lock with it. */
const held = new Set<Database.Database>()

export class FolderInUse extends Error {
  constructor(folder: string, holder: string) {
    super(
      `the data folder ${folder} is in use${holder}; stop that process, or choose another folder with --data`,
    )
    this.name = 'FolderInUse'
  }
}

/**
 * Makes the folder (readable by its owner alone) where it is missing, and locks it.
 * @throws FolderInUse; the system's error where the folder cannot be made or written
 */
export function lockDataFolder(path: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const holderFile = join(path, 'lock.pid')
  const lock = new Database(join(path, 'lock.db'), { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if ((error as { code?: string }).code === 'SQLITE_BUSY') throw new FolderInUse(path, holderOf(holderFile))
    throw error
  }
  writeFileSync(holderFile, `${process.pid}\n`, { mode: 0o600 })
  held.add(lock)
  const unlock = () => {
    held.delete(lock)
    lock.close()
  }
  return { path, unlock }
}

function holderOf(file: string): string {
  try {
    return ` by process ${Number.parseInt(readFileSync(file, 'utf8'), 10)}`
  } catch {
    return ''
  }
}
