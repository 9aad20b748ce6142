/**
 * Services and operations with rate, errors and latency, folded from span statistics.
 *
 * A service is judged by its entry spans, those with which a request enters it; an operation by all
 * its spans.
 */
import { KIND_NAMES } from '../filter/intrinsics.ts'
import type { Filter } from '../filter/ast.ts'
import { DurationSketch } from '../model/duration-sketch.ts'
import type { Cancellation, Snapshot, SpanStats, TimeRange } from '../store/api.ts'
import type { Answer, OperationRow, OperationsAnswer, ServiceRow, ServicesAnswer } from './answers/index.ts'

export interface ServicesParams {
  readonly range: TimeRange
}

export interface OperationsParams extends ServicesParams {
  /** All services unless told. */
  readonly service?: string | undefined
}

class Tally {
  spans = 0
  errors = 0
  readonly durations = new DurationSketch()

  add(row: SpanStats): void {
    this.spans += row.count
    this.errors += row.errors
    this.durations.merge(row.durations)
  }
}

/** Busiest first, then by name. */
export function services(
  snapshot: Snapshot,
  { range }: ServicesParams,
  cancel: Cancellation,
): Answer<ServicesAnswer> {
  const byName = new Map<string, { all: Tally; entry: Tally }>()
  for (const row of snapshot.spanStats({ filter: { op: 'all' }, range }, cancel)) {
    let service = byName.get(row.service)
    if (service === undefined) byName.set(row.service, (service = { all: new Tally(), entry: new Tally() }))
    service.all.add(row)
    if (row.entry) service.entry.add(row)
  }
  const seconds = countedSeconds(snapshot, range)
  const rows = [...byName].map(([name, tallies]) => serviceRow(name, tallies, seconds))
  return { services: rows.sort((a, b) => b.entryCount - a.entryCount || compare(a.service, b.service)) }
}

function serviceRow(
  service: string,
  { all, entry }: { all: Tally; entry: Tally },
  seconds: number,
): ServiceRow {
  const quantile = (q: number): number | null => (entry.spans === 0 ? null : entry.durations.quantile(q))
  return {
    service,
    rate: entry.spans / seconds,
    spanCount: all.spans,
    entryCount: entry.spans,
    errorCount: all.errors,
    errorRatio: entry.spans === 0 ? null : entry.errors / entry.spans,
    p50Nano: quantile(0.5),
    p95Nano: quantile(0.95),
    p99Nano: quantile(0.99),
  }
}

/** Entries first, then busiest, then by service, name and kind. */
export function operations(
  snapshot: Snapshot,
  { range, service }: OperationsParams,
  cancel: Cancellation,
): Answer<OperationsAnswer> {
  const byOperation = new Map<string, { stats: SpanStats; tally: Tally; entry: boolean }>()
  for (const stats of snapshot.spanStats({ filter: ofService(service), range }, cancel)) {
    const key = JSON.stringify([stats.service, stats.name, stats.kind])
    let operation = byOperation.get(key)
    if (operation === undefined)
      byOperation.set(key, (operation = { stats, tally: new Tally(), entry: false }))
    operation.tally.add(stats)
    operation.entry ||= stats.entry
  }
  const ordered = [...byOperation.values()].sort(
    (a, b) =>
      Number(b.entry) - Number(a.entry) ||
      b.tally.spans - a.tally.spans ||
      compare(a.stats.service, b.stats.service) ||
      compare(a.stats.name, b.stats.name) ||
      a.stats.kind - b.stats.kind,
  )
  const seconds = countedSeconds(snapshot, range)
  return { operations: ordered.map(({ stats, tally }) => operationRow(stats, tally, seconds)) }
}

function operationRow(stats: SpanStats, tally: Tally, seconds: number): OperationRow {
  return {
    service: stats.service,
    name: stats.name,
    kind: KIND_NAMES[stats.kind],
    rate: tally.spans / seconds,
    count: tally.spans,
    errorCount: tally.errors,
    errorRatio: tally.errors / tally.spans,
    p50Nano: tally.durations.quantile(0.5),
    p95Nano: tally.durations.quantile(0.95),
    p99Nano: tally.durations.quantile(0.99),
  }
}

function ofService(service: string | undefined): Filter {
  if (service === undefined) return { op: 'all' }
  return {
    op: '=',
    field: { in: 'intrinsic', name: 'service' },
    value: { text: service, number: Number.NaN },
  }
}

/**
 * Seconds over which a rate is taken: the range from the first stored span on, for before it nothing
 * could be counted. At least one, so that a burst is not blown up.
 */
function countedSeconds(snapshot: Snapshot, { from, to }: TimeRange): number {
  const first = snapshot.extent().traces.from ?? from
  return Math.max(1, Number(to - (first > from ? first : from)) / 1e9)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
