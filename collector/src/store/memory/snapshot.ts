/**
 * Every question of the contract, answered by walking over all spans or all logs.
 */
import { MATCH_ALL } from '../../filter/ast.ts'
import { compileLogFilter, compileSpanFilter } from '../../filter/evaluate.ts'
import { correlationValues } from '../../model/attributes.ts'
import { isEntry, serviceName, type Signal } from '../../model/telemetry.ts'
import { between, type UnixNano } from '../../model/time.ts'
import type {
  ArrivalQuery,
  Arrivals,
  Cancellation,
  ExemplarSpan,
  ExemplarSpansQuery,
  HeatMap,
  HeatMapQuery,
  Histogram,
  HistogramQuery,
  KeysQuery,
  LogSearch,
  MetricsView,
  MinuteCountQuery,
  MinuteCounts,
  Ordinal,
  Partial,
  Places,
  Snapshot,
  SpanStats,
  SpanStatsQuery,
  StoredLog,
  StoredSpan,
  TimeRange,
  TraceHit,
  TraceOutline,
  TraceSearch,
  TraceSummary,
  ValuesQuery,
} from '../api.ts'
import { KeyCounts, ValueCounts, type KeyCount } from '../shared/counts.ts'
import { withoutDuplicates } from '../shared/duplicates.ts'
import { ExemplarPlaces, ExemplarSpans } from '../shared/exemplar-spans.ts'
import { HeatMapCounts } from '../shared/heat-map.ts'
import { HistogramCounts, logClass, spanClass } from '../shared/histogram.ts'
import { MinuteTable } from '../shared/minute-table.ts'
import {
  BEFORE_ALL,
  compareHits,
  compareOrdinal,
  comparePlace,
  inRange,
  type HitKey,
} from '../shared/order.ts'
import { SpanStatsTable } from '../shared/span-stats.ts'
import { summarise } from '../shared/summary.ts'
import { keysOfLog, keysOfSpan, valuesOfLog, valuesOfSpan } from './attributes.ts'
import { outlineOf, type MemoryOutline } from './outline.ts'
import {
  durationOf,
  ERROR,
  extentOf,
  newestArrivals,
  newestFirst,
  oldestFirst,
  placeOfLog,
  placeOfSpan,
  summaryRow,
} from './records.ts'

export class MemorySnapshot implements Snapshot {
  readonly partial: readonly Partial[] = []
  #spans: readonly StoredSpan[]
  #logs: readonly StoredLog[]
  readonly #metrics: (cancel: Cancellation) => MetricsView
  #released = false

  /** @param spans and logs in order of arrival, not changed by anybody afterwards */
  constructor(
    spans: readonly StoredSpan[],
    logs: readonly StoredLog[],
    metrics: (cancel: Cancellation) => MetricsView,
  ) {
    this.#metrics = metrics
    this.#spans = spans
    this.#logs = logs
  }

  searchTraces(
    query: TraceSearch,
    cancel: Cancellation,
  ): { readonly hits: readonly TraceHit[]; readonly more: boolean } {
    const matches = this.#spansIn(query.range, cancel).filter(compileSpanFilter(query.filter))
    const keys = new Map<string, bigint>()
    for (const span of matches) {
      const key = query.sort === 'newest' ? span.startTimeUnixNano : durationOf(span)
      const best = keys.get(span.traceId)
      if (best === undefined || key > best) keys.set(span.traceId, key)
    }
    const { after } = query
    const ordered = [...keys]
      .map(([traceId, key]): HitKey => ({ traceId, key }))
      .filter(hit => after === undefined || compareHits(hit, after) > 0)
      .sort(compareHits)
    const hits = ordered
      .slice(0, query.limit)
      .map(({ key, traceId }) => ({ key, summary: this.traceSummary(traceId, cancel)! }))
    return { hits, more: ordered.length > query.limit }
  }

  traceOutline(traceId: string, cancel: Cancellation): MemoryOutline | undefined {
    const spans = this.#all(this.#spans, cancel).filter(span => span.traceId === traceId)
    const distinct = withoutDuplicates(spans.sort((a, b) => comparePlace(placeOfSpan(a), placeOfSpan(b))))
    return distinct.length === 0 ? undefined : outlineOf(distinct, this.traceSummary(traceId, cancel)!)
  }

  spansAt(outline: TraceOutline, places: Places, cancel: Cancellation): readonly StoredSpan[] {
    this.#assertOpen()
    cancel.check()
    return Array.from(places, place => (outline as MemoryOutline).spans[place]!)
  }

