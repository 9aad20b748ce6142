/** Groups of errors: counted of spans and log records as they come, and kept by the hour. */
import { ErrorTable } from '../errors/table.ts'
import type { UnixMinute } from '../model/time.ts'
import type { Commit, Derivation } from './derivation.ts'
import type { DerivedFile } from './derived-file.ts'
import { ErrorCounting } from './error-counting.ts'

export class Errors implements Derivation {
  readonly name = 'errors'
  readonly collecting = new ErrorCounting()
  readonly #table: ErrorTable

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
  }

  beginDay(): void {
    this.collecting.beginDay()
  }
}
