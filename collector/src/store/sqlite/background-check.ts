/**
 * Reads all partitions through, a little at a time, and tells which are damaged. Begun after a
 * process that ended without saying so, and when a query met damage; never before the store is ready.
 */
import { existsSync } from 'node:fs'
import { isDamage } from './damage.ts'
import type { DataFolder, PartitionFile } from './folder.ts'
import { checkPartition } from './partition-check.ts'

export class BackgroundCheck {
  readonly #folder: DataFolder
  readonly #onDamage: (file: PartitionFile, reason: string) => void
  #waiting: PartitionFile[] = []
  #current: { readonly file: PartitionFile; readonly work: Generator<number, void> } | undefined

  constructor(folder: DataFolder, onDamage: (file: PartitionFile, reason: string) => void) {
    this.#folder = folder
    this.#onDamage = onDamage
  }

  get running(): boolean {
    return this.#current !== undefined || this.#waiting.length > 0
  }

  /** Oldest first, so that what is sealed meanwhile is behind. */
  begin(): void {
    if (!this.running) this.#waiting = this.#folder.readable()
  }

  /** @param bytes to read at least, if there are so many */
  step(bytes: number): void {
    for (let left = bytes; left > 0 && this.running;) left -= this.#some()
  }

  /** @returns bytes read */
  #some(): number {
    const current = (this.#current ??= this.#next())
    if (current === undefined) return 0
    try {
      const { done, value } = current.work.next()
      if (done === true || !existsSync(current.file.path)) this.stop()
      return value ?? 0
    } catch (error) {
      this.#current = undefined
      // What cannot be opened at present, or is of a newer format, is not ours to put aside.
      if (isDamage(error) && existsSync(current.file.path))
        this.#onDamage(current.file, (error as Error).message)
      return 0
    }
  }

  #next(): { file: PartitionFile; work: Generator<number, void> } | undefined {
    const file = this.#waiting.shift()
    if (file === undefined || !existsSync(file.path)) return undefined
    return { file, work: checkPartition(file) }
  }

  /** Lets go of the file that is being read. */
  stop(): void {
    this.#current?.work.return()
    this.#current = undefined
  }
}
