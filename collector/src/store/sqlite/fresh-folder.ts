/**
 * Makes a folder that is either complete or not there: everything is written under another name
 * beside it, synced, and renamed at the end.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { syncFile } from './folder.ts'

/** Asked for something that would overwrite, or that is not there; told in plain words. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused'
}

/**
 * @param path a folder that does not exist or is empty
 * @param fill writes into the folder that it is given
 * @throws BackupRefused when the folder holds anything; what `fill` throws, with nothing left behind
 */
export function makeFolder<Result>(path: string, fill: (unfinished: string) => Result): Result {
  const target = resolve(path)
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new BackupRefused(`${target} is not empty; name a folder that does not exist yet`)
  const unfinished = `${target}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true, mode: 0o700 })
  try {
    const result = fill(unfinished)
    syncTree(unfinished)
    rmSync(target, { recursive: true, force: true })
    renameSync(unfinished, target)
    syncFile(dirname(target))
    return result
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    throw error
  }
}

function syncTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true }))
    syncFile(`${entry.parentPath}/${entry.name}`)
  syncFile(folder)
}
