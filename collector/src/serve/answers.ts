/**
 * The answers of the API as zod schemas, for its OpenAPI description and for the test that holds
 * real answers to it. Each is typed by the interface the UI imports, so neither can drift.
 */
import { z } from 'zod'
import type * as api from './api-types.ts'

const id = z.string().regex(/^[\da-f]*$/)
const instant = z.string().regex(/^\d+$/).describe('Nanoseconds since 1970, decimal.')
const length = z.number().describe('Nanoseconds.')
const count = z.int().min(0)

export const AttributeValue: z.ZodType<api.AttributeValue> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(AttributeValue),
      z.record(z.string(), AttributeValue),
    ]),
  )
  .describe('int64 beyond ±2^53, bytes (base64), NaN and infinities are strings.')

export const AttributeList: z.ZodType<api.AttributeList> = z
  .array(z.strictObject({ key: z.string(), value: AttributeValue }))
  .describe('In the order sent; a key may stand twice.')

const answered = {
  partial: z
    .array(z.strictObject({ what: z.string(), reason: z.string() }))
    .describe('What was not read and why; empty when the answer is whole.'),
  stats: z.strictObject({ tookMillis: z.number() }),
}

const kind = z.enum(['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'])
const severity = z.enum(['unspecified', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'])
const serviceCounts = z.array(z.strictObject({ name: z.string(), spanCount: count, errorCount: count }))
const root = z.strictObject({ service: z.string(), name: z.string() })

export const ErrorAnswer: z.ZodType<api.ErrorAnswer> = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    hint: z.string(),
    position: z.int().min(0).exactOptional().describe('0-based offset into the query text.'),
  }),
})

export const ServicesAnswer: z.ZodType<api.ServicesAnswer> = z.strictObject({
  services: z.array(
    z.strictObject({
      service: z.string(),
      rate: z.number().describe('Entry spans (server, consumer, root) a second.'),
      spanCount: count,
      entryCount: count,
      errorCount: count,
      errorRatio: z.number().nullable(),
      p50Nano: length.nullable(),
      p95Nano: length.nullable(),
      p99Nano: length.nullable(),
    }),
  ),
  ...answered,
})

export const OperationsAnswer: z.ZodType<api.OperationsAnswer> = z.strictObject({
  operations: z.array(
    z.strictObject({
      service: z.string(),
      name: z.string(),
      kind,
      rate: z.number(),
      count,
      errorCount: count,
      errorRatio: z.number(),
      p50Nano: length,
      p95Nano: length,
      p99Nano: length,
    }),
  ),
  ...answered,
})

export const DeploysAnswer: z.ZodType<api.DeploysAnswer> = z.strictObject({
  ...answered,
  deploys: z.array(z.strictObject({ service: z.string(), version: z.string(), timeUnixNano: instant })),
})

export const TraceRow: z.ZodType<api.TraceRow> = z.strictObject({
  traceId: id,
  root,
  startTimeUnixNano: instant,
  durationNano: length,
  spanCount: count,
  errorCount: count,
  services: serviceCounts,
})

const nextPage = z.string().nullable().describe('Pass it back for the next page; null on the last one.')

export const TracesAnswer: z.ZodType<api.TracesAnswer> = z.strictObject({
  traces: z.array(TraceRow),
  cursor: nextPage,
  ...answered,
})

export const HistogramAnswer: z.ZodType<api.HistogramAnswer> = z.strictObject({
  fromUnixNano: instant,
  widthNano: length,
  counts: z.record(z.string(), z.array(count)),
  ...answered,
})

export const SpanJson: z.ZodType<api.SpanJson> = z.strictObject({
  spanId: id,
  parentSpanId: id,
  name: z.string(),
  service: z.string(),
  kind,
  startTimeUnixNano: instant,
  durationNano: length,
  status: z.enum(['unset', 'ok', 'error']),
  statusMessage: z.string(),
  traceState: z.string(),
  flags: z.int(),
  attributes: AttributeList,
  events: z.array(
    z.strictObject({
      timeUnixNano: instant,
      name: z.string(),
      attributes: AttributeList,
      droppedAttributesCount: count,
    }),
  ),
  links: z.array(
    z.strictObject({
      traceId: id,
      spanId: id,
      traceState: z.string(),
      flags: z.int(),
      attributes: AttributeList,
      droppedAttributesCount: count,
    }),
  ),
  droppedAttributesCount: count,
  droppedEventsCount: count,
  droppedLinksCount: count,
  resource: z.int().describe('Index into `resources`.'),
  scope: z.int().describe('Index into `scopes`.'),
  parent: z.int().min(-1).describe('Index of the parent in `spans`; -1 without one.'),
  depth: count,
})

