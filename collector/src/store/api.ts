/**
 * The storage contract. Every backend (`memory`, the oracle, and `sqlite`) keeps it, and the
 * conformance suite in `collector/test/conformance/` holds each of them to it.
 *
 * **Writing.** A writer takes requests that `decode/` has validated. `append` resolves when the
 * request is on stable storage, all of it or none of it: a caller may acknowledge exactly then.
 * Requests of one writer are stored in the order of their calls. A request whose body is identical
 * to one stored within the last ten minutes resolves as a duplicate and is stored once.
 * When the disk is full, cannot be written, or the journal is behind, `append` rejects with
 * `disk_full`, `disk_failed` or `store_busy`; nothing of that request is stored, and reading goes on.
 *
 * **Reading.** A snapshot sees everything whose `append` resolved before the snapshot was taken,
 * and nothing changes under it. Reading is synchronous and meant for a thread of its own: the
 * caller passes `Cancellation`, looked at at least once a question and between pieces of work of at
 * most some milliseconds. A snapshot MUST be released, once or more; asked afterwards, it throws. What could not be read is told in `partial`, never left out silently.
 *
 * **Order.** A record's ordinal (sequence of the journal record that carried it, place within) is
 * its arrival order and never changes. Lists are ordered by time and, at equal time, by ordinal,
 * both in the same direction; a page ends with the key from which the next one continues. Texts
 * are ordered by UTF-16 code units. A record that was stored twice is there twice: it counts in
 * lists, histograms, statistics and completion, save where `trace` and `TraceSummary` say otherwise.
 *
 * **Times.** A span's time is its start. A log's time is `timeUnixNano`, where that is 0 its
 * observed time, where both are 0 the time of receipt. Ranges hold their start and not their end.
 */
import type { MessagePort } from 'node:worker_threads'
import type { Filter } from '../filter/ast.ts'
import type { CanonicalRequest } from '../model/canonical.ts'
import type { DurationSketch } from '../model/duration-sketch.ts'
import type { SpanIds } from '../model/span-ids.ts'
import type { LogRecord, RequestKind, Signal, Span, SpanKind } from '../model/telemetry.ts'
import type { Nanos, UnixMillis, UnixMinute, UnixNano } from '../model/time.ts'
import type { MetricsView } from './metrics-view.ts'

export type * from './metrics-view.ts'

// ---- writing ---------------------------------------------------------------------------------

export interface StoreWriter {
  append(request: CanonicalRequest): Promise<{ readonly duplicate: boolean }>
  /** Resolves when everything acknowledged so far has left the journal for its final place. */
  drain(): Promise<void>
  status(): StoreStatus
  /** The pinned traces, the one pinned last first. */
  pins(): readonly Pin[]
  /**
   * Keeps what is stored of a trace, and what will be, from retention until it is unpinned; resolves when
   * that is on stable storage. A trace that is pinned already takes the note.
   * @throws HodoscopeError `pins_exhausted`, `disk_full`, `disk_failed`
   */
  pin(traceId: string, note: string): Promise<void>
  /**
   * Gives a trace back to retention: what of it only the pin has kept goes with it.
   * @returns whether it was pinned
   */
  unpin(traceId: string): Promise<boolean>
  /** Refuses new requests with `shutting_down`, drains, seals what is open where that is quick, and lets go of the files. */
  close(): Promise<void>
}

/** Every pinned trace may have a file for each partition that it stood in. */
export const MOST_PINS = 500

export interface Pin {
  /** 32 lower-case hex digits. */
  readonly traceId: string
  readonly note: string
  readonly pinnedAt: UnixMillis
}

export interface StoreStatus {
  readonly acceptedItems: Readonly<Record<RequestKind, number>>
  readonly duplicateRequests: number
  readonly journalBytes: number
  /** Journal records that are not yet in blocks. */
  readonly backlogRecords: number
  readonly diskBytes: number
  readonly maxBytes: number
  readonly partitions: number
  readonly pinnedTraces: number
  /** Bytes of what is kept for pins alone; a part of `diskBytes`. */
  readonly pinnedBytes: number
  readonly quarantined: readonly string[]
  /** Why `append` refuses at present, where it does. */
  readonly refusing: 'disk_full' | 'disk_failed' | 'store_busy' | 'shutting_down' | undefined
}

// ---- consuming -------------------------------------------------------------------------------

/**
 * How the store's own thread opens a further consumer of what was acknowledged; `module`
 * default-exports an `OpenConsumer`. Blocks are the first consumer; others, such as derived counts,
 * come by this door. The journal keeps a record until all of them have passed it.
 */
export interface ConsumerSource {
  readonly module: string
  readonly options: unknown
  /** Ports among the options, which move to that thread. */
  readonly transfer: readonly MessagePort[]
}

/** @param from the highest record that is in blocks: a consumer that is new begins behind it */
export type OpenConsumer = (options: unknown, from: number) => RecordConsumer

/** Bodies in their canonical form, duplicates left out. */
export interface AcknowledgedRecord {
  readonly sequence: number
  /** Time of receipt, Unix nanoseconds. */
  readonly received: bigint
  readonly traces: Uint8Array | undefined
  readonly logs: Uint8Array | undefined
  readonly metrics?: Uint8Array | undefined
  readonly samples?: Uint8Array | undefined
}

export interface RecordConsumer {
  /** Highest record that was taken; those up to it are not given again. */
  readonly taken: number
  /** Highest record whose effects are on stable storage, in one transaction with this position. */
  readonly applied: number
  /** Records come in sequence; one that was taken already MUST be passed over. */
  take(record: AcknowledgedRecord): void
  /** Puts what was taken on stable storage. Called about once a second, and before a stop. */
  commit(): void
  close(): void
}

// ---- reading ---------------------------------------------------------------------------------

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
