/**
 * What the query jobs answer, in plain JSON: the types of the HTTP API that come out of the store.
 * `serve/api-types.ts` hands them on to the UI.
 *
 * Times named `…UnixNano` are decimal strings (they do not fit a double); lengths named `…Nano` are
 * numbers. Ids are lower-case hex.
 */

/** A value of an attribute in plain JSON. int64 beyond ±2^53 and bytes are strings; NaN and infinities too. */
export type AttributeValue =
  string | number | boolean | null | AttributeValue[] | { [key: string]: AttributeValue }
/** In the order sent; a key may stand twice. */
export type AttributeList = { key: string; value: AttributeValue }[]

/** Told with every list and every scan. */
export interface Answered {
  /** What was not read and why; empty when the answer is whole. */
  partial: { what: string; reason: string }[]
  stats: { tookMillis: number }
}
/** What a job says itself; the query thread adds what is told with every answer. */
export type Answer<Whole extends Answered> = Omit<Whole, keyof Answered>

export interface ServiceRow {
  service: string
  /** Entry spans (server, consumer, root) a second over the range, from the first stored span on. */
  rate: number
  spanCount: number
  entryCount: number
  /** Of all spans. */
  errorCount: number
  /** Entry spans with an error ÷ entry spans; null without entry spans. */
  errorRatio: number | null
  p50Nano: number | null
  p95Nano: number | null
  p99Nano: number | null
}
/** GET /api/services?from=&to= */
export interface ServicesAnswer extends Answered {
  services: ServiceRow[]
}
export interface OperationRow {
  service: string
  name: string
  kind: SpanKindName
  rate: number
  count: number
  errorCount: number
  errorRatio: number
  p50Nano: number
  p95Nano: number
  p99Nano: number
}
/** GET /api/operations?service=&from=&to= */
export interface OperationsAnswer extends Answered {
  operations: OperationRow[]
}

/** GET /api/deploys?service=&from=&to= ; oldest first. */
export interface DeploysAnswer extends Answered {
  /** A version that the day before the range did not know, at its first span. */
  deploys: { service: string; version: string; timeUnixNano: string }[]
}

