/**
 * The journal as the main thread sees it: requests gather while a commit runs, and go as one batch
 * when it is done. No timer: under light load a request goes alone, under heavy load many share
 * one fsync.
 */
import type { Worker } from 'node:worker_threads'
import { HodoscopeError, type ErrorCode } from '../../model/errors.ts'
import type { CanonicalRequest } from '../../model/canonical.ts'
import { failPoint } from '../../durable/fail-point.ts'
import { giveBack } from '../memory-of.ts'
import { packBatch, transferables } from './batch.ts'
import type { FromJournal, ToJournal } from './messages.ts'

/** Bytes of one batch: a record stays small enough to be read on its own. */
const MAX_BATCH_BYTES = 4 * 1024 * 1024

interface Waiting {
  readonly request: CanonicalRequest
  resolve(outcome: { readonly duplicate: boolean }): void
  reject(error: HodoscopeError): void
}

export class JournalClient {
  readonly #worker: Worker
  readonly #maxQueuedBytes: number
  readonly #maxHeldBytes: number
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #committing: readonly Waiting[] | undefined
  #closing: ((value: void) => void) | undefined
  #closed = false
  #failed: HodoscopeError | undefined
  heldBytes = 0
  sequence = 0
  duplicates = 0
  /** Why the last commit was refused, or the next would be; undefined after one that succeeded. */
  refusing: ErrorCode | undefined

  /**
   * @param worker the journal's thread, ready
   * @param maxQueuedBytes of requests that wait for their commit
   * @param maxHeldBytes compressed bytes in the journal beyond which it counts as behind
   */
  constructor(worker: Worker, maxQueuedBytes: number, maxHeldBytes: number) {
    this.#worker = worker
    this.#maxQueuedBytes = maxQueuedBytes
    this.#maxHeldBytes = maxHeldBytes
    worker.on('message', (message: FromJournal) => this.#heard(message))
    worker.on('error', error => this.#fail(error))
  }

  append(request: CanonicalRequest): Promise<{ readonly duplicate: boolean }> {
    failPoint('request.read')
    const refusal = this.#refusal(request.body.length)
    if (refusal !== undefined) return Promise.reject(refusal)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject })
      this.#waitingBytes += request.body.length
      this.#next()
    })
  }

  #refusal(bytes: number): HodoscopeError | undefined {
    if (this.#failed !== undefined) return this.#failed
    if (this.#closed) return new HodoscopeError('shutting_down', 'the store takes no more requests')
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > this.#maxQueuedBytes)
      return new HodoscopeError(
        'store_busy',
        `${this.#waitingBytes} bytes wait for the journal, of at most ${this.#maxQueuedBytes}`,
      )
    if (this.heldBytes > this.#maxHeldBytes)
      return new HodoscopeError(
        'store_busy',
        `the journal holds ${this.heldBytes} bytes that are not in blocks yet, of at most ${this.#maxHeldBytes}`,
      )
    return undefined
  }

  #next(): void {
    if (this.#committing !== undefined) return
    if (this.#waiting.length === 0) {
      if (this.#closing !== undefined) this.#say({ close: true })
      return
    }
    const taken = this.#take()
    const { batch, order } = packBatch(taken.map(entry => entry.request))
    this.#committing = order.map(i => taken[i]!)
    for (const { request } of taken) if (request.body.buffer !== batch.buffer.buffer) giveBack(request.body)
    this.#worker.postMessage({ commit: batch } satisfies ToJournal, transferables(batch))
  }

  /** The first requests that wait, as many as a batch holds. */
  #take(): Waiting[] {
    let count = 0
    let bytes = 0
    while (count < this.#waiting.length) {
      const next = this.#waiting[count]!.request.body.length
      if (count > 0 && bytes + next > MAX_BATCH_BYTES) break
      bytes += next
      count++
    }
    this.#waitingBytes -= bytes
    return this.#waiting.splice(0, count)
  }

  #heard(message: FromJournal): void {
    if ('committed' in message) {
      const { duplicates, heldBytes, sequence } = message.committed
      this.heldBytes = heldBytes
      this.sequence = sequence
      this.refusing = undefined
      this.#settle((entry, i) => {
        if (duplicates[i]) this.duplicates++
        entry.resolve({ duplicate: duplicates[i]! })
      })
    } else if ('refused' in message) {
      this.refusing = message.refused.code
      this.#settle(entry => entry.reject(new HodoscopeError(message.refused.code, message.refused.message)))
    } else if ('looked' in message) this.refusing = message.looked?.code
    else if ('heldBytes' in message) this.heldBytes = message.heldBytes
    else if ('closed' in message) this.#closing?.()
  }

  #settle(each: (entry: Waiting, index: number) => void): void {
    const settled = this.#committing ?? []
    this.#committing = undefined
    this.#next()
    settled.forEach(each)
  }

  /** The thread is gone: what waits was not acknowledged, and nothing more is taken. */
  #fail(cause: unknown): void {
    this.#failed = new HodoscopeError('store_busy', 'the journal has stopped', { cause })
    this.refusing = 'store_busy'
    const lost = [...(this.#committing ?? []), ...this.#waiting]
    this.#committing = undefined
    this.#waiting = []
    this.#waitingBytes = 0
    for (const entry of lost) entry.reject(this.#failed)
  }

  #say(message: ToJournal): void {
    this.#worker.postMessage(message)
  }

  /** Refuses new requests; resolves when everything that was taken is committed. */
  async stopTaking(): Promise<void> {
    this.#closed = true
    while (this.#committing !== undefined || this.#waiting.length > 0)
      await new Promise(resolve => setImmediate(resolve))
  }

  /** Closes the file. Call after `stopTaking`. */
  async close(): Promise<void> {
    this.#closed = true
    await new Promise<void>(resolve => {
      this.#closing = resolve
      this.#next()
    })
  }
}
