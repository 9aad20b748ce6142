/**
 * One query thread as the main thread sees it: one job at a time, each of which ends in an answer,
 * a typed error, or the end of the thread.
 *
 * better-sqlite3 cannot interrupt a statement, so a query that does not look at its flag in time is
 * stopped by ending the thread.
 */
import { Worker } from 'node:worker_threads'
import { HodoscopeError } from '../model/errors.ts'
import type { ReaderSource } from '../store/api.ts'
import { CONTROL, errorOf, STOP, type FromThread, type ThreadData, type ToThread } from './messages.ts'

/** Compiled, this module and the thread's lie side by side as `.js`. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url)

export interface ThreadOptions {
  readonly source: ReaderSource
  readonly derived: string | undefined
  /** How long a query may take to notice that it is to stop. */
  readonly graceMillis: number
  readonly maxHeapMegabytes: number
}

export interface RunOptions {
  readonly signal: AbortSignal
  readonly timeoutMillis: number
  /** Told of a query that takes long, until it ends. */
  readonly stream?: StreamSink
}

/** Who listens to a query: to what is found before the answer, or to the answer in parts. */
export type StreamSink = FoundSink | PartSink

export interface PartSink {
  /** A piece of the answer's text; `read` is called when it has gone on. */
  part(text: Uint8Array, read: () => void): void
}

export interface FoundSink {
  /** Pieces read of pieces to read, several times a second. */
  progress(done: number, total: number): void
  /** JSON of a part of the answer. */
  found(json: Uint8Array): void
}

const PROGRESS_MILLIS = 250

type Outcome = Exclude<FromThread, { kind: 'found' | 'part' }> | HodoscopeError

type Told = Extract<FromThread, { kind: 'found' | 'part' }>

interface Running {
  readonly job: string
  readonly control: Int32Array
  readonly tell: (message: Told) => void
  readonly settle: (outcome: Outcome) => void
}

export class QueryThread {
  readonly #worker: Worker
  readonly #options: ThreadOptions
  readonly #ended: Promise<void>
  #running: Running | undefined
  #alive = true

  constructor(options: ThreadOptions) {
    this.#options = options
    const workerData: ThreadData = { source: options.source, derived: options.derived }
    this.#worker = new Worker(ENTRY, {
      name: 'query',
      workerData,
      resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: options.maxHeapMegabytes },
    })
    this.#worker.on('message', (message: FromThread) => {
      if (message.kind === 'found' || message.kind === 'part') this.#running?.tell(message)
      else this.#running?.settle(message)
    })
    this.#worker.on('error', error => this.#fail(errorOfCrash(error)))
    this.#ended = new Promise(resolve => {
      this.#worker.once('exit', () => {
        this.#fail(new HodoscopeError('internal', 'the query thread ended before its query'))
        resolve()
      })
    })
  }

  /** False from the moment at which it ends; a thread that is not alive is to be replaced. */
  get alive(): boolean {
    return this.#alive
  }

  /** What it is doing: pieces read of pieces to read. */
  get progress(): { readonly job: string; readonly done: number; readonly total: number } | undefined {
    if (this.#running === undefined) return undefined
    const { job, control } = this.#running
    return { job, done: Atomics.load(control, CONTROL.done), total: Atomics.load(control, CONTROL.total) }
  }

  /**
   * Only while it is alive and does nothing else.
   * @returns finished JSON; rejects with a HodoscopeError
   */
  async run(
    job: string,
    params: unknown,
    { signal, timeoutMillis, stream }: RunOptions,
  ): Promise<Uint8Array> {
    const control = new SharedArrayBuffer(CONTROL.size * Int32Array.BYTES_PER_ELEMENT)
    const flags = new Int32Array(control)
    const timers: NodeJS.Timeout[] = []
    const stop = (reason: 'cancelled' | 'timeout'): void => {
      Atomics.compareExchange(flags, CONTROL.stop, STOP.no, STOP[reason])
      timers.push(
        setTimeout(() => void this.#kill(errorOfStop(reason, timeoutMillis)), this.#options.graceMillis),
      )
    }
    const cancel = (): void => stop('cancelled')
    signal.addEventListener('abort', cancel, { once: true })
    timers.push(setTimeout(() => stop('timeout'), timeoutMillis))
    try {
      const { promise, resolve } = Promise.withResolvers<Outcome>()
      this.#running = { job, control: flags, tell: teller(stream, flags), settle: resolve }
      this.#send({ kind: 'run', job, params, control, timeoutMillis, stream: kindOf(stream) })
      if (stream !== undefined && 'found' in stream)
        timers.push(setInterval(() => this.#tellProgress(stream), PROGRESS_MILLIS))
      const outcome = await promise
      if (outcome instanceof HodoscopeError) throw outcome
      if (outcome.kind === 'fault') throw errorOf(outcome.fault)
      return outcome.json
    } finally {
      this.#running = undefined
      signal.removeEventListener('abort', cancel)
      for (const timer of timers) clearTimeout(timer)
    }
  }

  #tellProgress(stream: FoundSink): void {
    const { done, total } = this.progress ?? { done: 0, total: 0 }
    if (total > 0) stream.progress(done, total)
  }

  /**
   * Lets go of the reader; a query that still runs is cancelled. Resolves when the thread is gone,
   * or after twice the grace: a thread that collects garbage at the limit of its heap ends late.
   */
  async close(): Promise<void> {
    const { graceMillis } = this.#options
    if (this.#alive) {
      this.#alive = false
      if (this.#running !== undefined) Atomics.store(this.#running.control, CONTROL.stop, STOP.cancelled)
      this.#send({ kind: 'close' })
    }
    const impatient = setTimeout(() => void this.#worker.terminate(), graceMillis)
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const givenUp = setTimeout(resolve, 2 * graceMillis)
    await Promise.race([this.#ended, late])
    clearTimeout(impatient)
    clearTimeout(givenUp)
    this.#worker.unref()
  }

  async #kill(error: HodoscopeError): Promise<void> {
    this.#fail(error)
    await this.#worker.terminate()
  }

  #fail(error: HodoscopeError): void {
    this.#alive = false
    this.#running?.settle(error)
  }

  #send(message: ToThread): void {
    this.#worker.postMessage(message)
  }
}

const kindOf = (stream: StreamSink | undefined): 'found' | 'parts' | undefined =>
  stream === undefined ? undefined : 'found' in stream ? 'found' : 'parts'

function teller(stream: StreamSink | undefined, flags: Int32Array): (message: Told) => void {
  return message => {
    if (stream === undefined) return
    if ('found' in stream && message.kind === 'found') stream.found(message.json)
    if ('part' in stream && message.kind === 'part') {
      const { length } = message.text
      stream.part(message.text, () => {
        Atomics.sub(flags, CONTROL.unread, length)
        Atomics.notify(flags, CONTROL.unread)
      })
    }
  }
}

function errorOfStop(reason: 'cancelled' | 'timeout', timeoutMillis: number): HodoscopeError {
  return reason === 'cancelled'
    ? new HodoscopeError('query_cancelled', 'the query was cancelled')
    : new HodoscopeError('query_timeout', `the query took longer than ${timeoutMillis} ms`)
}

function errorOfCrash(error: unknown): HodoscopeError {
  const { code, message } = error as { code?: string; message?: string }
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new HodoscopeError('query_too_large', 'the answer does not fit into the memory of a query thread')
    : new HodoscopeError('internal', `the query thread failed: ${message ?? String(error)}`, { cause: error })
}
