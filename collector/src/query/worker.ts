/**
 * A query thread: opens a reader, then answers one job after the other with finished JSON.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { HodoscopeError } from '../model/errors.ts'
import type { Cancellation, OpenReader, StoredLog, StoreReader } from '../store/api.ts'
import { runJob } from './jobs.ts'
import { encodeAnswer } from './json-list.ts'
import { foundLogs } from './logs/search.ts'
import type { Patience } from './patience.ts'
import {
  CONTROL,
  faultOf,
  MOST_UNREAD_BYTES,
  STOP,
  type FromThread,
  type ThreadData,
  type ToThread,
} from './messages.ts'

type Run = Extract<ToThread, { kind: 'run' }>

const port = parentPort!
const { source, derived } = workerData as ThreadData
const { default: open } = (await import(source.module)) as { default: OpenReader }
const reader = open(source.options)

port.on('message', (message: ToThread) => {
  if (message.kind === 'run') answer(message)
  else {
    reader.close()
    port.close()
  }
})

function answer(run: Run): void {
  try {
    const json = encodeAnswer(ask(reader, run))
    send({ kind: 'answer', json }, [json.buffer])
  } catch (error) {
    send({ kind: 'fault', fault: faultOf(error) })
  }
}

function ask(reader: StoreReader, { job, params, control, timeoutMillis, stream }: Run): object {
  const startedAt = performance.now()
  const tookMillis = (): number => Math.round((performance.now() - startedAt) * 100) / 100
  const flags = new Int32Array(control)
  const cancel: Patience = cancellation(flags, startedAt + timeoutMillis, timeoutMillis)
  if (stream === 'found') cancel.found = sendFound
  if (stream === 'parts') cancel.part = text => sendPart(text, flags, cancel)
  const snapshot = reader.snapshot()
  try {
    return runJob(job, snapshot, params, cancel, tookMillis, derived)
  } finally {
    snapshot.release()
  }
}

function sendFound(logs: readonly StoredLog[]): void {
  const json = new TextEncoder().encode(JSON.stringify(foundLogs(logs)))
  send({ kind: 'found', json }, [json.buffer])
}

/** How often a query that waits for a reader looks whether it is still wanted. */
const LOOK_MILLIS = 50

function sendPart(text: string, flags: Int32Array, cancel: Patience): void {
  const bytes = new TextEncoder().encode(text)
  for (;;) {
    const unread = Atomics.load(flags, CONTROL.unread)
    if (unread < MOST_UNREAD_BYTES) break
    cancel.check()
    Atomics.wait(flags, CONTROL.unread, unread, LOOK_MILLIS)
  }
  Atomics.add(flags, CONTROL.unread, bytes.length)
  send({ kind: 'part', text: bytes }, [bytes.buffer])
}

function cancellation(control: Int32Array, deadline: number, timeoutMillis: number): Cancellation {
  return {
    check: () => {
      const stop = Atomics.load(control, CONTROL.stop)
      if (stop === STOP.cancelled) throw new HodoscopeError('query_cancelled', 'the query was cancelled')
      if (stop === STOP.timeout || performance.now() > deadline)
        throw new HodoscopeError('query_timeout', `the query took longer than ${timeoutMillis} ms`)
    },
    progress: (done, total) => {
      Atomics.store(control, CONTROL.done, done)
      Atomics.store(control, CONTROL.total, total)
    },
  }
}

function send(message: FromThread, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}
