/**
 * The wall between agent and host: whatever fails in the agent's code stays in the agent's code.
 *
 * Every subscriber, patched method and listener runs its own work through here. The host's function is called
 * outside of it, so that what the host throws reaches the host unchanged. It is also the switch: once the agent is
 * shut down, what it has left in the host's libraries does nothing.
 */
import { diag } from '@opentelemetry/api'

let on = true

/** From now on every guarded piece of work is left out. */
export function switchOff(): void {
  on = false
}

/** @returns what `work` returns; undefined when it throws */
export function safely<T>(work: () => T): T | undefined {
  if (!on) return undefined
  try {
    return work()
  } catch (error) {
    complain(error)
    return undefined
  }
}

/** The same for a listener: a function of the same arguments that never throws. */
export function guarded<Args extends unknown[]>(work: (...args: Args) => void): (...args: Args) => void {
  return (...args) => {
    if (!on) return
    try {
      work(...args)
    } catch (error) {
      complain(error)
    }
  }
}

export function complain(error: unknown): void {
  try {
    diag.warn('hodoscope: a hook failed', error)
  } catch {
    // A broken diagnostic logger is not worth the host's request either.
  }
}
