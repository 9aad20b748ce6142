/**
 * A stand-in for the collector, for tests of the UI and for looking at its states: it serves `ui/dist`
 * under the collector's content security policy and answers the API from generated telemetry.
 *
 * It does not search: `q` is matched word by word, `service:` and `status:error` apart. What the real
 * collector answers is tested with the real collector.
 *
 *   node ui/test/fixture-server.ts [--port 4319] [--state data|first-start|empty|slow|error] [--seed 1]
 */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { parseArgs } from 'node:util'
import type {
  ErrorAnswer,
  HistogramAnswer,
  LogJson,
  ServiceRow,
  OperationRow,
  StatusAnswer,
  TraceAnswer,
} from '../../collector/src/serve/api-types.ts'
import { generate, largeTrace, rowOf, type Telemetry } from './telemetry.ts'

export type FixtureState = 'data' | 'first-start' | 'empty' | 'slow' | 'error'

export interface FixtureServer {
  readonly url: string
  readonly telemetry: Telemetry
  state: FixtureState
  close(): Promise<void>
}

export const LARGE_TRACE_ID = 'ffffffffffffffffffffffffffff2710'
const DIST = join(import.meta.dirname, '../dist')
const CSP =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const WHOLE = { partial: [], stats: { tookMillis: 4 } }
const INSTRUMENT =
  'OTEL_SERVICE_NAME=my-service OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 node --require @hodoscope/agent app.js'

class Refusal extends Error {
  readonly status: number
  readonly answer: ErrorAnswer
  constructor(status: number, code: string, message: string, hint: string, position?: number) {
    super(message)
    this.status = status
    this.answer = { error: { code, message, hint, ...(position !== undefined && { position }) } }
  }
}

