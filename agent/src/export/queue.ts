/**
 * What waits to be sent: bounded in bytes, sent in order and in small batches, kept while the collector is away.
 *
 * ```
 *  add ──▶ [ oldest … newest ] ──batch──▶ send ──▶ sent      forgotten
 *            │ over the limit                      retry     back to the front, wait longer each time
 *            ▼                                     too-large halved, down to one item
 *          oldest dropped and counted              refused   dropped and counted
 * ```
 *
 * One batch is on its way at a time. Nothing here keeps the process alive: timers are unref'd by the bundle
 * (`unref-timers.ts`), the flush at exit holds it for a bounded time.
 */

/** How the collector took a batch. `reason` is for the person who reads stderr. */
export type Outcome =
  { readonly kind: 'sent' } | { readonly kind: 'retry' | 'too-large' | 'refused'; readonly reason: string }

export interface QueueSettings {
  /** How long a lone item waits for company. */
  readonly delayMillis: number
  readonly maxBatchItems: number
  /** Bound of a request, as estimated by the caller of `add`; 2 MiB. */
  readonly maxBatchBytes?: number
  /** Bound of everything that waits; 16 MiB. */
  readonly maxBytes?: number
}

const MEBIBYTE = 1024 * 1024

const FIRST_BACKOFF_MILLIS = 1000
const LAST_BACKOFF_MILLIS = 30_000

interface Entry<T> {
  readonly item: T
  readonly bytes: number
}

export class ExportQueue<T> {
  readonly #send: (items: T[]) => Promise<Outcome>
  readonly #onOutcome: (outcome: Outcome, items: number) => void
  readonly #settings: Required<QueueSettings>
  #waiting: Entry<T>[] = []
  #bytes = 0
  #dropped = 0
  #batchItems: number
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<boolean> | undefined

  /**
   * @param send       hands a batch to the exporter; never rejects
   * @param onOutcome  told of every batch, and of items dropped for want of room (as `refused`)
   */
  constructor(
    send: (items: T[]) => Promise<Outcome>,
    onOutcome: (outcome: Outcome, items: number) => void,
    settings: QueueSettings,
  ) {
    this.#send = send
    this.#onOutcome = onOutcome
    this.#settings = { maxBatchBytes: 2 * MEBIBYTE, maxBytes: 16 * MEBIBYTE, ...settings }
    this.#batchItems = settings.maxBatchItems
  }

  get size(): number {
    return this.#waiting.length
  }

  /** Items given up since the start, whatever the reason. */
  get dropped(): number {
    return this.#dropped
  }

  add(item: T, bytes: number): void {
    this.#waiting.push({ item, bytes })
    this.#bytes += bytes
    if (this.#bytes > this.#settings.maxBytes) this.#makeRoom()
    if (this.#waiting.length >= this.#batchItems && this.#failures === 0) this.#schedule(0)
    else this.#schedule(this.#settings.delayMillis)
  }

  /**
   * Sends until nothing waits or a batch fails.
   * @returns whether everything is gone
   */
  async flush(): Promise<boolean> {
    if (this.#sending && !(await this.#sending)) return false
    while (this.#waiting.length > 0) {
      if (!(await this.#sendBatch())) return false
    }
    return true
  }

  /** Drops a sixteenth more than needed, so that a full queue does not shift its array for each new item. */
  #makeRoom(): void {
    const target = this.#settings.maxBytes - this.#settings.maxBytes / 16
    let count = 0
    while (this.#bytes > target && count < this.#waiting.length) {
      this.#bytes -= this.#waiting[count]!.bytes
      count++
    }
    this.#waiting.splice(0, count)
    this.#giveUp(
      { kind: 'refused', reason: `more than ${this.#settings.maxBytes} bytes wait to be sent` },
      count,
    )
  }

  #giveUp(outcome: Outcome, items: number): void {
    this.#dropped += items
    this.#onOutcome(outcome, items)
  }

  #schedule(delayMillis: number): void {
    if (this.#sending) return
    if (this.#timer !== undefined) {
      if (delayMillis > 0) return
      clearTimeout(this.#timer)
    }
    this.#timer = setTimeout(() => void this.#sendBatch(), delayMillis)
  }

  /** @returns whether the next batch may follow at once: this one is off our hands, or was halved */
  #sendBatch(): Promise<boolean> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#sending) return this.#sending
    const batch = this.#takeBatch()
    if (batch.length === 0) return Promise.resolve(true)
    this.#sending = this.#send(batch.map(entry => entry.item))
      .then(outcome => this.#settle(batch, outcome))
      .finally(() => {
        this.#sending = undefined
        if (this.#waiting.length > 0) this.#schedule(this.#nextDelay())
      })
    return this.#sending
  }

  #takeBatch(): Entry<T>[] {
    let count = 0
    let bytes = 0
    while (count < this.#waiting.length && count < this.#batchItems) {
      const next = this.#waiting[count]!.bytes
      if (count > 0 && bytes + next > this.#settings.maxBatchBytes) break
      bytes += next
      count++
    }
    this.#bytes -= bytes
    return this.#waiting.splice(0, count)
  }

  #settle(batch: Entry<T>[], outcome: Outcome): boolean {
    if (outcome.kind === 'retry') return this.#putBack(batch, outcome)
    if (outcome.kind === 'too-large' && batch.length > 1) {
      this.#batchItems = Math.ceil(batch.length / 2)
      return this.#putBack(batch, undefined)
    }
    this.#failures = 0
    if (outcome.kind === 'sent') {
      this.#batchItems = this.#settings.maxBatchItems
      this.#onOutcome(outcome, batch.length)
    } else this.#giveUp(outcome, batch.length)
    return true
  }

  #putBack(batch: Entry<T>[], failure: Outcome | undefined): boolean {
    this.#waiting = batch.concat(this.#waiting)
    for (const entry of batch) this.#bytes += entry.bytes
    if (failure) {
      this.#failures++
      this.#onOutcome(failure, batch.length)
    }
    return failure === undefined
  }

  #nextDelay(): number {
    if (this.#failures > 0) {
      return (
        Math.min(FIRST_BACKOFF_MILLIS * 2 ** (this.#failures - 1), LAST_BACKOFF_MILLIS) *
        (0.8 + 0.4 * Math.random())
      )
    }
    return this.#waiting.length >= this.#batchItems ? 0 : this.#settings.delayMillis
  }
}
