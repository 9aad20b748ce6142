/**
 * A snapshot of the sqlite backend: every question of the contract, asked of blocks.
 */
import type { Signal } from '../../model/telemetry.ts'
import type { UnixNano } from '../../model/time.ts'
import type * as api from '../api.ts'
import type { SeriesPart } from '../series/part.ts'
import { metricsView } from '../series/view.ts'
import { heatMap, histogram, spanStats } from './aggregate.ts'
import { exemplarSpans } from './exemplar-spans.ts'
import { logsSince, newestOrdinal, spansSince } from './arrivals.ts'
import { attributeKeys, attributeValues } from './completion.ts'
import { findLogs } from './find-logs.ts'
import { findTraces } from './find-traces.ts'
import { minuteCounts } from './minute-counts.ts'
import type { OutlineCache } from './outline-cache.ts'
import { Scan, type BlockSource } from './scan.ts'
import { correlated, logsOfTrace, summaryOfTrace, tracesOfSpan } from './trace-content.ts'
import { spansAt, type StoredOutline } from './trace-outline.ts'

export type { BlockSource }

export class SqliteSnapshot implements api.Snapshot {
  #source: BlockSource | undefined
  readonly #series: readonly SeriesPart[]
  readonly partial: readonly api.Partial[]

  readonly #outlines: OutlineCache

  /** @param series in order of arrival */
  constructor(source: BlockSource, series: readonly SeriesPart[], outlines: OutlineCache) {
    this.#source = source
    this.#series = series
    this.#outlines = outlines
    this.partial = source.partial
  }

  #scan(cancel: api.Cancellation): Scan {
    return new Scan(this.#open(), cancel)
  }

  #open(): BlockSource {
    if (this.#source === undefined) throw new Error('the snapshot was released')
    return this.#source
  }

  searchTraces(query: api.TraceSearch, cancel: api.Cancellation): ReturnType<api.Snapshot['searchTraces']> {
    const scan = this.#scan(cancel)
    return findTraces(scan, query, traceId => summaryOfTrace(scan, traceId))
  }

  traceOutline(traceId: string, cancel: api.Cancellation): StoredOutline | undefined {
    return this.#outlines.of(this.#scan(cancel), traceId)
  }

  spansAt(
    outline: api.TraceOutline,
    places: api.Places,
    cancel: api.Cancellation,
  ): ReturnType<api.Snapshot['spansAt']> {
    return spansAt(this.#scan(cancel), outline as StoredOutline, places)
  }

  traceLogs(traceId: string, limit: number, cancel: api.Cancellation): ReturnType<api.Snapshot['traceLogs']> {
    return logsOfTrace(this.#scan(cancel), traceId, limit)
  }

  traceSummary(traceId: string, cancel: api.Cancellation): api.TraceSummary | undefined {
    return summaryOfTrace(this.#scan(cancel), traceId)
  }

  searchLogs(query: api.LogSearch, cancel: api.Cancellation): ReturnType<api.Snapshot['searchLogs']> {
    return findLogs(this.#scan(cancel), query)
  }

  logsSince(query: api.ArrivalQuery, cancel: api.Cancellation): api.Arrivals<api.StoredLog> {
    return logsSince(this.#scan(cancel), query)
  }

  spansSince(query: api.ArrivalQuery, cancel: api.Cancellation): api.Arrivals<api.StoredSpan> {
    return spansSince(this.#scan(cancel), query)
  }

  newest(signal: Signal, cancel: api.Cancellation): api.Ordinal {
    return newestOrdinal(this.#scan(cancel), signal)
  }

  exemplarSpans(query: api.ExemplarSpansQuery, cancel: api.Cancellation): readonly api.ExemplarSpan[] {
    return exemplarSpans(this.#scan(cancel), query)
  }

  heatMap(query: api.HeatMapQuery, cancel: api.Cancellation): api.HeatMap {
    return heatMap(this.#scan(cancel), query)
  }

  histogram(query: api.HistogramQuery, cancel: api.Cancellation): api.Histogram {
    return histogram(this.#scan(cancel), query)
  }

  minuteCounts(query: api.MinuteCountQuery, cancel: api.Cancellation): api.MinuteCounts {
    return minuteCounts(this.#scan(cancel), query)
  }

  spanStats(query: api.SpanStatsQuery, cancel: api.Cancellation): readonly api.SpanStats[] {
    return spanStats(this.#scan(cancel), query)
  }

  correlated(value: string, limit: number, cancel: api.Cancellation): ReturnType<api.Snapshot['correlated']> {
    return correlated(this.#scan(cancel), value, limit)
  }

  tracesOfSpan(spanId: string, limit: number, cancel: api.Cancellation): readonly string[] {
    return tracesOfSpan(this.#scan(cancel), spanId, limit)
  }

  attributeKeys(query: api.KeysQuery, cancel: api.Cancellation): ReturnType<api.Snapshot['attributeKeys']> {
    return attributeKeys(this.#scan(cancel), query)
  }

  attributeValues(
    query: api.ValuesQuery,
    cancel: api.Cancellation,
  ): ReturnType<api.Snapshot['attributeValues']> {
    return attributeValues(this.#scan(cancel), query)
  }

  extent(): ReturnType<api.Snapshot['extent']> {
    const source = this.#open()
    return { traces: extentOf(source, 'traces'), logs: extentOf(source, 'logs') }
  }

  metrics(cancel: api.Cancellation): api.MetricsView {
    this.#open()
    cancel.check()
    return metricsView(this.#series, cancel)
  }

  release(): void {
    this.#source?.release()
    this.#source = undefined
  }
}

function extentOf(source: BlockSource, signal: Signal): ReturnType<api.Snapshot['extent']>[Signal] {
  let records = 0
  let from: bigint | undefined
  let to: bigint | undefined
  for (const block of source.blocks(signal)) {
    records += block.rows
    if (from === undefined || block.from < from) from = block.from
    if (to === undefined || block.to > to) to = block.to
  }
  return { records, from: from as UnixNano | undefined, to: to as UnixNano | undefined }
}
