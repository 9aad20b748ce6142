/** SIGTERM and SIGINT ask to stop; a second one, or ten seconds, ends the process where it stands. */

const STOP_DEADLINE_MILLIS = 10_000
const SIGNALS = ['SIGTERM', 'SIGINT'] as const

export interface StopWith {
  /** Finishes what is under way; the process exits 0 when it resolves, 1 when it rejects. */
  readonly stop: (signal: string) => Promise<void>
  readonly onError: (error: unknown) => void
  readonly exit: (code: number) => never
}

export function stopOnSignals({ stop, onError, exit }: StopWith): void {
  let asked = false
  const handle = (signal: NodeJS.Signals) => {
    if (asked) exit(signal === 'SIGINT' ? 130 : 143)
    asked = true
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
  for (const signal of SIGNALS) process.on(signal, handle)
}
