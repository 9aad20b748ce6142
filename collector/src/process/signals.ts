/**
 * SIGTERM and SIGINT ask to stop; a second one, or ten seconds, ends the process where it stands.
 *
 * One Ctrl-C may arrive twice: the terminal signals the whole process group, and npm hands its own
 * copy on. What follows within half a second is the same key press.
 */
import type { Clock, Millis } from '../model/time.ts'

const STOP_DEADLINE_MILLIS = 10_000
const SAME_PRESS_MILLIS = 500
const SIGNALS = ['SIGTERM', 'SIGINT'] as const

export interface StopWith {
  /** Finishes what is under way; the process exits 0 when it resolves, 1 when it rejects. */
  readonly stop: (signal: string) => Promise<void>
  readonly onError: (error: unknown) => void
  readonly exit: (code: number) => void
  readonly clock: Pick<Clock, 'monotonic'>
}

/** @param listen  hears of the signals of this process */
export function stopOnSignals(
  { stop, onError, exit, clock }: StopWith,
  listen: (signal: NodeJS.Signals, handler: (signal: NodeJS.Signals) => void) => void = (signal, handler) =>
    void process.on(signal, handler),
): void {
  let askedAt: Millis | undefined
  const handle = (signal: NodeJS.Signals) => {
    if (askedAt !== undefined) {
      if (clock.monotonic() - askedAt > SAME_PRESS_MILLIS) exit(signal === 'SIGINT' ? 130 : 143)
      return
    }
    askedAt = clock.monotonic()
    setTimeout(() => {
      onError(new Error(`could not stop within ${STOP_DEADLINE_MILLIS} ms`))
      exit(1)
    }, STOP_DEADLINE_MILLIS).unref()
    stop(signal).then(
      () => exit(0),
      (error: unknown) => {
        onError(error)
        exit(1)
      },
    )
  }
  for (const signal of SIGNALS) listen(signal, handle)
}
