/**
 * What the agent says on stderr: where it sends to, once that the collector cannot be reached, once that it is
 * back, and what was given up; at most one line a minute of a kind. `HODOSCOPE_QUIET=1` silences all of it.
 */
import { writeSync } from 'node:fs'
import type { Outcome } from './queue.ts'

const MINUTE_MILLIS = 60_000

export class Reporter {
  readonly #destination: string
  readonly #write: (line: string) => void
  readonly #now: () => number
  #reachable = true
  #onUnreachable: (() => void) | undefined
  #saidRefusedAt = -Infinity
  #refused = 0

  constructor(
    destination: string,
    write: (line: string) => void = writeLine,
    now: () => number = () => performance.now(),
  ) {
    this.#destination = destination
    this.#write = write
    this.#now = now
  }

  say(sentence: string): void {
    this.#write(`hodoscope: ${sentence}`)
  }

  /** False from the first failure until a batch has arrived. */
  get reachable(): boolean {
    return this.#reachable
  }

  /** @param listener  called at every failure to reach the collector; one at a time */
  set onUnreachable(listener: (() => void) | undefined) {
    this.#onUnreachable = listener
  }

  unreachable(reason: string): void {
    this.#onUnreachable?.()
    if (!this.#reachable) return
    this.#reachable = false
    this.say(
      `cannot reach ${this.#destination} (${reason}); keeping what fits and trying again. Is the collector running?`,
    )
  }

  outcome(outcome: Outcome, items: number): void {
    if (outcome.kind === 'sent') this.#backAgain()
    else if (outcome.kind === 'retry') this.unreachable(outcome.reason)
    else this.#gaveUp(outcome.reason, items)
  }

  #backAgain(): void {
    if (this.#reachable) return
    this.#reachable = true
    this.say(`sending to ${this.#destination} again`)
  }

  #gaveUp(reason: string, items: number): void {
    this.#refused += items
    if (this.#now() - this.#saidRefusedAt < MINUTE_MILLIS) return
    this.#saidRefusedAt = this.#now()
    this.say(`${this.#refused} record${this.#refused === 1 ? '' : 's'} dropped: ${reason}`)
    this.#refused = 0
  }
}

/** Past `process.stderr`, which the host may have replaced, and which would open the pipe in its own way. */
function writeLine(line: string): void {
  try {
    writeSync(2, `${line}\n`)
  } catch {
    // A closed or full stderr is the host's business.
  }
}
