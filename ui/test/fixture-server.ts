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
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import type { TraceAnswer } from '../../collector/src/serve/api-types.ts'
import {
  between,
  cut,
  histogram,
  keysOf,
  logText,
  matcher,
  operationsOf,
  Refusal,
  servicesOf,
  statusOf,
  traceText,
  WHOLE,
  type FixtureState,
} from './fixture-answers.ts'
import { errorAnswer } from './fixture-errors.ts'
import { graphOf } from './fixture-graph.ts'
import { markedSeries, metricsAnswer } from './fixture-metrics.ts'
import { explainOf, heatMapOf } from './fixture-heat-map.ts'
import { sendersOf } from './fixture-status.ts'
import { overviewOf, serviceAnswerOf } from './fixture-overview.ts'
import { sloAnswer } from './fixture-slos.ts'
import { generate, largeTrace, rowOf, type Telemetry } from './telemetry.ts'

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
        const { code, message } = refusal.answer.error
        const asPrometheus = { status: 'error', errorType: code, error: message }
        send(response, refusal.status, request.url?.startsWith('/api/v1/') ? asPrometheus : refusal.answer)
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
  const body = await text(request)
  const answered =
    metricsAnswer(url, shown) ??
    errorAnswer(url, shown) ??
    sloAnswer(url, shown, body) ??
    route(url, shown, large)
  send(response, 200, answered)
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
    case 'overview':
      return overviewOf(traces)
    case 'traces/heat-map':
      return heatMapOf(query, traces)
    case 'explain':
      return explainOf(traces)
    case 'session':
      return { asks: false, scope: 'admin' }
    case 'senders':
      return { senders: sendersOf(servicesOf(telemetry.traces).map(({ service }) => service)), ...WHOLE }
    case 'graph':
      return graphOf(traces)
    case 'services':
      return { services: servicesOf(traces), ...WHOLE }
    case 'operations':
      return { operations: operationsOf(traces, query.get('service') ?? ''), ...WHOLE }
    case 'attributes':
      return { keys: keysOf(query.get('prefix') ?? ''), ...WHOLE }
  }
  const [kind, id = ''] = parts
  if (kind === 'services') return serviceAnswerOf(traces, id)
  if (kind === 'traces' && parts[2] === 'metrics')
    return { metrics: markedSeries(telemetry.traces.filter(({ traceId }) => traceId === id)), ...WHOLE }
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
      metrics: markedSeries(several),
      ...shared,
    }
  }
  throw new Refusal(404, 'not_found', `There is no ${url.pathname}.`, 'See /api/openapi.json.')
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}

async function sendFile(response: ServerResponse, dist: string, path: string): Promise<void> {
  // A version may end as a file does.
  const name =
    TYPES[extname(path)] === undefined ? 'index.html' : normalize(path).replace(/^(\.\.[/\\])+/, '')
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
