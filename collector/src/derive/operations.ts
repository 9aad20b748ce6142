/** Rate, errors and duration of operations and services: counted of spans, and kept by minute and by hour. */
import type { UnixMinute } from '../model/time.ts'
import { RedTable } from '../red/table.ts'
import type { Commit, Derivation } from './derivation.ts'
import type { DerivedFile } from './derived-file.ts'
import { OperationCounting } from './operation-counting.ts'

export class Operations implements Derivation {
  readonly name = 'operations'
  readonly collecting = new OperationCounting()
  readonly #table: RedTable

  constructor(file: DerivedFile) {
    this.#table = new RedTable(file.db)
  }

  store({ position, received, gaps }: Commit): void {
    const cells = this.collecting.cells(operation => this.#table.idOf(operation))
    this.#table.append(position, cells)
    this.#table.see(this.collecting.versions)
    this.#table.reach(received, this.collecting.outOfTime)
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

  get wantsFold(): boolean {
    return this.#table.wantsFold
  }

  fold(): void {
    this.#table.fold(this.collecting.now)
  }
}
