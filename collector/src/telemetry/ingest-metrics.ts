/**
 * What came in and what became of it.
 *
 * Every item of a request that could be decoded is in exactly one of three counts, so that at any
 * quiet moment received = stored + rejected + refused:
 * - stored: acknowledged, and on stable storage (a repeated request included);
 * - rejected: told to the sender as rejected in a partial success;
 * - refused: decoded, but the store would not take it; the sender may try again.
 * Requests that were refused before their items could be counted show in the requests alone.
 */
import { Counter, type Registry } from 'prom-client'
import type { ErrorCode } from '../model/errors.ts'
import { REQUEST_KINDS, type RequestKind } from '../model/telemetry.ts'

export interface IngestTotals {
  readonly requests: number
  readonly refusedRequests: number
  readonly abortedRequests: number
  readonly bytes: number
  readonly receivedItems: number
  readonly storedItems: number
  readonly rejectedItems: number
  readonly refusedItems: number
}

export interface Refusals {
  readonly kind: RequestKind
  readonly code: ErrorCode
  readonly requests: number
}

export interface IngestMetrics {
  /** A request arrived. */
  request(signal: RequestKind): void
  /** A request's body was read: `wire` bytes as sent, `inflated` bytes after decompression. */
  body(signal: RequestKind, wire: number, inflated: number): void
  /** A request was decoded into `received` items, of which `rejected` cannot be stored. */
  items(signal: RequestKind, received: number, rejected: number): void
  stored(signal: RequestKind, items: number): void
  /** A request was answered with an error; `items` were decoded and are lost to it (0 when it was not decoded). */
  refused(signal: RequestKind, code: ErrorCode, items: number): void
  /** A client left before its body was complete. */
  aborted(signal: RequestKind): void
  totals(signal: RequestKind): IngestTotals
  /** Requests that were answered with an error. */
  refusals(): readonly Refusals[]
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
interface SignalCounts extends Mutable<IngestTotals> {
  inflatedBytes: number
  readonly refusals: Map<ErrorCode, number>
}

/** Counts are plain numbers; the registry reads them when it is scraped, so ingest pays nothing for it. */
export function createIngestMetrics(registry: Registry): IngestMetrics {
  const counts: Readonly<Record<RequestKind, SignalCounts>> = {
    traces: zero(),
    logs: zero(),
    metrics: zero(),
    samples: zero(),
  }
  const metrics = countInto(counts)
  const expose = (name: string, help: string, read: (counts: SignalCounts) => number): void => {
    exposeCounter(registry, name, help, ['signal'], counter => {
      for (const signal of REQUEST_KINDS) counter.inc({ signal }, read(counts[signal]))
    })
  }
  expose(
    'hodoscope_ingest_requests_total',
    'Requests that arrived; `samples` are those of Prometheus remote-write.',
    c => c.requests,
  )
  expose('hodoscope_ingest_aborted_requests_total', 'Clients that left in mid-body.', c => c.abortedRequests)
  expose('hodoscope_ingest_wire_bytes_total', 'Bytes of request bodies as they were sent.', c => c.bytes)
  expose(
    'hodoscope_ingest_inflated_bytes_total',
    'Bytes of request bodies, decompressed.',
    c => c.inflatedBytes,
  )
  expose(
    'hodoscope_ingest_received_items_total',
    'Spans, log records, data points and samples decoded.',
    c => c.receivedItems,
  )
  expose('hodoscope_ingest_stored_items_total', 'Items acknowledged as stored.', c => c.storedItems)
  expose('hodoscope_ingest_rejected_items_total', 'Items rejected for good.', c => c.rejectedItems)
  expose(
    'hodoscope_ingest_refused_items_total',
    'Items the store would not take at that moment.',
    c => c.refusedItems,
  )
  exposeCounter(
    registry,
    'hodoscope_ingest_refused_requests_total',
    'Requests answered with an error.',
    ['signal', 'code'],
    counter => {
      for (const { kind, code, requests } of metrics.refusals()) counter.inc({ signal: kind, code }, requests)
    },
  )
  return metrics
}

function countInto(counts: Readonly<Record<RequestKind, SignalCounts>>): IngestMetrics {
  return {
    request: signal => void counts[signal].requests++,
    body(signal, wire, inflated) {
      counts[signal].bytes += wire
      counts[signal].inflatedBytes += inflated
    },
    items(signal, received, rejected) {
      counts[signal].receivedItems += received
      counts[signal].rejectedItems += rejected
    },
    stored: (signal, items) => void (counts[signal].storedItems += items),
    refused(signal, code, items) {
      const of = counts[signal]
      of.refusedRequests++
      of.refusedItems += items
      of.refusals.set(code, (of.refusals.get(code) ?? 0) + 1)
    },
    aborted: signal => void counts[signal].abortedRequests++,
    totals(signal) {
      const { inflatedBytes: _, refusals: __, ...totals } = counts[signal]
      return totals
    },
    refusals: () =>
      REQUEST_KINDS.flatMap(kind =>
        [...counts[kind].refusals].map(([code, requests]) => ({ kind, code, requests })),
      ),
  }
}

const zero = (): SignalCounts => ({
  requests: 0,
  refusedRequests: 0,
  abortedRequests: 0,
  bytes: 0,
  inflatedBytes: 0,
  receivedItems: 0,
  storedItems: 0,
  rejectedItems: 0,
  refusedItems: 0,
  refusals: new Map(),
})

function exposeCounter<L extends string>(
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly L[],
  read: (counter: Counter<L>) => void,
): void {
  registry.registerMetric(
    new Counter({
      name,
      help,
      labelNames,
      registers: [],
      collect() {
        this.reset()
        read(this)
      },
    }),
  )
}
