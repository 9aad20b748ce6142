/** The thread of alerts as the main thread sees it: calls by name, and the questions that it asks of the store. */
import { Worker } from 'node:worker_threads'
import { HodoscopeError } from '../model/errors.ts'
import type { AlertThreadData, FromAlerts, ToAlerts } from './messages.ts'

export interface AlertDesk {
  /** @returns finished JSON; rejects with a HodoscopeError */
  call(method: string, params: unknown): Promise<string>
  close(): Promise<void>
}

export interface AlertDeskParts {
  readonly data: AlertThreadData
  /** Asks the store. */
  readonly query: (job: string, params: unknown) => Promise<Uint8Array>
  readonly log: (level: 'warn' | 'error', message: string) => void
}

const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url)
const CLOSE_PATIENCE_MILLIS = 3_000

interface Waiting {
  resolve(json: string): void
  reject(error: HodoscopeError): void
}

/** @param inUse whether it is needed from the start: else its thread is started by the first call */
export function alertDesk(parts: AlertDeskParts, inUse: boolean): AlertDesk {
  let desk = inUse ? openAlertDesk(parts) : undefined
  let closed = false
  return {
    call: (method, params) => {
      if (closed) return Promise.reject(unavailable())
      desk ??= openAlertDesk(parts)
      return desk.call(method, params)
    },
    close: async () => {
      closed = true
      await desk?.close()
    },
  }
}

function openAlertDesk({ data, query, log }: AlertDeskParts): AlertDesk {
  const worker = new Worker(ENTRY, {
    name: 'alerts',
    workerData: data,
    transferList: [data.derive],
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
  const calls = new Map<number, Waiting>()
  let last = 0
  let gone = false
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>()
  const tell = (message: ToAlerts): void => worker.postMessage(message)

  worker.on('message', (message: FromAlerts) => {
    if ('query' in message) void answer(message.query, message.job, message.params)
    else if ('result' in message) settle(message.result, waiting => waiting.resolve(message.json))
    else if ('fault' in message)
      settle(message.fault, waiting => waiting.reject(new HodoscopeError(message.code, message.message)))
    else if ('log' in message) log(message.log.level, message.log.message)
    else if ('closed' in message) onClosed()
  })
  worker.on('error', error => log('error', `the thread of alerts has failed: ${String(error)}`))
  worker.once('exit', () => {
    gone = true
    onClosed()
    for (const number of calls.keys()) settle(number, waiting => waiting.reject(unavailable()))
  })

  function settle(number: number, how: (waiting: Waiting) => void): void {
    const waiting = calls.get(number)
    calls.delete(number)
    if (waiting !== undefined) how(waiting)
  }

  async function answer(number: number, job: string, params: unknown): Promise<void> {
    try {
      tell({ answered: number, json: await query(job, params) })
    } catch {
      tell({ refused: number })
    }
  }

  return {
    call: (method, params) => {
      if (gone) return Promise.reject(unavailable())
      const number = ++last
      return new Promise((resolve, reject) => {
        calls.set(number, { resolve, reject })
        tell({ call: number, method, params })
      })
    },
    close: async () => {
      if (!gone) tell({ close: true })
      const impatient = setTimeout(onClosed, CLOSE_PATIENCE_MILLIS)
      await closed
      clearTimeout(impatient)
      await worker.terminate()
    },
  }
}

const unavailable = (): HodoscopeError =>
  new HodoscopeError('alerts_busy', 'the thread of alerts does not run')