export type SpanKindName = 'unspecified' | 'internal' | 'server' | 'client' | 'producer' | 'consumer'
export type StatusName = 'unset' | 'ok' | 'error'
export type SeverityName = 'unspecified' | 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal'

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
export interface ResourceJson {
  service: string
  attributes: AttributeList
  droppedAttributesCount: number
  schemaUrl: string
}
export interface ScopeJson {
  name: string
  version: string
  attributes: AttributeList
  droppedAttributesCount: number
  schemaUrl: string
}
export interface LogJson {
  /** Opaque and stable. */
  id: string
  timeUnixNano: string
  observedTimeUnixNano: string
  severity: SeverityName
  severityNumber: number
  severityText: string
  eventName: string
  body: AttributeValue
  service: string
  traceId: string
  spanId: string
  flags: number
  attributes: AttributeList
  droppedAttributesCount: number
  resource: number
  scope: number
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

/** GET /api/logs?q=&from=&to=&limit=&cursor=&order=newest|oldest */
export interface LogsAnswer extends Answered {
  logs: LogJson[]
  resources: ResourceJson[]
  scopes: ScopeJson[]
  cursor: string | null
}

/** Lines that are certain to stand in an answer, in its order. */
export interface LogsFound {
  logs: LogJson[]
  resources: ResourceJson[]
  scopes: ScopeJson[]
}
/** GET /api/logs?stream=1&…: each line is one of these; the last one is `answer` or `error`. */
export type LogsLine =
  | { progress: { done: number; total: number } }
  | { found: LogsFound }
  | { answer: LogsAnswer }
  | { error: { code: string; message: string; hint: string; position?: number } }

/** GET /api/logs/facets?q=&from=&to=&keys= */
export interface LogFacetsAnswer extends Answered {
  /** In the order asked for; the values most frequent first. */
  facets: {
    key: string
    values: { value: string; count: number }[]
    /** Whether there are other values. */
    more: boolean
  }[]
}
/** GET /api/logs/context?id=&before=&after= */
export interface LogContextAnswer extends Answered {
  /** Lines of one instance of a service, oldest first. */
  logs: LogJson[]
  /** Place of the line that was asked for. */
  index: number
  moreBefore: boolean
  moreAfter: boolean
  resources: ResourceJson[]
  scopes: ScopeJson[]
}

/** Data of an event `logs` of GET /api/logs/tail?q=&after= */
export interface LogTailAnswer extends Answered {
  /** In order of arrival. */
  logs: LogJson[]
  resources: ResourceJson[]
  scopes: ScopeJson[]
  /** Everything up to here was looked at; also the id of the event. */
  position: string
  /** Others follow at once. */
  more: boolean
}
export interface TailSpanJson {
  /** Opaque and stable. */
  id: string
  traceId: string
  spanId: string
  parentSpanId: string
  service: string
  name: string
  kind: SpanKindName
  status: StatusName
  startTimeUnixNano: string
  durationNano: number
}
/** Data of an event `traces` of GET /api/traces/tail?q=&after= */
export interface SpanTailAnswer extends Answered {
  /** In order of arrival. */
  spans: TailSpanJson[]
  position: string
  more: boolean
}

/** GET /api/correlations/{id}: any id in any of its forms. */
export interface CorrelationAnswer extends Answered {
  id: string
  /** What the id was read as. */
  readAs: ('trace' | 'span' | 'correlation')[]
  traces: TraceRow[]
  logs: LogJson[]
  /** Metrics on which these traces left exemplars. */
  metrics: MarkedSeriesJson[]
  resources: ResourceJson[]
  scopes: ScopeJson[]
}
/** GET /api/traces/{id}/metrics */
export interface TraceMetricsAnswer extends Answered {
  /** On which the trace left exemplars; at most 100 series. */
  metrics: MarkedSeriesJson[]
}
export interface MarkedSeriesJson {
  /** Of the series; the metric's name is `__name__`. */
  labels: { [name: string]: string }
  exemplars: { traceId: string; spanId: string; timeUnixMillis: number; value: number | string }[]
}

/** GET /api/cardinality?from=&to=&limit= */
export interface CardinalityAnswer extends Answered {
  series: number
  /** By their number of series, most first. */
  metrics: { name: string; series: number }[]
  /** By their number of distinct values, most first. */
  labels: { name: string; values: number }[]
}

/** GET /api/metrics?find=&from=&to=&limit= */
export interface MetricsAnswer extends Answered {
  /** Of all metrics in the range. */
  series: number
  /** How many metrics are found; `metrics` has the first of them. */
  found: number
  /** By name. */
  metrics: MetricJson[]
}
/** A family of series, with what is told of it: that which says most, where it is told of in several ways. */
export interface MetricJson {
  /** Prometheus' name: a histogram's without `_bucket`. */
  name: string
  /** Prometheus' word: `counter`, `gauge`, `histogram`, `summary`, `unknown`, … */
  type: string
  unit: string
  description: string
  /** OTLP's `Metric.metadata`. */
  attributes: AttributeList
  series: number
  /** Under which its series are asked for: a histogram's `…_bucket`, `…_count`, `…_sum`. */
  names: string[]
}

/** GET /api/attributes?signal=traces|logs&prefix=&from=&to= */
export interface AttributeKeysAnswer extends Answered {
  keys: { key: string; in: 'intrinsic' | 'record' | 'event' | 'scope' | 'resource'; count: number }[]
}
/** GET /api/attributes/{key}/values?signal=&prefix=&from=&to= */
export interface AttributeValuesAnswer extends Answered {
  values: { value: string; count: number }[]
}
