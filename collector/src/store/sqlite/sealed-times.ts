/**
 * When partitions were sealed, as they say themselves: the time of a file changes when it is copied.
 */
import type { UnixMillis } from '../../model/time.ts'
import { openForReading } from '../../durable/sqlite-file.ts'
import { sizeOf, type PartitionFile } from './folder.ts'
import { readMeta } from './partition-writer.ts'
import type { SealedPartition } from './retention.ts'

/** Meta key of the wall clock's time of sealing, Unix milliseconds. */
export const SEALED_AT = 'sealed'

/** Files that are looked into at one time: a start with a thousand of them takes some rounds. */
const LOOKS = 50

export class SealedTimes {
  #known = new Map<string, UnixMillis | undefined>()

  of(files: readonly PartitionFile[]): SealedPartition[] {
    const known = new Map<string, UnixMillis | undefined>()
    let looks = LOOKS
    for (const { name, path } of files)
      if (this.#known.has(name)) known.set(name, this.#known.get(name))
      else if (looks-- > 0) known.set(name, sealedAt(path))
    this.#known = known
    return files.map(({ name, path }) => ({ name, bytes: sizeOf(path), sealedAt: known.get(name) }))
  }
}

/** @returns undefined for a file that does not say, or cannot be read */
export function sealedAt(path: string): UnixMillis | undefined {
  try {
    const db = openForReading(path)
    try {
      return readMeta(db).get(SEALED_AT) as UnixMillis | undefined
    } finally {
      db.close()
    }
  } catch {
    return undefined
  }
}
