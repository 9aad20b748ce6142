/** Good and bad events of objectives: counted of records as they come, and told of what came before. */
import type { UnixMinute } from '../model/time.ts'
import { HOUR } from '../slo/history.ts'
import { EventCounting } from './counting.ts'
import type { Commit, Derivation } from './derivation.ts'
import type { DerivedFile } from './derived-file.ts'
import { IndicatorTable, type IndicatorRow, type Missing } from './indicator-table.ts'
import type { ToDerive } from './messages.ts'

/** 13 months. */
const KEPT_HOURS = 395 * 24

export class Indicators implements Derivation {
  readonly name = 'indicators'
  readonly collecting = new EventCounting()
  readonly #file: DerivedFile
  readonly #table: IndicatorTable

  constructor(file: DerivedFile) {
    this.#file = file
    this.#table = new IndicatorTable(file.db)
    this.collecting.define(this.rows)
  }

  get rows(): readonly IndicatorRow[] {
    return this.#table.indicators()
  }

  get missing(): readonly Missing[] {
    return this.#table.missing()
  }

  /** All that are to be counted; what came up to `position` belongs to the indicators as they were. */
  define(wanted: ReadonlyMap<string, string>, position: number, minute: UnixMinute): void {
    this.#file.inOne(() => this.#table.define(wanted, position, minute))
    this.collecting.define(this.rows)
  }

  /** In a transaction of its own. */
  hear(message: Exclude<ToDerive, { readonly define: unknown }>): void {
    this.#file.inOne(() => {
      if ('replace' in message) this.#table.replace(message.replace.indicator, message.replace.minutes)
      else this.#table.fill(message.fill.piece, message.fill.reached, message.fill.minutes)
    })
  }

  store({ gaps, observed }: Commit): void {
    const { deltas } = this.collecting
    if (deltas.size > 0) this.#table.add(deltas)
    if (observed !== undefined) this.#table.observe(observed)
    for (const [after, upTo] of gaps) this.#table.lack(after, upTo)
  }

  /** Each indicator says on its own what it lacks. */
  lack(): void {}

  forget(now: UnixMinute): void {
    this.#table.forgetBefore(Math.floor(now / HOUR) - KEPT_HOURS)
  }
}
