/**
 * What the agent says on stderr: where it sends to, once that the collector cannot be reached, once that it is
 * back, and what was given up; at most one line a minute of a kind. `HODOSCOPE_QUIET=1` silences all of it.
 */
import { writeSync } from 'node:fs'
import type { SignalName } from '../otlp-settings.ts'
import type { DropReason, Outcome } from './item.ts'
import type { Watcher } from './queue.ts'

const MINUTE_MILLIS = 60_000

const RECORDS: Record<SignalName, [one: string, many: string]> = {
  traces: ['span', 'spans'],
  logs: ['log record', 'log records'],
  metrics: ['metric', 'metrics'],
}

interface Said {
  atMillis: number
  /** Not yet told. */
  items: number
}

export class Reporter {
  readonly #destination: string
  readonly #write: (line: string) => void
  readonly #now: () => number
  readonly #drops = new Map<string, Said>()
  #reachable = true
  #onUnreachable: (() => void) | undefined

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

  watch(signal: SignalName): Watcher {
    return {
      outcome: outcome => this.#outcome(outcome),
      dropped: (reason, items, detail) => this.#dropped(signal, reason, items, detail),
    }
  }

  #outcome(outcome: Outcome): void {
    if (outcome.kind === 'sent') this.#backAgain()
    else if (outcome.kind === 'retry') this.#unreachable(outcome.reason)
  }

  #unreachable(reason: string): void {
    this.#onUnreachable?.()
    if (!this.#reachable) return
    this.#reachable = false
    this.say(
      `cannot reach ${this.#destination} (${reason}); keeping what fits and trying again. Is the collector running?`,
    )
  }

  #backAgain(): void {
    if (this.#reachable) return
    this.#reachable = true
    this.say(`sending to ${this.#destination} again`)
  }

  #dropped(signal: SignalName, reason: DropReason, items: number, detail: string): void {
    const kind = `${signal} ${reason}`
    const said = this.#drops.get(kind) ?? { atMillis: -Infinity, items: 0 }
    this.#drops.set(kind, said)
    said.items += items
    if (this.#now() - said.atMillis < MINUTE_MILLIS) return
    said.atMillis = this.#now()
    this.say(`${said.items} ${RECORDS[signal][said.items === 1 ? 0 : 1]} dropped (${reason}): ${detail}`)
    said.items = 0
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
