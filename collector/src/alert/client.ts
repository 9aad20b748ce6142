/**
 * The thread of alerts as the main thread sees it: calls by name, and what it asks of the store. A
 * thread that dies is started again, for nobody else would notice that no page leaves any more.
 */
import type { MessagePort } from 'node:worker_threads'
import type { AlertSettings } from './messages.ts'
import { startAlertThread, unavailable, type AlertThread } from './running-thread.ts'

export interface AlertDesk {
  /** @returns finished JSON; rejects with a HodoscopeError */
  call(method: string, params: unknown): Promise<string>
  status(): AlertDeskStatus
  close(): Promise<void>
}

export interface AlertDeskStatus {
  /**
   * `unused`: nobody wants alerts, and their thread does not run. `stalled`: it runs, and nothing was
   * evaluated for a while. `down`: it has died, and is started again.
   */
  readonly state: 'unused' | 'starting' | 'running' | 'stalled' | 'down'
  /** How often the thread has died and was started again. */
  readonly restarts: number
}

export interface AlertDeskParts {
  /** The data folder. */
  readonly folder: string
  readonly settings: AlertSettings
  /** To the consumer of derived counts. */
  readonly derive: MessagePort
  /** Asks the store. */
  readonly query: (job: string, params: unknown) => Promise<Uint8Array>
  /** Stores a WriteRequest of remote-write; resolves when it is on stable storage. */
  readonly write: (body: Uint8Array) => Promise<void>
  readonly log: (level: 'warn' | 'error', message: string) => void
  /** The thread's module; its own without one. */
  readonly entry?: URL
  readonly firstPauseMillis?: number
  readonly stalledAfterMillis?: number
}

const FIRST_PAUSE_MILLIS = 1_000
/** Two intervals of evaluation, after which the stall is an alert too, if anybody is left to tell it. */
const STALLED_AFTER_MILLIS = 30_000
const LONGEST_PAUSE_MILLIS = 60_000
/** A thread that lived so long died of something new. */
const LONG_LIFE_MILLIS = 300_000

/** @param inUse whether it is needed from the start: else its thread is started by the first call */
export function alertDesk(parts: AlertDeskParts, inUse: boolean): AlertDesk {
  const { firstPauseMillis = FIRST_PAUSE_MILLIS, stalledAfterMillis = STALLED_AFTER_MILLIS } = parts
  let thread: AlertThread | undefined
  let waiting: NodeJS.Timeout | undefined
  let pauseMillis = firstPauseMillis
  let restarts = 0
  let closed = false

  function start(): AlertThread {
    const startedAt = performance.now()
    waiting = undefined
    const started = startAlertThread(parts, () => {
      thread = undefined
      if (closed) return
      if (performance.now() - startedAt > LONG_LIFE_MILLIS) pauseMillis = firstPauseMillis
      parts.log('error', `the thread of alerts has ended; it is started again in ${pauseMillis} ms`)
      waiting = setTimeout(() => {
        restarts++
        thread = start()
      }, pauseMillis)
      pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS)
    })
    return started
  }

  function state(): AlertDeskStatus['state'] {
    if (waiting !== undefined) return 'down'
    if (thread === undefined) return 'unused'
    if (!thread.isReady) return 'starting'
    return thread.silentMillis > stalledAfterMillis ? 'stalled' : 'running'
  }

  if (inUse) thread = start()
  return {
    call: (method, params) => {
      if (closed || waiting !== undefined) return Promise.reject(unavailable())
      thread ??= start()
      return thread.call(method, params)
    },
    status: () => ({ state: state(), restarts }),
    close: async () => {
      closed = true
      clearTimeout(waiting)
      await thread?.close()
      parts.derive.close()
    },
  }
}