export async function startFixtureServer(
  options: { state?: FixtureState; seed?: number; port?: number; now?: number; dist?: string } = {},
): Promise<FixtureServer> {
  const now = options.now ?? Date.now()
  const telemetry = generate(options.seed ?? 1, now)
  const fixture: { state: FixtureState } = { state: options.state ?? 'data' }
  const large = { ...largeTrace(10_000, BigInt(now - 60_000) * 1_000_000n, 7), traceId: LARGE_TRACE_ID }
  const server = createServer((request, response) => {
    void answer(request, response, fixture, telemetry, large, options.dist ?? DIST).catch(
      (error: unknown) => {
        const refusal = error instanceof Refusal ? error : new Refusal(500, 'internal', String(error), '')
        send(response, refusal.status, refusal.answer)
      },
    )
  })
  await new Promise<void>(resolve => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    telemetry,
    get state() {
      return fixture.state
    },
    set state(state) {
      fixture.state = state
    },
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  fixture: { state: FixtureState },
  telemetry: Telemetry,
  large: TraceAnswer,
  dist: string,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fixture')
  if (!url.pathname.startsWith('/api/')) return sendFile(response, dist, url.pathname)
  if (url.pathname === '/api/status') return send(response, 200, statusOf(fixture.state, telemetry))
  if (fixture.state === 'slow') return undefined
  if (fixture.state === 'error')
    throw new Refusal(
      504,
      'query_timeout',
      'The query took longer than 30 s.',
      'Narrow the time range or the filter.',
    )
  const shown = fixture.state === 'data' ? telemetry : { ...telemetry, traces: [], logs: [] }
  send(response, 200, route(url, shown, large))
}

function route(url: URL, telemetry: Telemetry, large: TraceAnswer): unknown {
  const parts = url.pathname.split('/').slice(2).map(decodeURIComponent)
  const query = url.searchParams
  const matches = matcher(query)
  const inRange = between(query)
  const traces = telemetry.traces.filter(
    trace => inRange(trace.startTimeUnixNano) && matches(traceText(trace)),
  )
  const logs = telemetry.logs.filter(log => inRange(log.timeUnixNano) && matches(logText(log)))
  const shared = { resources: telemetry.resources, scopes: telemetry.scopes, ...WHOLE }
  switch (parts.join('/')) {
    case 'traces': {
      const ordered =
        query.get('sort') === 'slowest' ? traces.toSorted((a, b) => b.durationNano - a.durationNano) : traces
      const { page, cursor } = cut(ordered, query)
      return { traces: page.map(rowOf), cursor, ...WHOLE }
    }
    case 'traces/histogram':
      return histogram(
        query,
        traces.flatMap(trace =>
          trace.spans.map(
            span => [span.startTimeUnixNano, span.status === 'error' ? 'error' : 'ok'] as const,
          ),
        ),
      )
    case 'logs': {
      const { page, cursor } = cut(logs, query)
      return { logs: page, cursor, ...shared }
    }
    case 'logs/histogram':
      return histogram(
        query,
        logs.map(log => [log.timeUnixNano, log.severity] as const),
      )
    case 'services':
      return { services: servicesOf(traces), ...WHOLE }
    case 'operations':
      return { operations: operationsOf(traces, query.get('service') ?? ''), ...WHOLE }
    case 'attributes':
      return { keys: keysOf(query.get('prefix') ?? ''), ...WHOLE }
  }
  const [kind, id = ''] = parts
  if (kind === 'traces') {
    const trace = id === LARGE_TRACE_ID ? large : telemetry.traces.find(({ traceId }) => traceId === id)
    if (!trace)
      throw new Refusal(
        404,
        'not_found',
        `No span of trace ${id} is stored.`,
        'It may be older than the retention.',
      )
    return trace
  }
  if (kind === 'attributes') {
    const services = telemetry.traces[0]?.services.map(({ name }) => name) ?? []
    const prefix = query.get('prefix') ?? ''
    return {
      values: (id === 'status' ? ['ok', 'error', 'unset'] : ['gateway', 'checkout', 'payment', ...services])
        .filter((value, i, all) => value.startsWith(prefix) && all.indexOf(value) === i)
        .map(value => ({ value, count: 412 })),
      ...WHOLE,
    }
  }
  if (kind === 'correlations') {
    const found = telemetry.traces.filter(
      ({ traceId, correlationIds }) => traceId === id || correlationIds.includes(id),
    )
    const several = id === 'req-several' ? telemetry.traces.slice(0, 4) : found
    return {
      id,
      readAs: [/^[0-9a-f]{32}$/.test(id) ? 'trace' : 'correlation'],
      traces: several.map(rowOf),
      logs: several.flatMap(trace => trace.logs),
      ...shared,
    }
  }
  throw new Refusal(404, 'not_found', `There is no ${url.pathname}.`, 'See /api/openapi.json.')
}

function matcher(query: URLSearchParams): (text: string) => boolean {
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

const traceText = (trace: TraceAnswer): string =>
  `${trace.spans.map(span => `${span.service} ${span.name}`).join(' ')} ${trace.errorCount > 0 ? 'error' : ''}`
const logText = (log: LogJson): string => `${log.service} ${JSON.stringify(log.body)} ${log.severity}`

function between(query: URLSearchParams): (nano: string) => boolean {
  const from = Number(query.get('from') ?? 0)
  const to = Number(query.get('to') ?? Number.MAX_SAFE_INTEGER)
  return nano => {
    const at = Number(nano.slice(0, -6))
    return at >= from && at < to
  }
}

function cut<T>(all: readonly T[], query: URLSearchParams): { page: T[]; cursor: string | null } {
  const from = Number(query.get('cursor') ?? 0)
  const to = from + Number(query.get('limit') ?? 50)
  return { page: all.slice(from, to), cursor: to < all.length ? String(to) : null }
}

function histogram(
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

function servicesOf(traces: readonly TraceAnswer[]): ServiceRow[] {
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

function operationsOf(traces: readonly TraceAnswer[], service: string): OperationRow[] {
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
const keysOf = (prefix: string) =>
  KEYS.filter(([key]) => key.startsWith(prefix)).map(([key, where]) => ({ key, in: where, count: 1200 }))

function statusOf(state: FixtureState, telemetry: Telemetry): StatusAnswer {
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
    },
    store: {
      diskBytes: empty ? 40_960 : 3_100_000_000,
      maxBytes: 10_000_000_000,
      journalBytes: 0,
      backlogRecords: 0,
      partitions: 3,
      quarantined: [],
      refusing: null,
    },
    signals: { traces: signal(9000), logs: signal(1200) },
    instrument: INSTRUMENT,
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

async function sendFile(response: ServerResponse, dist: string, path: string): Promise<void> {
  const name = extname(path) === '' ? 'index.html' : normalize(path).replace(/^(\.\.[/\\])+/, '')
  const bytes = await readFile(join(dist, name)).catch(() => undefined)
  response.writeHead(bytes ? 200 : 404, {
    'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': CSP,
    'x-content-type-options': 'nosniff',
  })
  response.end(bytes)
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '4319' },
      state: { type: 'string', default: 'data' },
      seed: { type: 'string', default: '1' },
    },
  })
  const server = await startFixtureServer({
    port: Number(values.port),
    state: values.state as FixtureState,
    seed: Number(values.seed),
  })
  console.log(server.url)
}
