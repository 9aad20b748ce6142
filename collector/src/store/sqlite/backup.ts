/**
 * Copies a data folder while a collector works in it, from a process of its own.
 *
 * A record moves from the journal to the open partition, and from there to a sealed one; it leaves a
 * place only when it has arrived in the next. So the places are copied in that order: whatever was
 * acknowledged before the backup began is met at least once, and what is met twice is told apart by
 * the positions that partitions keep. Sealed partitions never change. Journal and open partition are
 * copied within one read transaction, which holds up no writer.
 *
 *   DIR/backup.json        what there is: name, bytes and SHA-256 of each file
 *   DIR/catalogue.db, DIR/derived.db, DIR/journal.db, DIR/partitions/*.db
 *
 * Derived counts come before the journal: the position up to which they are made is then one that the
 * copied records reach, and what came between is a gap that is counted from the store.
 */
import { createHash } from 'node:crypto'
import { closeSync, copyFileSync, existsSync, openSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { DataFolder, removeDatabase, sizeOf, type PartitionFile } from './folder.ts'
import { BackupRefused, makeFolder } from './fresh-folder.ts'
import { fileFault } from './inspect.ts'

export const MANIFEST = 'backup.json'

export interface BackupFile {
  /** Below the folder, e.g. `partitions/000000000001-000000000456.db`. */
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

/** Of the list of a backup; each partition says its own. */
export const BACKUP_FORMAT = 1

export interface Manifest {
  readonly format: number
  /** When the backup began, ISO 8601: what was acknowledged before is in it. */
  readonly began: string
  readonly files: readonly BackupFile[]
  /** Partitions that were left out, and why. */
  readonly left: readonly string[]
}

/** The list of partitions changes about once an hour. */
const TRIES = 20

/**
 * @param data a data folder, in use or not
 * @param to a folder that does not exist or is empty
 * @throws BackupRefused; what the system and SQLite throw
 */
export function backup(data: string, to: string, began: Date): Manifest {
  if (!existsSync(join(data, 'partitions')))
    throw new BackupRefused(`${data} is no data folder; name it with --data`)
  const folder = new DataFolder(data)
  return makeFolder(to, unfinished => {
    const files: string[] = []
    for (const name of ['catalogue.db', 'derived.db', 'journal.db'])
      if (existsSync(join(folder.path, name))) {
        copyDatabase(join(folder.path, name), join(unfinished, name))
        files.push(name)
      }
    const { names, left } = copyPartitions(folder, new DataFolder(unfinished))
    files.push(...names.map(name => `partitions/${name}`))
    const manifest: Manifest = {
      format: BACKUP_FORMAT,
      began: began.toISOString(),
      files: files.map(name => ({ name, ...digestOf(join(unfinished, name)) })),
      left,
    }
    writeFileSync(join(unfinished, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 })
    return manifest
  })
}

/** Until a list was copied whole: what is sealed, removed or merged meanwhile is in the next list. */
function copyPartitions(from: DataFolder, to: DataFolder): { names: string[]; left: string[] } {
  const copied = new Set<string>()
  const left = new Set<string>(from.quarantined().map(({ name, reason }) => `${name}: ${reason}`))
  for (let tries = 0; tries < TRIES; tries++) {
    // The open one first: it is the next that may go.
    const files = from.readable().sort((a, b) => Number(a.sealed) - Number(b.sealed))
    const missing = files.filter(file => !copied.has(file.name) && !copyPartition(file, to, copied, left))
    if (missing.length === 0) return { names: [...copied].sort(), left: [...left] }
  }
  throw new Error(`the partitions of ${from.path} changed ${TRIES} times while they were copied; try again`)
}

/** @returns false when the file went meanwhile */
function copyPartition(file: PartitionFile, to: DataFolder, copied: Set<string>, left: Set<string>): boolean {
  const fault = fileFault(file)
  if (fault !== undefined) {
    left.add(`${file.name}: ${fault}`)
    return true
  }
  const target = to.partitionPath(file.name)
  try {
    if (file.sealed) copyFileSync(file.path, target)
    else copyDatabase(file.path, target)
  } catch (error) {
    if (existsSync(file.path)) throw error
  }
  // A file that went while it was opened may have been read without its WAL.
  if (existsSync(file.path)) copied.add(file.name)
  else removeDatabase(target)
  return copied.has(file.name)
}

/** One consistent state of a database that others write. */
function copyDatabase(path: string, target: string): void {
  const db = new Database(path, { readonly: true, fileMustExist: true })
  try {
    db.prepare('vacuum into ?').run(target)
  } finally {
    db.close()
  }
}

export function digestOf(path: string): { bytes: number; sha256: string } {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(1024 * 1024)
  const file = openSync(path, 'r')
  try {
    for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer))
      hash.update(buffer.subarray(0, read))
  } finally {
    closeSync(file)
  }
  return { bytes: sizeOf(path), sha256: hash.digest('hex') }
}
