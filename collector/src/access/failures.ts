/** Counts failures by address: who guesses is closed out for the rest of the minute. */
import type { Clock, Millis } from '../model/time.ts'

const MOST = 10
const WINDOW_MILLIS = 60_000
/** More addresses than guess at a time; the oldest goes first. */
const MOST_ADDRESSES = 10_000

interface Window {
  readonly began: Millis
  failures: number
}

export class Failures {
  readonly #clock: Clock
  readonly #windows = new Map<string, Window>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  isClosedOut(address: string): boolean {
    return (this.#window(address)?.failures ?? 0) >= MOST
  }

  note(address: string): void {
    const window = this.#window(address)
    if (window !== undefined) return void window.failures++
    this.#windows.delete(address)
    this.#windows.set(address, { began: this.#clock.monotonic(), failures: 1 })
    if (this.#windows.size > MOST_ADDRESSES) this.#windows.delete(this.#windows.keys().next().value!)
  }

  #window(address: string): Window | undefined {
    const window = this.#windows.get(address)
    return window !== undefined && this.#clock.monotonic() - window.began < WINDOW_MILLIS ? window : undefined
  }
}
