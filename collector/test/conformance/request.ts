/**
 * Spans and log records as the request in which a store takes them.
 */
import { correlationValues } from '../../src/model/attributes.ts'
import type { CanonicalRequest } from '../../src/model/canonical.ts'
import { lookupHash } from '../../src/model/lookup-hash.ts'
import type { LogRecord, Span } from '../../src/model/telemetry.ts'
import type { UnixNano } from '../../src/model/time.ts'
import { encodeLogs, encodeSpans } from '../../src/decode/objects.ts'

/** What one export carries. */
export type Batch =
  | { readonly signal: 'traces'; readonly records: readonly Span[] }
  | { readonly signal: 'logs'; readonly records: readonly LogRecord[] }
  | MetricBatch

/** Bytes of a request with metrics, as the door gives them to the store. */
export interface MetricBatch {
  readonly signal: 'metrics' | 'samples'
  readonly request: CanonicalRequest
}

export const spans = (...records: readonly Span[]): Batch => ({ signal: 'traces', records })
export const logs = (...records: readonly LogRecord[]): Batch => ({ signal: 'logs', records })

export function requestOf(batch: Batch): CanonicalRequest {
  if ('request' in batch) return batch.request
  const times = batch.signal === 'traces' ? batch.records.map(startOf) : batch.records.flatMap(timesOf)
  return {
    signal: batch.signal,
    body: batch.signal === 'traces' ? encodeSpans(batch.records) : encodeLogs(batch.records),
    items: batch.records.length,
    times: times.length === 0 ? undefined : extremes(times),
    untimed: times.length < batch.records.length,
    lookups: Float64Array.from(batch.records.flatMap(lookupsOf)),
  }
}

const extremes = (times: readonly UnixNano[]): { from: UnixNano; to: UnixNano } => ({
  from: times.reduce((a, b) => (b < a ? b : a)),
  to: times.reduce((a, b) => (b > a ? b : a)),
})

const startOf = (span: Span): UnixNano => span.startTimeUnixNano

function timesOf(log: LogRecord): UnixNano[] {
  return [log.timeUnixNano, log.observedTimeUnixNano].filter(time => time !== 0n).slice(0, 1)
}

function lookupsOf(record: Span | LogRecord): number[] {
  const ids = record.traceId === '' ? [] : [Buffer.from(record.traceId, 'hex')]
  const values = correlationValues(record.attributes).map(value => Buffer.from(value, 'utf8'))
  return [...ids, ...values].map(bytes => lookupHash(bytes, 0, bytes.length))
}
