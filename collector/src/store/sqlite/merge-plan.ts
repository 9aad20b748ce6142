/**
 * Which sealed neighbours become one file. Many small files make every look-up by id slow; a file
 * that is rewritten too often wears the disk. So:
 *
 *  - a group holds at most so many bytes, and was sealed within a day;
 *  - it is merged when it has eight members, or when it cannot grow any more;
 *  - no file is rewritten unless what comes out is at least twice as large.
 */
import type { SealedPartition } from './retention.ts'

export interface MergeLimits {
  /** Bytes that a merged partition may have. */
  readonly partitionBytes: number
}

const DAY_MILLIS = 86_400_000
const GROUP = 8

/**
 * @param sealed in order of their sequences, oldest first; what is between two of them is nothing
 * @returns the oldest group that is worth it, at least two; empty when there is none
 */
export function planMerge(sealed: readonly SealedPartition[], { partitionBytes }: MergeLimits): string[] {
  for (let start = 0; start < sealed.length - 1; start++) {
    const group = groupFrom(sealed, start, partitionBytes)
    const canGrow = start + group.length === sealed.length
    if (group.length < 2 || (canGrow && group.length < GROUP)) continue
    const bytes = group.reduce((sum, partition) => sum + partition.bytes, 0)
    const largest = Math.max(...group.map(partition => partition.bytes))
    if (bytes >= 2 * largest) return group.map(({ name }) => name)
  }
  return []
}

/** As many from there on as fit together. */
function groupFrom(sealed: readonly SealedPartition[], start: number, most: number): SealedPartition[] {
  const group: SealedPartition[] = []
  let bytes = 0
  for (const partition of sealed.slice(start)) {
    bytes += partition.bytes
    if (bytes > most || !isSameDay(group[0] ?? partition, partition)) break
    group.push(partition)
  }
  return group
}

/** A partition that does not say when it was sealed is left alone: retention looks at its time. */
function isSameDay(a: SealedPartition, b: SealedPartition): boolean {
  if (a.sealedAt === undefined || b.sealedAt === undefined) return false
  return Math.abs(b.sealedAt - a.sealedAt) < DAY_MILLIS
}
