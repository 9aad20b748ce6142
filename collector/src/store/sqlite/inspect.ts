/**
 * Looks at a partition's file before SQLite does: what its kind and its first hundred bytes tell.
 * Cheap enough to be done to every file at each start.
 *
 * Source: sqlite.org/fileformat2.html, "The Database Header".
 */
import { closeSync, lstatSync, openSync, readSync } from 'node:fs'
import type { PartitionFile } from './folder.ts'

const HEADER_BYTES = 100
const MAGIC = 'SQLite format 3\0'
const PAGE_SIZE_AT = 16
const PAGE_COUNT_AT = 28

/** @returns what is wrong with the file; undefined when nothing shows */
export function fileFault({ path, sealed }: Pick<PartitionFile, 'path' | 'sealed'>): string | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  if (stat.isSymbolicLink()) return 'it is a symbolic link, and a partition never is'
  if (!stat.isFile()) return 'it is not a file'
  if (stat.size === 0) return 'it is empty'
  const header = headOf(path)
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) return 'it does not begin as an SQLite file'
  if (!sealed) return undefined
  const stored = header.readUInt16BE(PAGE_SIZE_AT)
  const bytes = (stored === 1 ? 65_536 : stored) * header.readUInt32BE(PAGE_COUNT_AT)
  return bytes === stat.size ? undefined : `it has ${stat.size} bytes and says that it has ${bytes}`
}

function headOf(path: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  const file = openSync(path, 'r')
  try {
    readSync(file, header, 0, HEADER_BYTES, 0)
  } finally {
    closeSync(file)
  }
  return header
}
