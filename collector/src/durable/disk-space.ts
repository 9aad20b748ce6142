/**
 * How much room a disk has, and the line in front of a full one. SQLite may go on taking small writes
 * after it has said that the disk is full, and then refuse even a deletion; so what counts as full is
 * decided here.
 */
import { statfsSync } from 'node:fs'

export interface DiskSpace {
  /** For a process without privileges. */
  readonly freeBytes: number
  readonly totalBytes: number
}

/** Of a whole disk; what it must keep besides is a number of bytes. */
const KEPT_SHARE = 0.01

export function diskSpace(folder: string): DiskSpace {
  const { bavail, blocks, bsize } = statfsSync(folder)
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

/** What must stay free: a hundredth of the disk, and so many bytes at least. */
export const keptBytes = ({ totalBytes }: DiskSpace, leastBytes: number): number =>
  Math.max(leastBytes, Math.ceil(totalBytes * KEPT_SHARE))
