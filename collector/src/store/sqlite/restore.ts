/**
 * Makes a data folder of a backup. Every file is held to the backup's list and every chunk to its
 * checksum before the folder gets its name: a backup that is damaged restores nothing.
 */
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { BACKUP_FORMAT, digestOf, MANIFEST, type BackupFile, type Manifest } from './backup.ts'
import { FormatUnknown } from './damage.ts'
import { DataFolder, type PartitionFile } from './folder.ts'
import { BackupRefused, makeFolder } from './fresh-folder.ts'
import { checkPartition } from './partition-check.ts'

const FILE_NAME =
  /^((journal|catalogue|derived)\.db|partitions\/\d{12}(-\d{12}(\.[\da-f]{32}\.pin)?|\.open)\.db)$/

/**
 * @param from a folder that `backup` made
 * @param data a folder that does not exist or is empty
 * @throws BackupRefused, which names the file that is not as it was
 */
export function restore(from: string, data: string): Manifest {
  const manifest = readManifest(from)
  return makeFolder(data, unfinished => {
    const folder = new DataFolder(unfinished)
    for (const file of manifest.files) {
      copyVerified(from, unfinished, file)
      if (!file.name.includes('/')) checkDatabase(unfinished, file.name)
    }
    folder.readable().forEach(checkThrough)
    return manifest
  })
}

function readManifest(from: string): Manifest {
  const path = join(from, MANIFEST)
  if (!existsSync(path)) throw new BackupRefused(`${from} is no backup: it has no ${MANIFEST}`)
  const manifest = parse(path)
  if (manifest.format !== BACKUP_FORMAT) throw new FormatUnknown(manifest.format)
  for (const { name } of manifest.files)
    if (!FILE_NAME.test(name))
      throw new BackupRefused(`${path}: ${JSON.stringify(name)} is no file of a backup`)
  return manifest
}

function parse(path: string): Manifest {
  try {
    const value = JSON.parse(readFileSync(path, 'utf8')) as Partial<Manifest> | null
    if (Array.isArray(value?.files)) return value as Manifest
  } catch {
    // Told below, like a list that is something else.
  }
  throw new BackupRefused(`${path} cannot be read; is the backup complete?`)
}

function copyVerified(from: string, to: string, { name, bytes, sha256 }: BackupFile): void {
  const source = join(from, name)
  if (!existsSync(source)) throw new BackupRefused(`${source} is missing`)
  copyFileSync(source, join(to, name))
  const found = digestOf(join(to, name))
  if (found.bytes !== bytes || found.sha256 !== sha256)
    throw new BackupRefused(`${source} is not as it was when the backup was made`)
}

/** Journal, catalogue and derived counts: partitions are checked by what they say of themselves. */
function checkDatabase(folder: string, name: string): void {
  const db = new Database(join(folder, name), { readonly: true })
  try {
    const said = db.pragma('quick_check', { simple: true })
    if (said !== 'ok') throw new BackupRefused(`${name} is damaged: ${String(said)}`)
  } finally {
    db.close()
  }
}

function checkThrough(file: PartitionFile): void {
  try {
    for (const _ of checkPartition(file));
  } catch (error) {
    throw new BackupRefused(`partitions/${file.name}: ${(error as Error).message}`, { cause: error })
  }
}
