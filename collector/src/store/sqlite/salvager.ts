/**
 * Salvages what was put aside, one partition after the other and a little at a time, while nothing
 * else is to do. A damaged file is tried once: what became of it is noted beside it, for people.
 */
import { statSync } from 'node:fs'
import { unixMillis } from '../../model/time.ts'
import type { SharedCells } from '../shared-cells.ts'
import { FormatUnknown, isDamage } from './damage.ts'
import { sizeOf, type DataFolder, type Salvageable } from './folder.ts'
import { salvaging, type Salvaged } from './salvage.ts'
import { sealedAt } from './sealed-times.ts'

interface Job {
  readonly source: Salvageable
  readonly work: Generator<number, Salvaged>
}

export class Salvager {
  readonly #folder: DataFolder
  readonly #cells: SharedCells
  /** Names, where the note could not be written. */
  readonly #tried = new Set<string>()
  #job: Job | undefined

  constructor(folder: DataFolder, cells: SharedCells) {
    this.#folder = folder
    this.#cells = cells
  }

  get running(): boolean {
    return this.#job !== undefined
  }

  /** Begins with the next file that nobody has tried. @param freeBytes of the disk, which has to hold the new file beside it */
  look(freeBytes: number): void {
    if (this.running) return
    const source = this.#folder.salvageable().find(({ name }) => !this.#tried.has(name))
    if (source === undefined || sizeOf(source.path) > freeBytes) return
    if (this.#isCovered(source)) return this.#end(source, 'nothing, for another partition has its place')
    const at = sealedAt(source.path) ?? unixMillis(statSync(source.path).mtimeMs)
    this.#job = { source, work: salvaging(source, this.#folder, at) }
  }

  /** Somebody has put a whole copy back, or its neighbours were merged around it. */
  #isCovered({ first, last }: Salvageable): boolean {
    return this.#folder
      .partitions()
      .some(other => other.first <= last && (other.last ?? other.first) >= first)
  }

  /** @param bytes to work on at least, if there are so many */
  step(bytes: number): void {
    for (let left = bytes; left > 0 && this.#job !== undefined;) left -= this.#some(this.#job)
  }

  #some({ source, work }: Job): number {
    try {
      const step = work.next()
      if (step.done !== true) return step.value
      this.#end(source, outcomeText(step.value))
    } catch (error) {
      this.#job = undefined
      this.#tried.add(source.name)
      // A disk that refuses, a full one among them, says nothing of the file: the next process tries again.
      if (isBeyondReading(error)) this.#end(source, `nothing: ${(error as Error).message}`)
    }
    return 0
  }

  #end({ name }: Salvageable, outcome: string): void {
    this.#job = undefined
    this.#tried.add(name)
    this.#folder.noteSalvage(name, outcome)
    this.#cells.partitionsChanged()
  }

  /** Lets go of the files; what was not finished is begun anew by the next process. */
  stop(): void {
    this.#job?.work.return({ saved: 0, lost: 0, unread: 0 })
    this.#job = undefined
  }
}

const isBeyondReading = (error: unknown): boolean => isDamage(error) || error instanceof FormatUnknown

function outcomeText({ saved, lost, unread }: Salvaged): string {
  const more = unread > 0 ? `, and ${unread} blocks or chunks that do not say how many they held` : ''
  return `${saved} records; lost are ${lost}${more}`
}
