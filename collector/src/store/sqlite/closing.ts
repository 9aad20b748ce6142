/**
 * The end of a store. Everything acknowledged is on stable storage already, so a stop owes nothing
 * but letting go of the files: draining the journal and sealing make the next start quicker, and are
 * done while the time lasts that was given. What is left answers queries as it is, and the next
 * process goes on with it.
 */
import { millis, type Clock, type Millis } from '../../model/time.ts'
import type { SharedCells } from '../shared-cells.ts'

const TELL_EVERY: Millis = millis(1_000)

export class Closing {
  /** The last record that is waited for; Infinity until a close is asked for. */
  sequence = Infinity
  readonly #cells: SharedCells
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #tell: () => void
  #toldAt: Millis | undefined

  /** @param tell says how far it is */
  constructor(cells: SharedCells, clock: Pick<Clock, 'monotonic'>, tell: () => void) {
    this.#cells = cells
    this.#clock = clock
    this.#tell = tell
  }

  get isAsked(): boolean {
    return this.sequence < Infinity
  }

  /** Whether nothing more is to be taken: all is, or the time is over. */
  isDue(taken: number): boolean {
    return this.isAsked && (taken >= this.sequence || this.#cells.closeIsDue)
  }

  /** Asked before each piece of work of a stop. The first second is silent: most stops need no more. */
  readonly goOn = (): boolean => {
    const now = this.#clock.monotonic()
    this.#toldAt ??= now
    if (now - this.#toldAt >= TELL_EVERY) {
      this.#toldAt = now
      this.#tell()
    }
    return !this.#cells.closeIsDue
  }
}
