/**
 * What the oracle reads off single records and plain lists of them.
 */
import { serviceName } from '../../model/telemetry.ts'
import type { UnixNano } from '../../model/time.ts'
import type { StoredLog, StoredSpan } from '../api.ts'
import { compareOrdinal, comparePlace, type Place } from '../shared/order.ts'
import type { SummaryRow } from '../shared/summary.ts'

/** The status code of a failed span. */
export const ERROR = 2

export const placeOfSpan = (span: StoredSpan): Place => ({
  time: span.startTimeUnixNano,
  ordinal: span.ordinal,
})
export const placeOfLog = (log: StoredLog): Place => ({ time: log.timeUnixNano, ordinal: log.ordinal })
export const oldestFirst = (a: StoredLog, b: StoredLog): number => comparePlace(placeOfLog(a), placeOfLog(b))
export const newestFirst = (a: StoredLog, b: StoredLog): number => oldestFirst(b, a)

export function durationOf(span: StoredSpan): bigint {
  const length = span.endTimeUnixNano - span.startTimeUnixNano
  return length > 0n ? length : 0n
}

export function summaryRow(span: StoredSpan): SummaryRow {
  return {
    service: serviceName(span.resource),
    name: span.name,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    kind: span.kind,
    start: span.startTimeUnixNano,
    end: span.endTimeUnixNano,
    error: span.status.code === ERROR,
  }
}

/** Distinct trace ids, the one that arrived last first. */
export function newestArrivals(spans: readonly StoredSpan[], limit: number): string[] {
  const ordered = [...spans].sort((a, b) => compareOrdinal(b.ordinal, a.ordinal))
  return [...new Set(ordered.map(span => span.traceId))].slice(0, limit)
}

export function extentOf(times: readonly UnixNano[]): {
  records: number
  from: UnixNano | undefined
  to: UnixNano | undefined
} {
  const ordered = [...times].sort((a, b) => (a < b ? -1 : 1))
  return { records: times.length, from: ordered[0], to: ordered.at(-1) }
}
