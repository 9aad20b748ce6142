/**
 * The end of the process: what waits is sent, and the process ends as it would have without the agent.
 *
 * The connections and timers of the exporters hold nothing open. Here alone the process is kept, for at most
 * `EXIT_BUDGET_MILLIS` in all, at `beforeExit` and on a terminating signal. A signal that only the agent listens
 * to is raised again after the flush, so that the process dies by it; where the host listens too, the host decides.
 * `process.exit()` and a crash leave no event loop: there a thread sends the rest (`last-flush.ts`).
 */
import { setTimeout as heldTimeout } from 'node:timers'
import { guarded } from './guard.ts'
import { onUndo } from './undo.ts'

export const EXIT_BUDGET_MILLIS = 800
/** Less than a thread needs to start. */
const LEAST_BUDGET_MILLIS = 50

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export interface Flushable {
  readonly size: number
  readonly ledger: { readonly open: number }
  flush(): Promise<boolean>
}

/** What is known of the way to the collector. */
export interface Way {
  readonly reachable: boolean
  onUnreachable: (() => void) | undefined
}

/**
 * Installs the listeners.
 * @param queues    what is flushed, all at once
 * @param collect   reads the metrics once more, into their queue
 * @param sendLast  the same without an event loop, within so many milliseconds
 */
export function flushAtExit(
  queues: readonly Flushable[],
  way: Way,
  collect: () => Promise<void>,
  sendLast: (budgetMillis: number) => void,
): void {
  const exit = new ExitFlush(queues, way, collect)
  listen(
    'beforeExit',
    guarded(() => void exit.run()),
  )
  listen(
    'exit',
    guarded(() => sendLast(way.reachable ? exit.budgetMillis : 0)),
  )
  for (const signal of SIGNALS) listenToSignal(signal, exit)
}

function listen(event: string, listener: () => void): void {
  process.on(event, listener)
  onUndo(() => process.removeListener(event, listener))
}

function listenToSignal(signal: NodeJS.Signals, exit: ExitFlush): void {
  const onSignal = guarded(() => {
    const alone = process.listenerCount(signal) === 1
    void exit.run().finally(() => {
      if (!alone) return
      process.removeListener(signal, onSignal)
      exit.spent()
      process.kill(process.pid, signal)
    })
  })
  listen(signal, onSignal)
}

class ExitFlush {
  readonly #queues: readonly Flushable[]
  readonly #way: Way
  readonly #collect: () => Promise<void>
  #collected = false
  budgetMillis = EXIT_BUDGET_MILLIS

  constructor(queues: readonly Flushable[], way: Way, collect: () => Promise<void>) {
    this.#queues = queues
    this.#way = way
    this.#collect = collect
  }

  /** Nothing more is waited for. */
  spent(): void {
    this.budgetMillis = 0
  }

  /** Resolves when all is sent, when the collector turns out to be away, or when the budget is spent; never rejects. */
  async run(): Promise<void> {
    if (this.budgetMillis < LEAST_BUDGET_MILLIS || !this.#way.reachable || !this.#hasWork()) return
    const began = performance.now()
    const sent = await this.#within(this.budgetMillis, this.#sendAll())
    this.budgetMillis = sent ? this.budgetMillis - (performance.now() - began) : 0
  }

  #hasWork(): boolean {
    return !this.#collected || this.#queues.some(queue => queue.ledger.open > 0)
  }

  async #sendAll(): Promise<boolean> {
    if (!this.#collected) {
      this.#collected = true
      await this.#collect()
    }
    return (await Promise.all(this.#queues.map(queue => queue.flush()))).every(Boolean)
  }

  /** Keeps the process alive until `work` settles, but no longer than `millis`. @returns false when it was cut off */
  #within(millis: number, work: Promise<boolean>): Promise<boolean> {
    return new Promise(resolve => {
      const finish = (done: boolean) => {
        clearTimeout(hold)
        this.#way.onUnreachable = undefined
        resolve(done)
      }
      const hold = heldTimeout(() => finish(false), millis)
      this.#way.onUnreachable = () => finish(false)
      work.then(finish, () => finish(false))
    })
  }
}
