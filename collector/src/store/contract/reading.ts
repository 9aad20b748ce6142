/**
 * Readers and their snapshots.
 */
import type { Signal } from '../../model/telemetry.ts'
import type { UnixNano } from '../../model/time.ts'
import type { MetricsView } from '../metrics-view.ts'
import type {
  ArrivalQuery,
  Arrivals,
  ExemplarSpan,
  ExemplarSpansQuery,
  HeatMap,
  HeatMapQuery,
  Histogram,
  HistogramQuery,
  KeysQuery,
  LogSearch,
  MinuteCountQuery,
  MinuteCounts,
  Ordinal,
  Partial,
  Places,
  SpanStats,
  SpanStatsQuery,
  StoredLog,
  StoredSpan,
  TraceHit,
  TraceOutline,
  TraceSearch,
  TraceSummary,
  ValuesQuery,
} from './questions.ts'

/** How a query thread opens its reader; `module` default-exports a function `(options) => StoreReader`. */
export interface ReaderSource {
  readonly module: string
  readonly options: unknown
}

export type OpenReader = (options: unknown) => StoreReader

export interface StoreReader {
  snapshot(): Snapshot
  close(): void
}

export interface Cancellation {
  /** Throws `query_cancelled` or `query_timeout` when the answer is no longer wanted. */
  check(): void
  /** Progress for people who wait: pieces read of pieces to read. */
  progress(done: number, total: number): void
  /**
   * Called by `searchLogs` with records that are certain to stand in its answer, as soon as they are:
   * each once, in the order of the answer, the last ones perhaps only in the answer itself.
   */
  found?(logs: readonly StoredLog[]): void
}

export interface Snapshot {
  /** What this snapshot could not see; grows while reading. */
  readonly partial: readonly Partial[]

  /** At most `limit` hits; `more` tells whether others follow. */
  searchTraces(
    query: TraceSearch,
    cancel: Cancellation,
  ): { readonly hits: readonly TraceHit[]; readonly more: boolean }
  /** The spans of a trace as columns; undefined when none is stored. */
  traceOutline(traceId: string, cancel: Cancellation): TraceOutline | undefined
  /** Whole spans by their places in an outline that this snapshot gave, in the order asked for; undefined what cannot be read, which `partial` tells. */
  spansAt(outline: TraceOutline, places: Places, cancel: Cancellation): readonly (StoredSpan | undefined)[]
  /** The logs of a trace by time and ordinal, at most `limit`; `total` counts them all. The trace '' has none. */
  traceLogs(
    traceId: string,
    limit: number,
    cancel: Cancellation,
  ): { readonly logs: readonly StoredLog[]; readonly total: number }
  /** The summary of a trace; undefined when no span of it is stored. */
  traceSummary(traceId: string, cancel: Cancellation): TraceSummary | undefined

  searchLogs(
    query: LogSearch,
    cancel: Cancellation,
  ): { readonly logs: readonly StoredLog[]; readonly more: boolean }
  /** What arrived behind a record, whatever its time. Asked again with `upTo`, it gives every match once. */
  logsSince(query: ArrivalQuery, cancel: Cancellation): Arrivals<StoredLog>
  spansSince(query: ArrivalQuery, cancel: Cancellation): Arrivals<StoredSpan>
  /** The ordinal of the record that arrived last; one before all records where there is none. */
  newest(signal: Signal, cancel: Cancellation): Ordinal
  histogram(query: HistogramQuery, cancel: Cancellation): Histogram
  heatMap(query: HeatMapQuery, cancel: Cancellation): HeatMap
  /**
   * Of each service, name, kind and status, and each slice of time and half doubling of duration, the
   * slowest matching span: by start, at most 10,000.
   */
  exemplarSpans(query: ExemplarSpansQuery, cancel: Cancellation): readonly ExemplarSpan[]
  /**
   * Counts good and bad events by minute, the records that arrived last first, and stops after a
   * share of them: asked again with `reached` as `upTo`, every event is counted once.
   */
  minuteCounts(query: MinuteCountQuery, cancel: Cancellation): MinuteCounts
  /** In no order. */
  spanStats(query: SpanStatsQuery, cancel: Cancellation): readonly SpanStats[]

  /**
   * Where a value stands under one of `CORRELATION_KEYS` on a span or log itself, as `correlationValues` reads them.
   * @returns the trace ids of such spans by their newest arrival (newest first), and such logs by time (newest first), each at most `limit`
   */
  correlated(
    value: string,
    limit: number,
    cancel: Cancellation,
  ): { readonly traceIds: readonly string[]; readonly logs: readonly StoredLog[] }
  /** Distinct trace ids of the spans with this span id, newest arrival first, at most `limit`. A scan: span ids are not indexed. */
  tracesOfSpan(spanId: string, limit: number, cancel: Cancellation): readonly string[]

  /** Attribute keys that begin with the prefix, most frequent first, then by key, then by place in the order of the type. Counts records, one for each key and place. */
  attributeKeys(
    query: KeysQuery,
    cancel: Cancellation,
  ): readonly {
    readonly key: string
    readonly in: 'record' | 'event' | 'scope' | 'resource'
    readonly count: number
  }[]
  /** Texts of values that begin with the prefix, most frequent first, then by text. Counts records, one for each text. Absent intrinsics and unset values have no text. */
  attributeValues(
    query: ValuesQuery,
    cancel: Cancellation,
  ): readonly { readonly value: string; readonly count: number }[]

  /** What is stored of each signal; `from` and `to` are the times of the earliest and the latest record, undefined when there is none. */
  extent(): Readonly<
    Record<
      Signal,
      { readonly records: number; readonly from: UnixNano | undefined; readonly to: UnixNano | undefined }
    >
  >

  /** Metrics; every question asked of the view looks at `cancel`. */
  metrics(cancel: Cancellation): MetricsView

  release(): void
}
