/**
 * Puts damaged partitions aside at a start, before anything is read from them or written to them.
 */
import { fileFault } from './inspect.ts'
import type { DataFolder } from './folder.ts'

/** Looks at the outside of every partition. Reading them through takes too long for a start. */
export function putAsideFaulty(folder: DataFolder): void {
  for (const file of folder.readable()) {
    const fault = fileFault(file)
    if (fault !== undefined) folder.quarantine(file.name, fault)
  }
}
