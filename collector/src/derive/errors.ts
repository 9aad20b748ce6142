/** Groups of errors: counted of spans and log records as they come, and kept by the hour. */
import { ErrorTable } from '../errors/table.ts'
import type { UnixMinute } from '../model/time.ts'
import type { Commit, Derivation } from './derivation.ts'
import type { DerivedFile } from './derived-file.ts'
import { ErrorCounting } from './error-counting.ts'

const MINUTES_A_DAY = 1_440

export class Errors implements Derivation {
  readonly name = 'errors'
  readonly collecting = new ErrorCounting()
  readonly #table: ErrorTable
  #day: number | undefined

  constructor(file: DerivedFile) {
    this.#table = new ErrorTable(file.db)
  }

  store({ gaps }: Commit): void {
    this.#table.add(this.collecting.groups)
    for (const [after, upTo] of gaps) this.#table.lack(after, upTo)
  }

  lack(upTo: number): void {
    this.#table.lack(0, upTo)
  }

  forget(now: UnixMinute): void {
    this.#table.forget(now)
    const day = Math.floor(now / MINUTES_A_DAY)
    if (this.#day !== undefined && day !== this.#day) this.collecting.beginDay()
    this.#day = day
  }
}