export const ResourceJson: z.ZodType<api.ResourceJson> = z.strictObject({
  service: z.string(),
  attributes: AttributeList,
  droppedAttributesCount: count,
  schemaUrl: z.string(),
})

export const ScopeJson: z.ZodType<api.ScopeJson> = z.strictObject({
  name: z.string(),
  version: z.string(),
  attributes: AttributeList,
  droppedAttributesCount: count,
  schemaUrl: z.string(),
})

const carriers = { resources: z.array(ResourceJson), scopes: z.array(ScopeJson) }

export const LogJson: z.ZodType<api.LogJson> = z.strictObject({
  id: z.string().describe('Opaque and stable.'),
  timeUnixNano: instant,
  observedTimeUnixNano: instant,
  severity,
  severityNumber: z.int(),
  severityText: z.string(),
  eventName: z.string(),
  body: AttributeValue,
  service: z.string(),
  traceId: id,
  spanId: id,
  flags: z.int(),
  attributes: AttributeList,
  droppedAttributesCount: count,
  resource: z.int(),
  scope: z.int(),
})

export const TraceAnswer: z.ZodType<api.TraceAnswer> = z.strictObject({
  traceId: id,
  startTimeUnixNano: instant,
  durationNano: length,
  root,
  spanCount: count,
  errorCount: count,
  services: serviceCounts,
  window: z.strictObject({
    row: count,
    rowCount: count,
    nextRow: count.nullable().describe('`row` of the next page; null on the last one.'),
    foldedCount: count,
    outsideCount: count,
  }),
  spans: z.array(SpanJson),
  descendants: z.array(count).describe('For each of `spans`, how many stand below it in the whole tree.'),
  ancestors: z.array(SpanJson).describe('What stands above the first of `spans`, the root first.'),
  logs: z.array(LogJson),
  ...carriers,
  warnings: z.array(
    z.strictObject({
      kind: z.enum(['missing_parent', 'cycle', 'clock_skew', 'duplicate_span', 'truncated']),
      message: z.string(),
      spanIds: z.array(id),
    }),
  ),
  correlationIds: z.array(z.string()),
  ...answered,
})

export const LogsAnswer: z.ZodType<api.LogsAnswer> = z.strictObject({
  logs: z.array(LogJson),
  ...carriers,
  cursor: nextPage,
  ...answered,
})

export const LogsLine: z.ZodType<api.LogsLine> = z
  .union([
    z.strictObject({ progress: z.strictObject({ done: count, total: count }) }),
    z.strictObject({ found: z.strictObject({ logs: z.array(LogJson), ...carriers }) }),
    z.strictObject({ answer: LogsAnswer }),
    ErrorAnswer,
  ])
  .describe('The last line is `answer` or `error`; `found` are lines of it that are certain, in its order.')

export const LogFacetsAnswer: z.ZodType<api.LogFacetsAnswer> = z.strictObject({
  facets: z.array(
    z.strictObject({
      key: z.string(),
      values: z.array(z.strictObject({ value: z.string(), count })).describe('Most frequent first.'),
      more: z.boolean().describe('Whether there are other values.'),
    }),
  ),
  ...answered,
})

export const LogContextAnswer: z.ZodType<api.LogContextAnswer> = z.strictObject({
  logs: z.array(LogJson).describe('Lines of one instance of a service, oldest first.'),
  index: count.describe('Place of the line that was asked for.'),
  moreBefore: z.boolean(),
  moreAfter: z.boolean(),
  ...carriers,
  ...answered,
})

