/**
 * The API as a table: path, parameters, the query job that answers, and the shape of its answer.
 * Routes, the OpenAPI description and its test are all made from it.
 */
import { z } from 'zod'
import type { Signal } from '../model/telemetry.ts'
import { nanos, type UnixMillis } from '../model/time.ts'
import type { JOBS } from '../query/jobs.ts'
import type { DERIVED_JOBS } from '../query/derived-jobs.ts'
import * as p from './parameters.ts'

/** A job's name with the parameters that it takes. */
export type JobCall = {
  [Name in keyof Jobs]: { readonly name: Name; readonly params: Parameters<Jobs[Name]>[1] }
}[keyof Jobs]
type Jobs = typeof JOBS & typeof DERIVED_JOBS

export interface Endpoint {
  /** In OpenAPI's notation: `/api/traces/{id}`. */
  readonly path: string
  /** Its name in the description, from which generators make a function's. */
  readonly operation: string
  readonly summary: string
  readonly parameters: z.ZodObject
  /** Names of the parameters that stand in the path. */
  readonly inPath: readonly string[]
  /** Name of the answer's schema in `answers.ts`. */
  readonly answer: string
  /** Name of the schema of a line, where `stream=1` answers with lines. */
  readonly line?: string
  /** Whether these parameters ask for an answer that is passed on while it is made. */
  readonly inParts?: (parameters: Record<string, unknown>) => boolean
  /** From parsed parameters to the job that answers. @throws HodoscopeError parameter_invalid */
  job(parameters: Record<string, unknown>, now: UnixMillis): JobCall
}

type Plan<S extends z.ZodObject> = {
  operation: string
  summary: string
  parameters: S
  answer: string
  line?: string
  inParts?: (parameters: Record<string, unknown>) => boolean
  job: (parameters: z.output<S>, now: UnixMillis) => JobCall
}

function endpoint<S extends z.ZodObject>(path: string, plan: Plan<S>): Endpoint {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1]!)
  return { ...plan, path, inPath, job: (given, now) => plan.job(given as z.output<S>, now) }
}

const range = { from: p.from, to: p.to }

