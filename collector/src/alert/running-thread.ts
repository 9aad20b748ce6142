/** One life of the thread of alerts: calls to it, and its questions to the store. */
import { MessageChannel, Worker } from 'node:worker_threads'
import { HodoscopeError } from '../model/errors.ts'
import type { AlertDeskParts } from './client.ts'
import type { AlertThreadData, FromAlerts, ToAlerts } from './messages.ts'

export interface AlertThread {
  readonly isReady: boolean
  /** How long ago a round went well, or it became ready. */
  readonly silentMillis: number
  call(method: string, params: unknown): Promise<string>
  close(): Promise<void>
}

const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './thread.ts' : './thread.js', import.meta.url)
const CLOSE_PATIENCE_MILLIS = 3_000

interface Waiting {
  resolve(json: string): void
  reject(error: HodoscopeError): void
}

/** @param onGone told when it has ended, however it came to that */
export function startAlertThread(parts: AlertDeskParts, onGone: () => void): AlertThread {
  const { folder, settings, derive, query, write, log, entry = ENTRY } = parts
  // The port to the derived counts outlives the thread: each life gets a relay of it.
  const { port1: near, port2: far } = new MessageChannel()
  const data: AlertThreadData = { folder, settings, derive: far }
  const worker = new Worker(entry, {
    name: 'alerts',
    workerData: data,
    transferList: [far],
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
  const forth = (message: unknown): void => near.postMessage(message)
  derive.on('message', forth)
  near.on('message', message => derive.postMessage(message))
  const calls = new Map<number, Waiting>()
  let last = 0
  let [isReady, gone] = [false, false]
  let heardAt = performance.now()
  const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>()
  const tell = (message: ToAlerts): void => worker.postMessage(message)

  worker.on('message', (message: FromAlerts) => {
    if ('query' in message) void answer(message.query, query(message.job, message.params))
    else if ('write' in message)
      void answer(
        message.write,
        write(message.body).then(() => new Uint8Array()),
      )
    else if ('result' in message) settle(message.result, waiting => waiting.resolve(message.json))
    else if ('fault' in message)
      settle(message.fault, waiting => waiting.reject(new HodoscopeError(message.code, message.message)))
    else if ('log' in message) log(message.log.level, message.log.message)
    else if ('closed' in message) onClosed()
    else {
      isReady = true
      heardAt = performance.now()
    }
  })
  worker.on('error', error => log('error', `the thread of alerts has failed: ${String(error)}`))
  worker.once('exit', () => {
    gone = true
    derive.off('message', forth)
    near.close()
    onClosed()
    for (const number of calls.keys()) settle(number, waiting => waiting.reject(unavailable()))
    onGone()
  })

  function settle(number: number, how: (waiting: Waiting) => void): void {
    const waiting = calls.get(number)
    calls.delete(number)
    if (waiting !== undefined) how(waiting)
  }

  async function answer(number: number, answering: Promise<Uint8Array>): Promise<void> {
    try {
      tell({ answered: number, json: await answering })
    } catch (error) {
      tell({ refused: number, message: (error as Error).message })
    }
  }

  return {
    get isReady() {
      return isReady
    },
    get silentMillis() {
      return performance.now() - heardAt
    },
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

export const unavailable = (): HodoscopeError =>
  new HodoscopeError('alerts_busy', 'the thread of alerts does not run')
