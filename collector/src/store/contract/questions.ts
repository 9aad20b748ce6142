/**
 * What a snapshot can be asked, and what it answers with.
 */
import type { Filter } from '../../filter/ast.ts'
import type { DurationSketch } from '../../model/duration-sketch.ts'
import type { SpanIds } from '../../model/span-ids.ts'
import type { LogRecord, Signal, Span, SpanKind, StatusCode } from '../../model/telemetry.ts'
import type { Nanos, UnixMinute, UnixNano } from '../../model/time.ts'

export interface TimeRange {
  readonly from: UnixNano
  readonly to: UnixNano
}

export interface Ordinal {
  readonly sequence: number
  readonly row: number
}

export interface Partial {
  /** What was not read, e.g. a partition's name. */
  readonly what: string
  readonly reason: string
}

export interface TraceSearch {
  readonly filter: Filter
  /** Holds the start of a matching span. */
  readonly range: TimeRange
  /**
   * `newest`: by the start of the trace's newest matching span in range, latest first;
   * `slowest`: by the duration of its longest matching span in range, longest first.
   * Equal keys: by trace id, descending.
   */
  readonly sort: 'newest' | 'slowest'
  readonly limit: number
  /** Continue behind this key (exclusive). */
  readonly after?: { readonly key: bigint; readonly traceId: string }
}

export interface TraceHit {
  /** Nanoseconds: the instant or the duration by which the hit is ordered. */
  readonly key: bigint
  readonly summary: TraceSummary
}

/**
 * A trace in one line, over all its spans whatever the range. Spans that agree in id, kind, name,
 * start and end count once. The root is the earliest span without a parent, else the earliest
 * whose parent is absent, else the earliest; equal starts: the first to arrive.
 */
export interface TraceSummary {
  readonly traceId: string
  readonly rootService: string
  readonly rootName: string
  readonly startTimeUnixNano: UnixNano
  /** From the earliest start to the latest end. */
  readonly durationNano: Nanos
  readonly spanCount: number
  readonly errorCount: number
  /** By span count, then by name. */
  readonly services: readonly {
    readonly name: string
    readonly spanCount: number
    readonly errorCount: number
  }[]
}

/**
 * All spans of a trace, as much of each as its tree, its bars and its warnings take: some forty bytes a
 * span, so that a million of them are looked at as a whole and shown a window at a time.
 *
 * A span's place is its index in the order of start and ordinal. Spans equal in every field but the
 * ordinal stand here once, the first to arrive. Two outlines of a trace to which nothing came
 * meanwhile are alike, and may be one and the same object: nobody changes an outline.
 */
export interface TraceOutline {
  readonly summary: TraceSummary
  readonly size: number
  readonly spanIds: SpanIds
  /** No id where a span has no parent. */
  readonly parentIds: SpanIds
  /** Nanoseconds from the summary's start; rounded beyond 2^53. */
  readonly starts: Float64Array
  /** End less start in nanoseconds, as sent: below 0 where a span ends before it starts; rounded beyond 2^53. */
  readonly durations: Float64Array
  readonly kinds: Uint8Array
  /** 1 for a span whose status is an error. */
  readonly errors: Uint8Array
}

export type Places = readonly number[] | Int32Array

export type StoredSpan = Span & { readonly ordinal: Ordinal }

export type StoredLog = LogRecord & { readonly ordinal: Ordinal }

export interface LogSearch {
  readonly filter: Filter
  readonly range: TimeRange
  readonly order: 'newest' | 'oldest'
  readonly limit: number
  readonly after?: { readonly time: UnixNano; readonly ordinal: Ordinal }
}

export interface ArrivalQuery {
  readonly filter: Filter
  /** Only what arrived behind this record; everything where it is left out. */
  readonly after?: Ordinal
  readonly limit: number
}

export interface Arrivals<Item> {
  /** In order of arrival, at most `limit`. */
  readonly items: readonly Item[]
  /** All up to this ordinal was looked at: `after` of the next question. Not below `after` of this one. */
  readonly upTo: Ordinal
  /** Whether others that match follow. */
  readonly more: boolean
}

export interface HistogramQuery {
  readonly signal: Signal
  readonly filter: Filter
  readonly range: TimeRange
  /** Number of buckets of equal width, at least 1; the width is ⌈(to-from)/buckets⌉ ns, at least 1, and the first begins at `from`. */
  readonly buckets: number
}

/** Counts by bucket for each class. Spans: ok, error. Logs: trace, debug, info, warn, error, fatal, unspecified. */
export interface Histogram {
  readonly from: UnixNano
  readonly widthNano: Nanos
  readonly counts: Readonly<Record<string, readonly number[]>>
}

export interface HeatMapQuery {
  readonly filter: Filter
  readonly range: TimeRange
  /** Number of columns of equal width, as with the buckets of a histogram. */
  readonly columns: number
}

/** How long matching spans lasted, over the time in which they started. */
export interface HeatMap {
  readonly from: UnixNano
  /** Of a column. */
  readonly widthNano: Nanos
  /** Those with spans, by column, then by bucket. */
  readonly cells: readonly {
    readonly column: number
    /** As `model/duration-buckets` has it. */
    readonly bucket: number
    readonly count: number
    readonly errors: number
  }[]
}

export interface ExemplarSpansQuery {
  readonly filter: Filter
  readonly range: TimeRange
  /** Number of slices of equal width, as with the buckets of a histogram. */
  readonly columns: number
}

/** A span that stands for others. */
export interface ExemplarSpan {
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  readonly status: StatusCode
  readonly start: UnixNano
  readonly duration: Nanos
  readonly traceId: string
  readonly spanId: string
}

export interface SpanStatsQuery {
  readonly filter: Filter
  readonly range: TimeRange
}

/** One row for each service, name, kind and entry that occurs. */
export interface SpanStats {
  readonly service: string
  readonly name: string
  readonly kind: SpanKind
  /** The span is where a request enters the service: a server or consumer span, or a root. */
  readonly entry: boolean
  readonly count: number
  readonly errors: number
  readonly durations: DurationSketch
}

export interface KeysQuery {
  readonly signal: Signal
  readonly range: TimeRange
  readonly prefix: string
  readonly limit: number
}

export interface ValuesQuery extends KeysQuery {
  /** One of the signal's own intrinsics service, name, kind, status, severity; else an attribute key, looked up as `any` in the filter tree. */
  readonly key: string
  /** Only of records that match; of all where it is left out. */
  readonly filter?: Filter
}

export interface MinuteCountQuery {
  readonly signal: Signal
  /** What counts at all. */
  readonly event: Filter
  /** Which of the events are good. */
  readonly good: Filter
  /** Of records with these sequences alone, whatever the times in them. */
  readonly after: number
  readonly upTo: number
}

export interface MinuteCounts {
  /** Exactly the records with sequences behind `reached` up to `upTo` are counted; `after` when that is all. */
  readonly reached: number
  /** By event time, ascending; minutes without events are left out. */
  readonly minutes: readonly { readonly minute: UnixMinute; readonly good: number; readonly bad: number }[]
}
