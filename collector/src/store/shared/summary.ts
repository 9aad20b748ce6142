/**
 * A trace in one line, made from the few columns that it takes.
 *
 * ```
 * |----- a (no parent) -----|         root a; from a's start to c's end
 *     |-- b (of a) --|
 *                |-- c (of x, absent) --|
 * ```
 */
import { between, type UnixNano } from '../../model/time.ts'
import type { TraceSummary } from '../api.ts'
import { compareText } from './order.ts'

export interface SummaryRow {
  readonly service: string
  readonly name: string
  readonly spanId: string
  /** '' for a span without a parent. */
  readonly parentSpanId: string
  readonly kind: number
  readonly start: bigint
  readonly end: bigint
  readonly error: boolean
}

/**
 * @param rows all spans of the trace in order of arrival
 * @returns undefined without any row
 */
export function summarise(traceId: string, rows: Iterable<SummaryRow>): TraceSummary | undefined {
  const spans = distinct(rows)
  const root = rootOf(spans)
  if (root === undefined) return undefined
  let start = root.start
  let end = root.end
  for (const span of spans) {
    if (span.start < start) start = span.start
    if (span.end > end) end = span.end
  }
  return {
    traceId,
    rootService: root.service,
    rootName: root.name,
    startTimeUnixNano: start as UnixNano,
    durationNano: between(start as UnixNano, end as UnixNano),
    spanCount: spans.length,
    errorCount: spans.filter(span => span.error).length,
    services: servicesOf(spans),
  }
}

/** Spans that agree in id, kind, name, start and end are one; the first to arrive stands for all. */
function distinct(rows: Iterable<SummaryRow>): SummaryRow[] {
  const byIdentity = new Map<string, SummaryRow>()
  for (const row of rows) {
    const identity = `${row.spanId} ${row.kind} ${row.start} ${row.end} ${row.name}`
    if (!byIdentity.has(identity)) byIdentity.set(identity, row)
  }
  return [...byIdentity.values()]
}

function rootOf(spans: readonly SummaryRow[]): SummaryRow | undefined {
  const present = new Set(spans.map(span => span.spanId))
  return (
    earliest(spans, span => span.parentSpanId === '') ??
    earliest(spans, span => !present.has(span.parentSpanId)) ??
    earliest(spans, () => true)
  )
}

function earliest(
  spans: readonly SummaryRow[],
  eligible: (span: SummaryRow) => boolean,
): SummaryRow | undefined {
  let found: SummaryRow | undefined
  for (const span of spans)
    if (eligible(span) && (found === undefined || span.start < found.start)) found = span
  return found
}

function servicesOf(spans: readonly SummaryRow[]): TraceSummary['services'] {
  const byName = new Map<string, { name: string; spanCount: number; errorCount: number }>()
  for (const span of spans) {
    const row = byName.get(span.service) ?? { name: span.service, spanCount: 0, errorCount: 0 }
    row.spanCount++
    if (span.error) row.errorCount++
    byName.set(span.service, row)
  }
  return [...byName.values()].sort((a, b) => b.spanCount - a.spanCount || compareText(a.name, b.name))
}
