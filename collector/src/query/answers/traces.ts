/**
 * Traces found, one trace with its spans, and histograms.
 */
import type { Answered, AttributeList, ResourceJson, ScopeJson, SpanKindName, StatusName } from './common.ts'
import type { LogJson } from './logs.ts'

export interface TraceRow {
  traceId: string
  root: { service: string; name: string }
  startTimeUnixNano: string
  durationNano: number
  spanCount: number
  errorCount: number
  services: { name: string; spanCount: number; errorCount: number }[]
}

/** GET /api/traces?q=&from=&to=&limit=&cursor=&sort=newest|slowest */
export interface TracesAnswer extends Answered {
  traces: TraceRow[]
  /** Pass it back for the next page; null on the last one. */
  cursor: string | null
}

/** GET /api/traces/histogram?q=&from=&to=&buckets= and GET /api/logs/histogram?… */
export interface HistogramAnswer extends Answered {
  fromUnixNano: string
  widthNano: number
  /** Spans: ok, error. Logs: the severities. Each as long as the number of buckets. */
  counts: { [className: string]: number[] }
}

export interface SpanJson {
  spanId: string
  parentSpanId: string
  name: string
  service: string
  kind: SpanKindName
  startTimeUnixNano: string
  durationNano: number
  status: StatusName
  statusMessage: string
  traceState: string
  flags: number
  attributes: AttributeList
  events: { timeUnixNano: string; name: string; attributes: AttributeList; droppedAttributesCount: number }[]
  links: {
    traceId: string
    spanId: string
    traceState: string
    flags: number
    attributes: AttributeList
    droppedAttributesCount: number
  }[]
  droppedAttributesCount: number
  droppedEventsCount: number
  droppedLinksCount: number
  /** Index into `resources` and `scopes` of the answer. */
  resource: number
  scope: number
  /** Index of the parent in `spans`; -1 for a root, and where the parent is missing or not in this answer. */
  parent: number
  /** Depth in the tree: 0 for roots. Spans stand in depth-first order, children by start. */
  depth: number
}

export interface TraceWarning {
  kind: 'missing_parent' | 'cycle' | 'clock_skew' | 'duplicate_span' | 'truncated'
  message: string
  /** Spans concerned, by id. */
  spanIds: string[]
}

/** Which rows of a trace an answer holds. */
export interface TraceWindow {
  /** The first row, counted from 0. */
  row: number
  /** Rows that there are, page by page. */
  rowCount: number
  /** `row` of the next page; null on the last one. */
  nextRow: number | null
  /** Spans that are no rows because they lie deeper than `depth`, or outside of the time. */
  foldedCount: number
  outsideCount: number
}

/**
 * GET /api/traces/{id}?row=&limit=&depth=&under=&fromNano=&toNano=&logs=; `?format=otlp` answers
 * `{resourceSpans:[…]}` instead.
 *
 * Rows are the spans of the tree in depth-first order, children by start. What is told of the trace
 * itself (counts, services, warnings) is told of all of it, whatever its rows here.
 */
export interface TraceAnswer extends Answered {
  traceId: string
  startTimeUnixNano: string
  durationNano: number
  root: { service: string; name: string }
  spanCount: number
  errorCount: number
  services: { name: string; spanCount: number; errorCount: number }[]
  window: TraceWindow
  spans: SpanJson[]
  /** For each of `spans`, how many stand below it in the whole tree. */
  descendants: number[]
  /** What stands above the first of `spans`, the root first, at most the 100 nearest; `parent` is an index in here. */
  ancestors: SpanJson[]
  logs: LogJson[]
  resources: ResourceJson[]
  scopes: ScopeJson[]
  warnings: TraceWarning[]
  /** Values under the correlation keys that stand on the spans and logs of this answer; at most 100. */
  correlationIds: string[]
}
