/**
 * What waits to be sent: bounded in bytes, sent in small batches, kept while the collector is away.
 *
 * ```
 *  add ──▶ high   [ oldest … newest ] ┐
 *          middle [ oldest … newest ] ├─batch──▶ send ──▶ sent      delivered
 *          low    [ oldest … newest ] ┘                   retry     back to the front, wait longer each time
 *            │ no room                                    too-large halved, down to one record
 *            ▼                                            refused   dropped
 *          oldest of the lowest dropped
 * ```
 *
 * One batch is on its way at a time. The ledger balances at any moment: created = delivered + dropped + waiting + on
 * the way. Nothing here keeps the process alive: timers are unref'd by the bundle (`unref-timers.ts`), the flush at
 * exit holds it for a bounded time.
 */
import { PRIORITIES, type DropReason, type Outcome, type Priority } from './item.ts'
import { Lane, type Sized } from './lane.ts'
import { Ledger } from './ledger.ts'
import type { Room, Tenant } from './room.ts'

export interface QueueSettings {
  /** How long a lone record waits for company. */
  readonly delayMillis: number
  readonly maxBatchItems: number
  /** Bound of a request; 2 MiB. A single record may be larger. */
  readonly maxBatchBytes?: number
}

/** Told of what happens to records; `items` is their count. */
export interface Watcher {
  outcome(outcome: Outcome, items: number): void
  dropped(reason: DropReason, items: number, detail: string): void
}

export interface Waiting extends Sized {
  readonly priority: Priority
  /** Set by the queue: the order of arrival, in which a batch is sent. */
  order?: number
}

const DEFAULT_BATCH_BYTES = 2 * 1024 * 1024
const FIRST_BACKOFF_MILLIS = 1000
const LAST_BACKOFF_MILLIS = 30_000
/** A longer timer fires at once. */
const LONGEST_TIMER_MILLIS = 2 ** 31 - 1

const SENDING_ORDER = PRIORITIES.toReversed()

export class ExportQueue<T extends Waiting> implements Tenant {
  readonly ledger = new Ledger()
  readonly #send: (items: T[]) => Promise<Outcome>
  readonly #watcher: Watcher
  readonly #room: Room
  readonly #settings: Required<QueueSettings>
  readonly #lanes: Record<Priority, Lane<T>> = { low: new Lane(), middle: new Lane(), high: new Lane() }
  #batchItems: number
  #arrivals = 0
  #failures = 0
  #retryAt = 0
  #closed = false
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<boolean> | undefined
  /** The batch that is on its way. */
  #underway: T[] = []

  /** @param send  hands a batch to the collector; never rejects */
  constructor(send: (items: T[]) => Promise<Outcome>, watcher: Watcher, room: Room, settings: QueueSettings) {
    this.#send = send
    this.#watcher = watcher
    this.#room = room
    this.#settings = { maxBatchBytes: DEFAULT_BATCH_BYTES, ...settings }
    this.#batchItems = settings.maxBatchItems
    room.enter(this)
  }

  /** Records that wait; those on their way are not among them. */
  get size(): number {
    return this.#lanes.low.size + this.#lanes.middle.size + this.#lanes.high.size
  }

