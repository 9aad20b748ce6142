/**
 * The end of the process: what waits is sent, and the process ends as it would have without the agent.
 *
 * The connections and timers of the exporters hold nothing open. Here alone the process is kept, for at most
 * `EXIT_BUDGET_MILLIS` in all, at `beforeExit` and on a terminating signal. A signal that only the agent listens
 * to is raised again after the flush, so that the process dies by it; where the host listens too, the host decides.
 * `process.exit()` and a crash leave no time: what the last half second recorded is lost then.
 */
import { setTimeout as heldTimeout } from 'node:timers'
import { guarded } from './guard.ts'

export const EXIT_BUDGET_MILLIS = 800

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

export interface Flushable {
  readonly size: number
  flush(): Promise<boolean>
}

/** What is known of the way to the collector. */
export interface Way {
  readonly reachable: boolean
  onUnreachable: (() => void) | undefined
}

/** Installs the listeners. @param queues  what is flushed, all at once */
export function flushAtExit(queues: readonly Flushable[], way: Way): void {
  const exit = new ExitFlush(queues, way)
  process.on(
    'beforeExit',
    guarded(() => void exit.run()),
  )
  for (const signal of SIGNALS) listen(signal, exit)
}

function listen(signal: NodeJS.Signals, exit: ExitFlush): void {
  const onSignal = guarded(() => {
    const alone = process.listenerCount(signal) === 1
    void exit.run().finally(() => {
      if (!alone) return
      process.removeListener(signal, onSignal)
      process.kill(process.pid, signal)
    })
  })
  process.on(signal, onSignal)
}

class ExitFlush {
  readonly #queues: readonly Flushable[]
  readonly #way: Way
  #budgetMillis = EXIT_BUDGET_MILLIS

  constructor(queues: readonly Flushable[], way: Way) {
    this.#queues = queues
    this.#way = way
  }

  /** Resolves when all is sent, when the collector turns out to be away, or when the budget is spent; never rejects. */
  async run(): Promise<void> {
    if (this.#budgetMillis <= 0 || !this.#way.reachable || this.#queues.every(queue => queue.size === 0))
      return
    const began = performance.now()
    const sent = await this.#within(
      this.#budgetMillis,
      Promise.all(this.#queues.map(queue => queue.flush())).then(all => all.every(Boolean)),
    )
    this.#budgetMillis = sent ? this.#budgetMillis - (performance.now() - began) : 0
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
