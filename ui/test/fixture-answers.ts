/** What the stand-in for the collector answers, computed from generated telemetry. */
import type {
  ErrorAnswer,
  HistogramAnswer,
  LogJson,
  OperationRow,
  ServiceRow,
  StatusAnswer,
  TraceAnswer,
} from '../../collector/src/serve/api-types.ts'
import type { Telemetry } from './telemetry.ts'
import { ingestOf, SLOWEST } from './fixture-status.ts'

export type FixtureState = 'data' | 'first-start' | 'empty' | 'slow' | 'error'

export const WHOLE = { partial: [], stats: { tookMillis: 4 } }
const INSTRUMENT =
  'OTEL_SERVICE_NAME=my-service OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 node --require @hodoscope/agent app.js'

export class Refusal extends Error {
  readonly status: number
  readonly answer: ErrorAnswer
  constructor(status: number, code: string, message: string, hint: string, position?: number) {
    super(message)
    this.status = status
    this.answer = { error: { code, message, hint, ...(position !== undefined && { position }) } }
  }
}

export function matcher(query: URLSearchParams): (text: string) => boolean {
  const q = query.get('q') ?? ''
  const quotes = q.split('"').length - 1
  if (quotes % 2 === 1)
    throw new Refusal(
      400,
      'query_malformed',
      'The quote is never closed.',
      'Close it with a second ".',
      q.lastIndexOf('"'),
    )
  const words = q.split(/\s+/).filter(word => word !== '')
  return text =>
    words.every(word => text.includes(word.replace(/^service:|^name:|^status:/, '').replaceAll('"', '')))
}

export const traceText = (trace: TraceAnswer): string =>
  `${trace.spans.map(span => `${span.service} ${span.name}`).join(' ')} ${trace.errorCount > 0 ? 'error' : ''}`
export const logText = (log: LogJson): string => `${log.service} ${JSON.stringify(log.body)} ${log.severity}`

export function between(query: URLSearchParams): (nano: string) => boolean {
  const from = Number(query.get('from') ?? 0)
  const to = Number(query.get('to') ?? Number.MAX_SAFE_INTEGER)
  return nano => {
    const at = Number(nano.slice(0, -6))
    return at >= from && at < to
  }
}

export function cut<T>(all: readonly T[], query: URLSearchParams): { page: T[]; cursor: string | null } {
  const from = Number(query.get('cursor') ?? 0)
  const to = from + Number(query.get('limit') ?? 50)
  return { page: all.slice(from, to), cursor: to < all.length ? String(to) : null }
}

export function histogram(
  query: URLSearchParams,
  records: readonly (readonly [nano: string, name: string])[],
): HistogramAnswer {
  const from = Number(query.get('from'))
  const to = Number(query.get('to'))
  const buckets = Number(query.get('buckets'))
  const width = Math.ceil((to - from) / buckets)
  const counts: Record<string, number[]> = {}
  for (const [nano, name] of records) {
    const i = Math.floor((Number(nano.slice(0, -6)) - from) / width)
    const row = (counts[name] ??= Array.from({ length: buckets }, () => 0))
    if (i >= 0 && i < buckets) row[i]!++
  }
  return { fromUnixNano: `${from}000000`, widthNano: width * 1e6, counts, ...WHOLE }
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0

function figures(spans: readonly { durationNano: number; status: string }[]) {
  const sorted = spans.map(span => span.durationNano).sort((a, b) => a - b)
  const errorCount = spans.filter(span => span.status === 'error').length
  return {
    rate: spans.length / 3600,
    errorCount,
    errorRatio: spans.length === 0 ? 0 : errorCount / spans.length,
    p50Nano: quantile(sorted, 0.5),
    p95Nano: quantile(sorted, 0.95),
    p99Nano: quantile(sorted, 0.99),
  }
}

export function servicesOf(traces: readonly TraceAnswer[]): ServiceRow[] {
  const groups = Map.groupBy(
    traces.flatMap(trace => trace.spans),
    span => span.service,
  )
  return [...groups].map(([service, spans]) => {
    const entries = spans.filter(
      span => span.kind === 'server' || span.kind === 'consumer' || span.parent < 0,
    )
    return { service, spanCount: spans.length, entryCount: entries.length, ...figures(entries) }
  })
}

export function operationsOf(traces: readonly TraceAnswer[], service: string): OperationRow[] {
  const own = traces.flatMap(trace => trace.spans).filter(span => span.service === service)
  const groups = Map.groupBy(own, span => `${span.kind} ${span.name}`)
  return [...groups.values()].map(spans => ({
    service,
    name: spans[0]!.name,
    kind: spans[0]!.kind,
    count: spans.length,
    ...figures(spans),
  }))
}

const KEYS = [
  ['service', 'intrinsic'],
  ['name', 'intrinsic'],
  ['status', 'intrinsic'],
  ['duration', 'intrinsic'],
  ['kind', 'intrinsic'],
  ['http.route', 'record'],
  ['http.response.status_code', 'record'],
  ['order.id', 'record'],
  ['correlation.id', 'record'],
  ['exception.type', 'event'],
  ['host.name', 'resource'],
  ['service.version', 'resource'],
] as const
export const keysOf = (prefix: string) =>
  KEYS.filter(([key]) => key.startsWith(prefix)).map(([key, where]) => ({ key, in: where, count: 1200 }))

export function statusOf(state: FixtureState, telemetry: Telemetry): StatusAnswer {
  const empty = state === 'first-start'
  const oldest = telemetry.logs.at(-1)!.timeUnixNano
  const newest = telemetry.logs[0]!.timeUnixNano
  const signal = (records: number) =>
    empty
      ? { records: 0, fromUnixNano: null, toUnixNano: null }
      : { records, fromUnixNano: oldest, toUnixNano: newest }
  return {
    version: '0.1.0',
    startedUnixMillis: Date.now() - 3_600_000,
    dataFolder: '/srv/shop/.hodoscope',
    ingest: {
      acceptedSpans: 1,
      acceptedLogs: 1,
      rejectedItems: 0,
      refusedRequests: 0,
      duplicateRequests: 0,
      spansPerSecond: empty ? 0 : 12_480,
      logsPerSecond: empty ? 0 : 3120,
      ...ingestOf(empty ? 0 : 1),
    },
    slowestQueries: empty ? [] : [...SLOWEST],
    store: {
      diskBytes: empty ? 40_960 : 3_100_000_000,
      maxBytes: 10_000_000_000,
      retentionMillis: 604_800_000,
      journalBytes: 0,
      backlogRecords: 0,
      partitions: 3,
      pinnedTraces: 0,
      pinnedBytes: 0,
      quarantined: [],
      refusing: null,
    },
    signals: {
      traces: signal(9000),
      logs: signal(1200),
      metrics: { fromUnixNano: empty ? null : oldest, toUnixNano: empty ? null : newest },
    },
    alerts: { state: 'running', restarts: 0 },
    instrument: INSTRUMENT,
  }
}