export const ENDPOINTS: readonly Endpoint[] = [
  endpoint('/api/overview', {
    operation: 'getOverview',
    summary: 'Services by the requests that enter them, as counted when they came, and what changed',
    parameters: z.object(range),
    answer: 'OverviewAnswer',
    job: (given, now) => ({ name: 'overview', params: { range: p.parseRange(given, now), now } }),
  }),
  endpoint('/api/graph', {
    operation: 'getGraph',
    summary: 'Who calls whom: services, databases, queues and third parties, with rate, errors and durations',
    parameters: z.object({ service: p.service, ...range }),
    answer: 'GraphAnswer',
    job: ({ service, ...given }, now) => ({
      name: 'graph',
      params: { range: p.parseRange(given, now), now, service },
    }),
  }),
  endpoint('/api/services', {
    operation: 'getServices',
    summary: 'Services with rate, errors and latency',
    parameters: z.object(range),
    answer: 'ServicesAnswer',
    job: (given, now) => ({ name: 'services', params: { range: p.parseRange(given, now) } }),
  }),
  endpoint('/api/services/{service}', {
    operation: 'getService',
    summary: 'A service as it was counted: requests along the range, operations, deploys',
    parameters: z.object({ service: p.service.unwrap(), ...range }),
    answer: 'ServiceAnswer',
    job: ({ service, ...given }, now) => ({
      name: 'service',
      params: { service, range: p.parseRange(given, now), now },
    }),
  }),
  endpoint('/api/operations', {
    operation: 'getOperations',
    summary: 'Operations of a service, or of all, with rate, errors and latency',
    parameters: z.object({ service: p.service, ...range }),
    answer: 'OperationsAnswer',
    job: ({ service, ...given }, now) => ({
      name: 'operations',
      params: { service, range: p.parseRange(given, now) },
    }),
  }),
  endpoint('/api/deploys', {
    operation: 'getDeploys',
    summary:
      'Versions of a service, or of all, that replaced another in the range, at the minute of their first span',
    parameters: z.object({ service: p.service, ...range }),
    answer: 'DeploysAnswer',
    job: ({ service, ...given }, now) => ({
      name: 'deploys',
      params: { service, range: p.parseRange(given, now) },
    }),
  }),
  endpoint('/api/deploys/{service}/{version}', {
    operation: 'getDeploy',
    summary: 'A deploy: operations before and after it, and the errors that are new since',
    parameters: z.object({ service: p.service.unwrap(), version: p.version }),
    answer: 'DeployAnswer',
    job: ({ service, version }, now) => ({ name: 'deploy', params: { service, version, now } }),
  }),
  endpoint('/api/errors', {
    operation: 'getErrors',
    summary: 'Errors in groups, with counts by the hour',
    parameters: z.object({
      service: p.service,
      new: p.isNew,
      ...range,
      order: z
        .enum(['busiest', 'newest', 'latest'])
        .default('busiest')
        .describe('Which come first: most in the range, first seen last, or last seen last.'),
      limit: p.limit(50),
      cursor: p.cursor,
    }),
    answer: 'ErrorsAnswer',
    job: ({ from, to, new: isNew, ...rest }, now) => ({
      name: 'errors',
      params: { ...rest, isNew: isNew === '1', range: p.parseRange({ from, to }, now) },
    }),
  }),
  endpoint('/api/errors/{fingerprint}', {
    operation: 'getErrorGroup',
    summary: 'A group of errors: stack, counts, versions, and traces that have it',
    parameters: z.object({ fingerprint: p.fingerprint, ...range }),
    answer: 'ErrorGroupAnswer',
    job: ({ fingerprint, ...given }, now) => ({
      name: 'errorGroup',
      params: { fingerprint, range: p.parseRange(given, now) },
    }),
  }),
  endpoint('/api/senders', {
    operation: 'getSenders',
    summary: 'Processes that sent spans in the range, by what their resources tell',
    parameters: z.object({ service: p.service, ...range }),
    answer: 'SendersAnswer',
    job: ({ service, ...given }, now) => ({
      name: 'senders',
      params: { service, range: p.parseRange(given, now) },
    }),
  }),
  endpoint('/api/traces', {
    operation: 'getTraces',
    summary: 'Search for traces',
    parameters: z.object({
      q: p.search,
      ...range,
      limit: p.limit(20),
      cursor: p.cursor,
      sort: z.enum(['newest', 'slowest']).default('newest').describe('Which come first.'),
    }),
    answer: 'TracesAnswer',
    job: ({ from, to, ...rest }, now) => ({
      name: 'traces',
      params: { ...rest, range: p.parseRange({ from, to }, now) },
    }),
  }),
  endpoint('/api/traces/histogram', {
    operation: 'getTracesHistogram',
    summary: 'Matching spans over time',
    parameters: z.object({ q: p.search, ...range, buckets: p.buckets }),
    answer: 'HistogramAnswer',
    job: ({ q, buckets, ...given }, now) => ({
      name: 'histogram',
      params: { signal: 'traces', q, buckets, range: p.parseRange(given, now) },
    }),
  }),
  endpoint('/api/traces/heat-map', {
    operation: 'getTracesHeatMap',
    summary: 'How long matching spans lasted, over time',
    parameters: z.object({ q: p.search, ...range, columns: p.buckets }),
    answer: 'HeatMapAnswer',
    job: ({ q, columns, ...given }, now) => ({
      name: 'heatMap',
      params: { q, columns, range: p.parseRange(given, now) },
    }),
  }),
  endpoint('/api/explain', {
    operation: 'getExplanation',
    summary: 'What sets a part of the matching spans apart from the rest',
    parameters: z.object({
      q: p.search,
      ...range,
      selectedFrom: p.from,
      selectedTo: p.to,
      atLeast: p.lasting.default(0).describe('Shortest duration of the selection, in nanoseconds.'),
      below: p.lasting.optional().describe('The durations of the selection are below this, in nanoseconds.'),
    }),
    answer: 'ExplainAnswer',
    job: ({ q, from, to, selectedFrom, selectedTo, atLeast, below }, now) => ({
      name: 'explain',
      params: {
        q,
        range: p.parseRange({ from, to }, now),
        selected: p.parseRange({ from: selectedFrom, to: selectedTo }, now),
        atLeast: nanos(atLeast),
        below: below === undefined ? undefined : nanos(below),
      },
    }),
  }),
  endpoint('/api/traces/{id}', {
    operation: 'getTrace',
    summary: 'A trace: its spans as rows of a tree, its logs, and what is odd about it',
    parameters: z.object({
      id: p.traceId,
      row: p.row,
      limit: p.rows,
      depth: p.depth,
      under: p.spanId,
      fromNano: p.offset.describe(
        'Only spans that touch the time from here on, and what stands above them: ns from the start of the trace.',
      ),
      toNano: p.offset.describe(
        'Only spans that touch the time before here, and what stands above them: ns from the start of the trace.',
      ),
      logs: z.enum(['0', '1']).default('1').describe('`0` leaves the logs out.'),
      format: z
        .enum(['json', 'otlp'])
        .default('json')
        .describe('`otlp` answers `{resourceSpans:[…]}`: all spans by start, whatever the other parameters.'),
    }),
    answer: 'TraceAnswer',
    inParts: ({ format }) => format === 'otlp',
    job: ({ id: traceId, format, logs, ...window }) =>
      format === 'otlp'
        ? { name: 'traceOtlp', params: { traceId } }
        : { name: 'trace', params: { traceId, withoutLogs: logs === '0', ...window } },
  }),
  endpoint('/api/traces/{id}/metrics', {
    operation: 'getTraceMetrics',
    summary: 'The metrics on which a trace left its mark: series with the exemplars that carry its id',
    parameters: z.object({ id: p.traceId }),
    answer: 'TraceMetricsAnswer',
    job: ({ id: traceId }) => ({ name: 'traceMetrics', params: { traceId } }),
  }),
  endpoint('/api/logs', {
    operation: 'getLogs',
    summary: 'Search for log records',
    parameters: z.object({
      q: p.search,
      ...range,
      limit: p.limit(100),
      cursor: p.cursor,
      order: z.enum(['newest', 'oldest']).default('newest').describe('Which come first.'),
      stream: p.stream,
    }),
    answer: 'LogsAnswer',
    line: 'LogsLine',
    job: ({ q, limit, cursor, order, ...given }, now) => ({
      name: 'logs',
      params: { q, limit, cursor, order, range: p.parseRange(given, now) },
    }),
  }),
  endpoint('/api/logs/histogram', {
    operation: 'getLogsHistogram',
    summary: 'Matching log records over time, by severity',
    parameters: z.object({ q: p.search, ...range, buckets: p.buckets }),
    answer: 'HistogramAnswer',
    job: ({ q, buckets, ...given }, now) => ({
      name: 'histogram',
      params: { signal: 'logs', q, buckets, range: p.parseRange(given, now) },
    }),
  }),
  endpoint('/api/logs/facets', {
    operation: 'getLogsFacets',
    summary: 'Values of some fields among matching log records, with counts',
    parameters: z.object({ q: p.search, ...range, keys: p.facetKeys, limit: p.limit(10) }),
    answer: 'LogFacetsAnswer',
    job: ({ q, keys, limit, ...given }, now) => ({
      name: 'logFacets',
      params: { q, keys, limit, range: p.parseRange(given, now) },
    }),
  }),
  endpoint('/api/logs/context', {
    operation: 'getLogsContext',
    summary: 'The lines that the same instance of a service wrote around one line',
    parameters: z.object({ id: p.logId, before: p.lines(20), after: p.lines(20) }),
    answer: 'LogContextAnswer',
    job: params => ({ name: 'logContext', params }),
  }),
  endpoint('/api/correlations/{id}', {
    operation: 'getCorrelation',
    summary: 'Everything that carries an id: a trace id, a span id or a correlation id',
    parameters: z.object({ id: p.anyId }),
    answer: 'CorrelationAnswer',
    job: ({ id }) => ({ name: 'correlation', params: { id } }),
  }),
  endpoint('/api/cardinality', {
    operation: 'getCardinality',
    summary: 'What costs most: metrics by their number of series, labels by their number of values',
    parameters: z.object({ ...range, limit: p.limit(20) }),
    answer: 'CardinalityAnswer',
    job: ({ from, to, limit }, now) => ({
      name: 'cardinality',
      params: { range: p.parseRange({ from, to }, now), limit },
    }),
  }),
  endpoint('/api/metrics', {
    operation: 'getMetricCatalogue',
    summary: 'Metrics with type, unit, description, metadata of OTLP and number of series, by name',
    parameters: z.object({ find: p.find, ...range, limit: p.limit(1_000) }),
    answer: 'MetricsAnswer',
    job: ({ from, to, ...rest }, now) => ({
      name: 'metricCatalogue',
      params: { ...rest, range: p.parseRange({ from, to }, now) },
    }),
  }),
  endpoint('/api/attributes', {
    operation: 'getAttributes',
    summary: 'Attribute keys, for completion',
    parameters: z.object({ signal: p.signal, prefix: p.prefix, ...range, limit: p.limit(100) }),
    answer: 'AttributeKeysAnswer',
    job: ({ from, to, ...rest }, now) => ({
      name: 'attributeKeys',
      params: { ...rest, range: p.parseRange({ from, to }, now) },
    }),
  }),
  endpoint('/api/attributes/{key}/values', {
    operation: 'getAttributeValues',
    summary: 'Values of an attribute or an intrinsic, for completion',
    parameters: z.object({
      key: p.attributeKey,
      signal: p.signal,
      prefix: p.prefix,
      ...range,
      limit: p.limit(100),
    }),
    answer: 'AttributeValuesAnswer',
    job: ({ from, to, ...rest }, now) => ({
      name: 'attributeValues',
      params: { ...rest, range: p.parseRange({ from, to }, now) },
    }),
  }),
]

/** A path that answers with server-sent events. */
export interface TailEndpoint {
  readonly path: string
  readonly operation: string
  readonly summary: string
  readonly signal: Signal
  readonly parameters: typeof TAIL_PARAMETERS
  /** Schema of the data of its events. */
  readonly answer: string
}

const TAIL_PARAMETERS = z.object({ q: p.search, after: p.after })

export const TAILS: readonly TailEndpoint[] = [
  {
    path: '/api/traces/tail',
    operation: 'tailTraces',
    summary: 'Matching spans as they arrive: server-sent events',
    signal: 'traces',
    parameters: TAIL_PARAMETERS,
    answer: 'SpanTailAnswer',
  },
  {
    path: '/api/logs/tail',
    operation: 'tailLogs',
    summary: 'Matching log records as they arrive: server-sent events',
    signal: 'logs',
    parameters: TAIL_PARAMETERS,
    answer: 'LogTailAnswer',
  },
]
