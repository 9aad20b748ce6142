/**
 * The payload of every figure in RESULTS.md: requests as the exporters of a shop of eight services
 * would send them. The same options give the same bytes.
 *
 * Spans and logs of one seed belong to the same traces.
 */
import { batches } from './batches.ts'
import { largeTrace } from './large-trace.ts'
import { payloadLogs } from './logs.ts'
import { tracesJson } from './otlp-json.ts'
import { logsProtobuf, tracesProtobuf } from './otlp-protobuf.ts'
import { payloadSpans } from './spans.ts'
import { traceIdHex } from './trace.ts'

export interface PayloadOptions {
  readonly seed: number
  /** Items in a request; the last request of each service may hold fewer. */
  readonly perRequest: number
  /** When the first trace starts; Unix milliseconds. Default: 2026-01-01T00:00:00Z. */
  readonly startMillis?: number
  /** How densely the traces lie in time. Default 1,000. */
  readonly tracesPerSecond?: number
}

export interface SpanRequest {
  readonly body: Uint8Array
  readonly spans: number
  /** Of the first span in it, lower-case hex. */
  readonly traceId: string
}

export interface LogRequest {
  readonly body: Uint8Array
  readonly logs: number
  readonly traceId: string
}

export type SpanOptions = PayloadOptions & { readonly spans: number }
export type LogOptions = PayloadOptions & { readonly logs: number }

export const DEFAULT_START_MILLIS = Date.UTC(2026, 0, 1)
const DEFAULT_TRACES_PER_SECOND = 1000

const startOf = (options: PayloadOptions): bigint =>
  BigInt(options.startMillis ?? DEFAULT_START_MILLIS) * 1_000_000n

/** Exactly `spans` spans as OTLP protobuf. */
export function* spanRequests(options: SpanOptions): Generator<SpanRequest> {
  for (const batch of spanBatches(options))
    yield {
      body: tracesProtobuf(batch, startOf(options)),
      spans: batch.items.length,
      traceId: traceIdHex(batch.items[0]!.trace),
    }
}

/** The same spans as OTLP/JSON. */
export function* spanRequestsJson(options: SpanOptions): Generator<SpanRequest> {
  for (const batch of spanBatches(options))
    yield {
      body: tracesJson(batch, startOf(options)),
      spans: batch.items.length,
      traceId: traceIdHex(batch.items[0]!.trace),
    }
}

/** Exactly `logs` records as OTLP protobuf. */
export function* logRequests(options: LogOptions): Generator<LogRequest> {
  const logs = payloadLogs(options.seed, options.logs, options.tracesPerSecond ?? DEFAULT_TRACES_PER_SECOND)
  for (const batch of batches(logs, options.perRequest))
    yield {
      body: logsProtobuf(batch, startOf(options)),
      logs: batch.items.length,
      traceId: traceIdHex(batch.items[0]!.trace),
    }
}

/** Exactly `spans` spans of one trace. */
export function* largeTraceRequests(options: SpanOptions): Generator<SpanRequest> {
  for (const batch of batches(largeTrace(options.seed, options.spans), options.perRequest))
    yield {
      body: tracesProtobuf(batch, startOf(options)),
      spans: batch.items.length,
      traceId: traceIdHex(batch.items[0]!.trace),
    }
}

const spanBatches = (options: SpanOptions) =>
  batches(
    payloadSpans(options.seed, options.spans, options.tracesPerSecond ?? DEFAULT_TRACES_PER_SECOND),
    options.perRequest,
  )