  traceLogs(
    traceId: string,
    limit: number,
    cancel: Cancellation,
  ): { readonly logs: readonly StoredLog[]; readonly total: number } {
    const logs = this.#all(this.#logs, cancel)
      .filter(log => log.traceId === traceId && traceId !== '')
      .sort(oldestFirst)
    return { logs: logs.slice(0, limit), total: logs.length }
  }

  traceSummary(traceId: string, cancel: Cancellation): TraceSummary | undefined {
    const spans = this.#all(this.#spans, cancel).filter(span => span.traceId === traceId)
    return summarise(traceId, spans.map(summaryRow))
  }

  searchLogs(
    query: LogSearch,
    cancel: Cancellation,
  ): { readonly logs: readonly StoredLog[]; readonly more: boolean } {
    const compare = query.order === 'oldest' ? oldestFirst : newestFirst
    const sign = query.order === 'oldest' ? 1 : -1
    const { after } = query
    const logs = this.#logsIn(query.range, cancel)
      .filter(compileLogFilter(query.filter))
      .filter(log => after === undefined || sign * comparePlace(placeOfLog(log), after) > 0)
      .sort(compare)
    return { logs: logs.slice(0, query.limit), more: logs.length > query.limit }
  }

  logsSince(query: ArrivalQuery, cancel: Cancellation): Arrivals<StoredLog> {
    return since(
      this.#all(this.#logs, cancel).filter(compileLogFilter(query.filter)),
      this.newest('logs', cancel),
      query,
    )
  }

  spansSince(query: ArrivalQuery, cancel: Cancellation): Arrivals<StoredSpan> {
    return since(
      this.#all(this.#spans, cancel).filter(compileSpanFilter(query.filter)),
      this.newest('traces', cancel),
      query,
    )
  }

  newest(signal: Signal, cancel: Cancellation): Ordinal {
    const records: readonly { readonly ordinal: Ordinal }[] =
      signal === 'traces' ? this.#all(this.#spans, cancel) : this.#all(this.#logs, cancel)
    return records.at(-1)?.ordinal ?? BEFORE_ALL
  }

