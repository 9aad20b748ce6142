/**
 * Halves of calls find each other: the span of who calls, and the span of who answers, which names
 * the first as its parent. They come in any order; the first waits for the second, up to a bound of
 * time. One answers one: of several with the same ids those that came first belong together.
 *
 * What it does follows from the records alone and from their order, so that they give the same after
 * a crash as they would have given without.
 */
import { Halves, type Half } from './halves.ts'

/** How long a half waits for the other, in milliseconds between the receipt of both. */
export const WAITS_MILLIS = 60_000
/** Halves that wait at a time: some 25 MB. */
const MOST_WAITING = 250_000

/** Halves by their slots, which are valid during the call alone. */
export interface PairingOutcome {
  paired(client: number, server: number): void
  /** Nobody came. @param isEarly it could not wait as long as it should */
  alone(half: number, isEarly: boolean): void
}

export class EdgePairing {
  /** What comes is written here. */
  readonly halves = new Halves()
  readonly #outcome: PairingOutcome
  readonly #most: number
  /** Those below were stored, where they wait. */
  #stored = 1
  /** Numbers of those that were stored and do not wait any more. */
  #gone: number[] = []

  constructor(outcome: PairingOutcome, most = MOST_WAITING) {
    this.#outcome = outcome
    this.#most = most
  }

  /** What came with the record at hand counts. */
  keep(): void {
    const { arrived } = this.halves
    for (let i = 0; i < arrived.length; i++) this.#came(arrived[i]!)
    arrived.length = 0
  }

  /** What came with the record at hand is forgotten. */
  takeBack(): void {
    for (const half of this.halves.arrived) this.halves.release(half)
    this.halves.arrived.length = 0
  }

  #came(half: number): void {
    const { halves } = this
    const other = halves.otherOf(half)
    if (other < 0) {
      halves.admit(half)
      if (halves.waiting > this.#most) this.#giveUp(halves.numbered(halves.oldest), true)
      return
    }
    if (halves.isServer(half)) this.#outcome.paired(other, half)
    else this.#outcome.paired(half, other)
    halves.release(half)
    this.#remove(other)
  }

  /** What has waited too long waits no more. @param now milliseconds since the epoch */
  at(now: number): void {
    const { halves } = this
    while (halves.waiting > 0) {
      const oldest = halves.numbered(halves.oldest)
      if (now - halves.receivedOf(oldest) <= WAITS_MILLIS) return
      this.#giveUp(oldest, false)
    }
  }

  #giveUp(half: number, isEarly: boolean): void {
    this.#outcome.alone(half, isEarly)
    this.#remove(half)
  }

  #remove(half: number): void {
    const number = this.halves.numberOf(half)
    if (number < this.#stored) this.#gone.push(number)
    this.halves.remove(half)
  }

  /** Since it was last stored: who waits that did not, and who does not that did. */
  changes(): { readonly waiting: ReadonlyMap<number, Half>; readonly gone: readonly number[] } {
    const waiting = new Map<number, Half>()
    const { halves } = this
    for (let number = Math.max(this.#stored, halves.oldest); number < halves.end; number++) {
      const half = halves.numbered(number)
      if (half >= 0) waiting.set(number, halves.read(half))
    }
    return { waiting, gone: this.#gone }
  }

  /** The changes are on stable storage. */
  clear(): void {
    this.#stored = this.halves.end
    this.#gone = []
  }

  /** @param waiting when they were last stored, by number, in their order @param end behind all numbers */
  restore(waiting: ReadonlyMap<number, Half>, end: number): void {
    const { halves } = this
    for (const [number, half] of waiting) {
      halves.skipTo(number)
      halves.add(half)
      halves.admit(halves.arrived.pop()!)
    }
    halves.skipTo(end)
    this.#stored = end
  }
}
