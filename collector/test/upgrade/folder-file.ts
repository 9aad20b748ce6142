/**
 * A data folder of an earlier version in one file: gzipped JSON that holds its files as they lay on
 * the disk, a backup made of it, and the requests that were acknowledged before, so that its answers
 * can be held against those of the oracle for ever.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { CanonicalRequest } from '../../src/model/canonical.ts'
import type { RequestKind } from '../../src/model/telemetry.ts'

/** Content by path below the folder, in base64. */
type Files = Readonly<Record<string, string>>

export interface FolderFile {
  /** What the folder is, for people. */
  readonly about: string
  /** As a process left it that was killed. */
  readonly folder: Files
  readonly backup: Files
  /** In order of their acknowledgement. */
  readonly requests: readonly StoredRequest[]
}

export interface StoredRequest {
  readonly signal: RequestKind
  readonly items: number
  /** Base64 of the canonical body. */
  readonly body: string
}

export const readFolderFile = (path: string): FolderFile =>
  JSON.parse(gunzipSync(readFileSync(path)).toString()) as FolderFile

export const writeFolderFile = (path: string, file: FolderFile): void =>
  writeFileSync(path, gzipSync(JSON.stringify(file), { level: 9 }), { flag: 'wx' })

/** @param leaveOut names of files that belong to a running process alone */
export function packFolder(folder: string, leaveOut: RegExp): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !leaveOut.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name))
  return Object.fromEntries(
    names.map(path => [path.slice(folder.length + 1), readFileSync(path).toString('base64')]),
  )
}

export function unpackFolder(files: Files, folder: string): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, Buffer.from(content, 'base64'))
  }
}

export const pack = ({ signal, items, body }: CanonicalRequest): StoredRequest => ({
  signal,
  items,
  body: Buffer.from(body).toString('base64'),
})
