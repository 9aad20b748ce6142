/**
 * The query threads, and the queue before them. Threads are started when they are needed and
 * replaced when they end.
 */
import { HodoscopeError } from '../model/errors.ts'
import type { ReaderSource } from '../store/api.ts'
import { QueryThread, type RunOptions } from './thread.ts'

export interface PoolOptions {
  /** How each thread opens its reader. */
  readonly source: ReaderSource
  /** Path of the file of counts, for what is asked of these. */
  readonly derived?: string | undefined
  readonly threads?: number
  /** Queries that may wait for a thread; more are refused with `queries_busy`. */
  readonly maxWaiting?: number
  /** How long a query may wait for a thread. */
  readonly waitMillis?: number
  /** How long a query may take to notice that it is to stop, before its thread is ended. */
  readonly graceMillis?: number
  readonly maxHeapMegabytes?: number
}

export interface QueryPool {
  /**
   * @param job a name in `jobs.ts`
   * @param params plain data
   * @returns finished JSON
   * @throws HodoscopeError the job's own, or `queries_busy`, `query_cancelled`, `query_timeout`,
   * `query_too_large`, `shutting_down`
   */
  run(job: string, params: unknown, options: RunOptions): Promise<Uint8Array>
  /** What the threads are doing. */
  running(): readonly { readonly job: string; readonly done: number; readonly total: number }[]
  /** Refuses what waits, cancels what runs, ends the threads. */
  close(): Promise<void>
}

export function openQueryPool(options: PoolOptions): QueryPool {
  return new Pool(options)
}

interface Waiting {
  readonly take: (thread: QueryThread) => void
  readonly refuse: (error: HodoscopeError) => void
}

class Pool implements QueryPool {
  readonly #options: Required<PoolOptions>
  readonly #threads = new Set<QueryThread>()
  /** Threads that somebody has, from the moment they are promised. */
  readonly #taken = new Set<QueryThread>()
  readonly #waiting = new Set<Waiting>()
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = {
      threads: 2,
      maxWaiting: 32,
      waitMillis: 10_000,
      graceMillis: 1_000,
      maxHeapMegabytes: 384,
      derived: undefined,
      ...options,
    }
  }

  async run(job: string, params: unknown, options: RunOptions): Promise<Uint8Array> {
    if (this.#closed) throw new HodoscopeError('shutting_down', 'no queries are taken any more')
    if (options.signal.aborted) throw new HodoscopeError('query_cancelled', 'the query was cancelled')
    const thread = this.#take() ?? (await this.#wait(options.signal))
    try {
      return await thread.run(job, params, options)
    } finally {
      this.#taken.delete(thread)
      this.#next()
    }
  }

  running(): readonly { readonly job: string; readonly done: number; readonly total: number }[] {
    return [...this.#threads].map(thread => thread.progress).filter(progress => progress !== undefined)
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const waiting of this.#waiting)
      waiting.refuse(new HodoscopeError('shutting_down', 'the query threads are ending'))
    await Promise.all([...this.#threads].map(thread => thread.close()))
  }

  /** An idle thread, or a new one where there are fewer than there may be. */
  #take(): QueryThread | undefined {
    for (const thread of this.#threads) if (!thread.alive) this.#threads.delete(thread)
    let thread = [...this.#threads].find(one => !this.#taken.has(one))
    if (thread === undefined && this.#threads.size < this.#options.threads) {
      thread = new QueryThread(this.#options)
      this.#threads.add(thread)
    }
    if (thread !== undefined) this.#taken.add(thread)
    return thread
  }

  /** Resolves with a thread that is taken already. */
  #wait(signal: AbortSignal): Promise<QueryThread> {
    const { maxWaiting, waitMillis } = this.#options
    if (this.#waiting.size >= maxWaiting)
      throw new HodoscopeError('queries_busy', `${this.#waiting.size} queries wait already`)
    const { promise, resolve, reject } = Promise.withResolvers<QueryThread>()
    const leave = (): void => {
      this.#waiting.delete(waiting)
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    }
    const refuse = (error: HodoscopeError): void => {
      leave()
      reject(error)
    }
    const waiting: Waiting = {
      refuse,
      take: thread => {
        leave()
        resolve(thread)
      },
    }
    const cancel = (): void => refuse(new HodoscopeError('query_cancelled', 'the query was cancelled'))
    const timer = setTimeout(
      () => refuse(new HodoscopeError('queries_busy', `no query thread was free within ${waitMillis} ms`)),
      waitMillis,
    )
    signal.addEventListener('abort', cancel, { once: true })
    this.#waiting.add(waiting)
    return promise
  }

  #next(): void {
    const [first] = this.#waiting
    if (this.#closed || first === undefined) return
    const thread = this.#take()
    if (thread !== undefined) first.take(thread)
  }
}