  heatMap(query: HeatMapQuery, cancel: Cancellation): HeatMap {
    const counts = new HeatMapCounts(query)
    for (const span of this.#spansIn(query.range, cancel).filter(compileSpanFilter(query.filter)))
      counts.add(
        span.startTimeUnixNano,
        between(span.startTimeUnixNano, span.endTimeUnixNano),
        span.status.code === ERROR,
      )
    return counts.result()
  }

  exemplarSpans(query: ExemplarSpansQuery, cancel: Cancellation): readonly ExemplarSpan[] {
    const places = new ExemplarPlaces(query)
    const found = new ExemplarSpans()
    for (const span of this.#spansIn(query.range, cancel).filter(compileSpanFilter(query.filter))) {
      const { traceId, spanId, name, kind, startTimeUnixNano: start } = span
      const duration = between(start, span.endTimeUnixNano)
      const service = serviceName(span.resource)
      const status = span.status.code
      found.offer(places.at(start, duration), {
        service,
        name,
        kind,
        status,
        start,
        duration,
        traceId,
        spanId,
      })
    }
    return found.all()
  }

  histogram(query: HistogramQuery, cancel: Cancellation): Histogram {
    const counts = new HistogramCounts(query)
    if (query.signal === 'traces') {
      for (const span of this.#spansIn(query.range, cancel).filter(compileSpanFilter(query.filter)))
        counts.add(spanClass(span.status.code === ERROR), span.startTimeUnixNano)
    } else {
      for (const log of this.#logsIn(query.range, cancel).filter(compileLogFilter(query.filter)))
        counts.add(logClass(log.severityNumber), log.timeUnixNano)
    }
    return counts.result()
  }

  minuteCounts(query: MinuteCountQuery, cancel: Cancellation): MinuteCounts {
    const table = new MinuteTable()
    const isMine = ({ ordinal: { sequence } }: { ordinal: Ordinal }) =>
      sequence > query.after && sequence <= query.upTo
    if (query.signal === 'traces') {
      const [isEvent, isGood] = [compileSpanFilter(query.event), compileSpanFilter(query.good)]
      for (const span of this.#all(this.#spans, cancel))
        if (isMine(span) && isEvent(span)) table.add(span.startTimeUnixNano, isGood(span))
    } else {
      const [isEvent, isGood] = [compileLogFilter(query.event), compileLogFilter(query.good)]
      for (const log of this.#all(this.#logs, cancel))
        if (isMine(log) && isEvent(log)) table.add(log.timeUnixNano, isGood(log))
    }
    return { reached: query.after, minutes: table.rows() }
  }

  spanStats(query: SpanStatsQuery, cancel: Cancellation): readonly SpanStats[] {
    const table = new SpanStatsTable()
    for (const span of this.#spansIn(query.range, cancel).filter(compileSpanFilter(query.filter)))
      table.add({
        service: serviceName(span.resource),
        name: span.name,
        kind: span.kind,
        entry: isEntry(span.kind, span.parentSpanId === ''),
        error: span.status.code === ERROR,
        duration: between(span.startTimeUnixNano, span.endTimeUnixNano),
      })
    return table.rows()
  }

  correlated(
    value: string,
    limit: number,
    cancel: Cancellation,
  ): { readonly traceIds: readonly string[]; readonly logs: readonly StoredLog[] } {
    const spans = this.#all(this.#spans, cancel).filter(span =>
      correlationValues(span.attributes).includes(value),
    )
    const logs = this.#all(this.#logs, cancel).filter(log =>
      correlationValues(log.attributes).includes(value),
    )
    return { traceIds: newestArrivals(spans, limit), logs: logs.sort(newestFirst).slice(0, limit) }
  }

  tracesOfSpan(spanId: string, limit: number, cancel: Cancellation): readonly string[] {
    return newestArrivals(
      this.#all(this.#spans, cancel).filter(span => span.spanId === spanId),
      limit,
    )
  }

  attributeKeys(query: KeysQuery, cancel: Cancellation): readonly KeyCount[] {
    const counts = new KeyCounts()
    const records =
      query.signal === 'traces'
        ? this.#spansIn(query.range, cancel).map(keysOfSpan)
        : this.#logsIn(query.range, cancel).map(keysOfLog)
    for (const places of records)
      for (const [place, keys] of places)
        for (const key of keys) if (key.startsWith(query.prefix)) counts.add(place, key)
    return counts.top(query.limit)
  }

  attributeValues(
    query: ValuesQuery,
    cancel: Cancellation,
  ): readonly { readonly value: string; readonly count: number }[] {
    const counts = new ValueCounts()
    const records =
      query.signal === 'traces'
        ? this.#spansIn(query.range, cancel)
            .filter(compileSpanFilter(query.filter ?? MATCH_ALL))
            .map(span => valuesOfSpan(span, query.key))
        : this.#logsIn(query.range, cancel)
            .filter(compileLogFilter(query.filter ?? MATCH_ALL))
            .map(log => valuesOfLog(log, query.key))
    for (const values of records)
      for (const value of values) if (value.startsWith(query.prefix)) counts.add(value)
    return counts.top(query.limit)
  }

  extent(): Readonly<
    Record<
      Signal,
      { readonly records: number; readonly from: UnixNano | undefined; readonly to: UnixNano | undefined }
    >
  > {
    this.#assertOpen()
    return {
      traces: extentOf(this.#spans.map(span => span.startTimeUnixNano)),
      logs: extentOf(this.#logs.map(log => log.timeUnixNano)),
    }
  }

  metrics(cancel: Cancellation): MetricsView {
    this.#assertOpen()
    return this.#metrics(cancel)
  }

  release(): void {
    this.#released = true
    this.#spans = []
    this.#logs = []
  }

  #assertOpen(): void {
    if (this.#released) throw new Error('the snapshot was released')
  }

  #all<Item>(records: readonly Item[], cancel: Cancellation): Item[] {
    this.#assertOpen()
    cancel.check()
    return [...records]
  }

  #spansIn(range: TimeRange, cancel: Cancellation): StoredSpan[] {
    return this.#all(this.#spans, cancel).filter(span => inRange(span.startTimeUnixNano, range))
  }

  #logsIn(range: TimeRange, cancel: Cancellation): StoredLog[] {
    return this.#all(this.#logs, cancel).filter(log => inRange(log.timeUnixNano, range))
  }
}

/** @param matches in order of arrival */
function since<Item extends { readonly ordinal: Ordinal }>(
  matches: readonly Item[],
  newest: Ordinal,
  { after = BEFORE_ALL, limit }: ArrivalQuery,
): Arrivals<Item> {
  const behind = matches.filter(item => compareOrdinal(item.ordinal, after) > 0)
  const items = behind.slice(0, limit)
  const more = behind.length > limit
  const reached = compareOrdinal(newest, after) > 0 ? newest : after
  return { items, upTo: more ? items.at(-1)!.ordinal : reached, more }
}
