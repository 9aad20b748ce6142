/**
 * The oracle: what a store means, in the plainest code that is correct.
 *
 * Records stand in two arrays in order of arrival, and every question is a walk over them. It is
 * for tests and for comparing other backends with; nothing of it survives the process.
 */
import { createHash } from 'node:crypto'
import { logsOf, spansOf } from '../../decode/objects.ts'
import type { OtlpSeriesOptions } from '../../decode/series/otlp-labels.ts'
import type { CanonicalRequest } from '../../model/canonical.ts'
import { HodoscopeError } from '../../model/errors.ts'
import { nanoOfMillis, systemClock, unixMillis, type Clock } from '../../model/time.ts'
import {
  MOST_PINS,
  type Pin,
  type StoredLog,
  type StoredSpan,
  type StoreReader,
  type StoreStatus,
  type StoreWriter,
  type Unfinished,
} from '../api.ts'
import { compareText } from '../shared/order.ts'
import { MemorySeries } from './series.ts'
import { MemorySnapshot } from './snapshot.ts'

const DUPLICATE_WINDOW_MILLIS = 10 * 60_000

export class MemoryStore implements StoreWriter {
  readonly #clock: Clock
  readonly #spans: StoredSpan[] = []
  readonly #logs: StoredLog[] = []
  readonly #series: MemorySeries
  readonly #points = { metrics: 0, samples: 0 }
  /** When a request body was last stored, by its hash. */
  readonly #stored = new Map<string, number>()
  readonly #pins = new Map<string, Pin>()
  #sequence = 0
  #duplicates = 0
  #closed = false

  constructor(options: { clock?: Clock; series?: OtlpSeriesOptions } = {}) {
    this.#series = new MemorySeries(options.series ?? { resourceLabels: [] })
    this.#clock = options.clock ?? systemClock
  }

  async append(request: CanonicalRequest): Promise<{ readonly duplicate: boolean }> {
    if (this.#closed) throw new HodoscopeError('shutting_down', 'the store is closed')
    if (this.#isDuplicate(request)) {
      this.#duplicates++
      return { duplicate: true }
    }
    const sequence = ++this.#sequence
    if (request.signal === 'traces') {
      for (const [row, span] of [...spansOf(request.body)].entries())
        this.#spans.push({ ...span, ordinal: { sequence, row } })
    } else if (request.signal !== 'logs') {
      this.#series.take(request)
      this.#points[request.signal] += request.items
    } else {
      const receivedAt = nanoOfMillis(this.#clock.now())
      for (const [row, log] of [...logsOf(request.body, receivedAt)].entries())
        this.#logs.push({ ...log, ordinal: { sequence, row } })
    }
    return { duplicate: false }
  }

  #isDuplicate(request: CanonicalRequest): boolean {
    const now = this.#clock.monotonic()
    const hash = createHash('sha256').update(request.signal).update(request.body).digest('base64')
    const storedAt = this.#stored.get(hash)
    if (storedAt !== undefined && now - storedAt < DUPLICATE_WINDOW_MILLIS) return true
    this.#stored.set(hash, now)
    return false
  }

  async drain(): Promise<void> {}

  pins(): readonly Pin[] {
    return [...this.#pins.values()].sort(
      (a, b) => b.pinnedAt - a.pinnedAt || compareText(a.traceId, b.traceId),
    )
  }

  async pin(traceId: string, note: string): Promise<void> {
    const pinnedAt = this.#pins.get(traceId)?.pinnedAt ?? unixMillis(Math.floor(this.#clock.now()))
    if (!this.#pins.has(traceId) && this.#pins.size >= MOST_PINS)
      throw new HodoscopeError('pins_exhausted', `${MOST_PINS} traces are pinned, and no more can be`)
    this.#pins.set(traceId, { traceId, note, pinnedAt })
  }

  async unpin(traceId: string): Promise<boolean> {
    return this.#pins.delete(traceId)
  }

  async close(): Promise<Unfinished> {
    this.#closed = true
    return { records: 0, partitions: 0 }
  }

  status(): StoreStatus {
    return {
      acceptedItems: { traces: this.#spans.length, logs: this.#logs.length, ...this.#points },
      duplicateRequests: this.#duplicates,
      journalBytes: 0,
      backlogRecords: 0,
      diskBytes: 0,
      maxBytes: Number.POSITIVE_INFINITY,
      partitions: 0,
      pinnedTraces: this.#pins.size,
      pinnedBytes: 0,
      quarantined: [],
      refusing: this.#closed ? 'shutting_down' : undefined,
    }
  }

  /** A reader of the same process; snapshots are copies of the two lists. */
  reader(): StoreReader {
    return {
      snapshot: () => new MemorySnapshot([...this.#spans], [...this.#logs], this.#series.view()),
      close: () => {},
    }
  }
}
