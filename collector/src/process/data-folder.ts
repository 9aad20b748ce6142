/**
 * The data folder belongs to one process at a time.
 *
 * The lock is SQLite's own exclusive lock on a database without tables: the system lets go of it
 * when the process ends, however it ends, so there is no stale lock to clear by hand.
 */
import { accessSync, constants, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { folderFault } from './folder-fault.ts'

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
 * @throws FolderInUse; FolderUnusable where the folder cannot be made or written
 */
export function lockDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    return lock(path)
  } catch (error) {
    throw folderFault(path, error)
  }
}

function lock(path: string): DataFolder {
  const holderFile = join(path, 'lock.pid')
  const lockFile = join(path, 'lock.db')
  const database = new Database(lockFile, { timeout: 0 })
  try {
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec('begin exclusive')
    // To lock an empty database is to write it, which a full disk refuses at the next start.
    if (statSync(lockFile).size === 0) database.exec('pragma user_version = 1; commit; begin exclusive')
  } catch (error) {
    database.close()
    if ((error as { code?: string }).code === 'SQLITE_BUSY') throw new FolderInUse(path, holderOf(holderFile))
    throw error
  }
  noteHolder(holderFile)
  held.add(database)
  const unlock = () => {
    held.delete(database)
    database.close()
  }
  return { path, unlock }
}

function noteHolder(file: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`, { mode: 0o600 })
  } catch (error) {
    // A full disk is started on all the same; who asks for the holder then is told none.
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

function holderOf(file: string): string {
  try {
    return ` by process ${Number.parseInt(readFileSync(file, 'utf8'), 10)}`
  } catch {
    return ''
  }
}