const tail = {
  position: z.string().describe('Everything up to here was looked at; also the id of the event.'),
  more: z.boolean().describe('Others follow at once.'),
}

export const LogTailAnswer: z.ZodType<api.LogTailAnswer> = z.strictObject({
  logs: z.array(LogJson).describe('In order of arrival.'),
  ...carriers,
  ...tail,
  ...answered,
})

export const SpanTailAnswer: z.ZodType<api.SpanTailAnswer> = z.strictObject({
  spans: z
    .array(
      z.strictObject({
        id: z.string().describe('Opaque and stable.'),
        traceId: id,
        spanId: id,
        parentSpanId: id,
        service: z.string(),
        name: z.string(),
        kind,
        status: z.enum(['unset', 'ok', 'error']),
        startTimeUnixNano: instant,
        durationNano: length,
      }),
    )
    .describe('In order of arrival.'),
  ...tail,
  ...answered,
})

const markedSeries = z.array(
  z.strictObject({
    labels: z.record(z.string(), z.string()),
    exemplars: z.array(
      z.strictObject({
        traceId: z.string(),
        spanId: z.string(),
        timeUnixMillis: z.number(),
        value: z.union([z.number(), z.string()]),
      }),
    ),
  }),
)

export const TraceMetricsAnswer: z.ZodType<api.TraceMetricsAnswer> = z.strictObject({
  metrics: markedSeries,
  ...answered,
})

export const CorrelationAnswer: z.ZodType<api.CorrelationAnswer> = z.strictObject({
  id: z.string(),
  readAs: z.array(z.enum(['trace', 'span', 'correlation'])),
  traces: z.array(TraceRow),
  logs: z.array(LogJson),
  metrics: markedSeries.describe('Metrics on which these traces left exemplars.'),
  ...carriers,
  ...answered,
})

export const CardinalityAnswer: z.ZodType<api.CardinalityAnswer> = z.strictObject({
  series: count,
  metrics: z.array(z.strictObject({ name: z.string(), series: count })),
  labels: z.array(z.strictObject({ name: z.string(), values: count })),
  ...answered,
})

export const MetricsAnswer: z.ZodType<api.MetricsAnswer> = z.strictObject({
  series: count,
  found: count,
  metrics: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      unit: z.string(),
      description: z.string(),
      attributes: AttributeList,
      series: count,
      names: z.array(z.string()),
    }),
  ),
  ...answered,
})

export const AttributeKeysAnswer: z.ZodType<api.AttributeKeysAnswer> = z.strictObject({
  keys: z.array(
    z.strictObject({
      key: z.string(),
      in: z.enum(['intrinsic', 'record', 'event', 'scope', 'resource']),
      count,
    }),
  ),
  ...answered,
})

export const AttributeValuesAnswer: z.ZodType<api.AttributeValuesAnswer> = z.strictObject({
  values: z.array(z.strictObject({ value: z.string(), count })),
  ...answered,
})

const extent = z.strictObject({
  records: count,
  fromUnixNano: instant.nullable(),
  toUnixNano: instant.nullable(),
})

export const PinsAnswer: z.ZodType<api.PinsAnswer> = z.strictObject({
  pins: z.array(z.strictObject({ traceId: id, note: z.string(), pinnedUnixMillis: z.number() })),
})

export const StatusAnswer: z.ZodType<api.StatusAnswer> = z.strictObject({
  version: z.string(),
  startedUnixMillis: z.number(),
  dataFolder: z.string(),
  ingest: z.strictObject({
    acceptedSpans: count,
    acceptedLogs: count,
    rejectedItems: count,
    refusedRequests: count,
    duplicateRequests: count,
    spansPerSecond: z.number(),
    logsPerSecond: z.number(),
  }),
  store: z.strictObject({
    diskBytes: count,
    maxBytes: count,
    retentionMillis: count,
    journalBytes: count,
    backlogRecords: count,
    partitions: count,
    pinnedTraces: count,
    pinnedBytes: count,
    quarantined: z.array(z.string()),
    refusing: z.string().nullable(),
  }),
  signals: z.strictObject({ traces: extent, logs: extent }),
  instrument: z.string().describe('The shell line that instruments a service against this collector.'),
})