  add(item: T): void {
    this.ledger.created()
    if (this.#closed) return this.#giveUp('exit', 1, 'the agent is shut down')
    item.order = this.#arrivals++
    this.#lanes[item.priority].push(item)
    this.#room.take(item.bytes)
    if (this.#failures > 0) this.#schedule(this.#nextDelay())
    else this.#schedule(this.size >= this.#batchItems ? 0 : this.#settings.delayMillis)
  }

  /** A record that never came as far as waiting. */
  lose(reason: DropReason, detail: string): void {
    this.ledger.created()
    this.#giveUp(reason, 1, detail)
  }

  /**
   * Sends until nothing waits or a batch fails.
   * @returns whether everything is gone
   */
  async flush(): Promise<boolean> {
    if (this.#sending && !(await this.#sending)) return false
    while (this.size > 0) {
      if (!(await this.#sendBatch())) return false
    }
    return true
  }

  /** Gives up what is left, and everything that comes after. */
  close(): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    const left = this.#takeBatch(Infinity, Infinity)
    for (const item of left) this.#room.give(item.bytes)
    this.#giveUp('exit', left.length, 'the agent is shut down')
  }

  /**
   * Everything that is not delivered yet as batches, what is on its way first and as it was sent: the process ends,
   * no answer will be seen any more. What becomes of them is told by `settleLast`.
   */
  takeLast(): T[][] {
    this.#closed = true
    clearTimeout(this.#timer)
    const batches = this.#underway.length > 0 ? [this.#underway] : []
    this.#underway = []
    while (this.size > 0) batches.push(this.#takeBatch(this.#batchItems, this.#settings.maxBatchBytes))
    return batches
  }

  settleLast(delivered: boolean, items: number, detail: string): void {
    if (delivered) this.ledger.delivered(items)
    else this.#giveUp('exit', items, detail)
  }

  bytesAt(priority: Priority): number {
    return this.#lanes[priority].bytes
  }

  evict(priority: Priority, bytes: number): number {
    const lane = this.#lanes[priority]
    let freed = 0
    let items = 0
    while (freed < bytes) {
      const item = lane.shift()
      if (item === undefined) break
      freed += item.bytes
      items++
    }
    this.#giveUp('no room', items, 'more waits to be sent than may')
    return freed
  }

  #giveUp(reason: DropReason, items: number, detail: string): void {
    if (items === 0) return
    this.ledger.dropped(reason, items)
    this.#watcher.dropped(reason, items, detail)
  }

  #schedule(delayMillis: number): void {
    if (this.#sending || this.#closed) return
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
    const batch = this.#takeBatch(this.#batchItems, this.#settings.maxBatchBytes)
    if (batch.length === 0) return Promise.resolve(true)
    this.#underway = batch
    this.#sending = this.#send(batch)
      .then(outcome => this.#settle(batch, outcome))
      .finally(() => {
        this.#sending = undefined
        this.#underway = []
        if (this.size > 0) this.#schedule(this.#nextDelay())
      })
    return this.#sending
  }

  /** What is most worth keeping, put in the order in which it came. */
  #takeBatch(maxItems: number, maxBytes: number): T[] {
    return this.#takeFirst(maxItems, maxBytes).sort((a, b) => a.order! - b.order!)
  }

  #takeFirst(maxItems: number, maxBytes: number): T[] {
    const batch: T[] = []
    let bytes = 0
    for (const priority of SENDING_ORDER) {
      const lane = this.#lanes[priority]
      for (let next = lane.first(); next !== undefined; next = lane.first()) {
        if (batch.length >= maxItems || (batch.length > 0 && bytes + next.bytes > maxBytes)) return batch
        bytes += next.bytes
        batch.push(next)
        lane.shift()
      }
    }
    return batch
  }

  #settle(batch: T[], outcome: Outcome): boolean {
    if (outcome.kind === 'retry') {
      this.#failures++
      this.#retryAt = performance.now() + (outcome.afterMillis ?? 0)
      this.#watcher.outcome(outcome, batch.length)
      return this.#putBack(batch, false)
    }
    if (outcome.kind === 'too-large' && batch.length > 1) {
      this.#batchItems = Math.ceil(batch.length / 2)
      return this.#putBack(batch, true)
    }
    this.#failures = 0
    for (const item of batch) this.#room.give(item.bytes)
    if (outcome.kind === 'sent') this.#delivered(batch.length, outcome)
    else this.#giveUp(outcome.kind === 'refused' ? 'refused' : 'too large', batch.length, outcome.reason)
    return true
  }

  #delivered(items: number, outcome: Outcome & { kind: 'sent' }): void {
    this.#batchItems = this.#settings.maxBatchItems
    const rejected = Math.min(Math.max(outcome.rejected ?? 0, 0), items)
    this.ledger.delivered(items - rejected)
    this.#watcher.outcome(outcome, items - rejected)
    this.#giveUp('partly refused', rejected, outcome.reason ?? 'the collector gave no reason')
  }

  #putBack(batch: readonly T[], mayFollow: boolean): boolean {
    for (const priority of PRIORITIES) {
      this.#lanes[priority].putBack(batch.filter(item => item.priority === priority))
    }
    if (this.#closed) this.close()
    else this.#room.take(0)
    return mayFollow
  }

  /** What the collector asked for holds even where it is longer than our own patience. */
  #nextDelay(): number {
    if (this.#failures === 0) return this.size >= this.#batchItems ? 0 : this.#settings.delayMillis
    const backoff = Math.min(FIRST_BACKOFF_MILLIS * 2 ** (this.#failures - 1), LAST_BACKOFF_MILLIS)
    const wait = Math.max(backoff * (0.8 + 0.4 * Math.random()), this.#retryAt - performance.now())
    return Math.min(wait, LONGEST_TIMER_MILLIS)
  }
}
