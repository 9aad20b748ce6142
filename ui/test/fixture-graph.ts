/** The service graph as the stand-in for the collector answers it: of generated telemetry, or as large as wanted. */
import type {
  GraphAnswer,
  GraphEdgeRow,
  GraphNodeRow,
  TraceAnswer,
} from '../../collector/src/serve/api-types.ts'
import { servicesOf, WHOLE } from './fixture-answers.ts'
import { random } from './random.ts'

const SECONDS = 3_600

type Calls = Map<
  string,
  { client: string; server: string; via: 'call' | 'message'; lengths: number[]; errors: number }
>

export function graphOf(traces: readonly TraceAnswer[]): GraphAnswer {
  const end = BigInt(traces[0]?.startTimeUnixNano ?? 0)
  const calls: Calls = new Map()
  for (const { spans } of traces) {
    const byId = new Map(spans.map(span => [span.spanId, span]))
    for (const span of spans) {
      const parent = byId.get(span.parentSpanId)
      const server = `service:${span.service}`
      const database = span.attributes.find(({ key }) => key === 'db.system.name')?.value as
        string | undefined
      const isError = span.status === 'error'
      if (database !== undefined)
        add(calls, server, `database:${database}/${span.service}`, span.durationNano, isError)
      else if (parent === undefined) add(calls, 'user:user', server, span.durationNano, isError)
      else if (parent.service !== span.service)
        add(calls, `service:${parent.service}`, server, span.durationNano, isError)
    }
  }
  const edges = [...calls.values()].map(({ lengths, errors, ...ends }): GraphEdgeRow => ({
    ...ends,
    callCount: lengths.length,
    errorCount: errors,
    ...figuresOf(lengths, errors),
  }))
  const services = servicesOf(traces).map(({ service, entryCount, errorCount, ...row }): GraphNodeRow => ({
    id: `service:${service}`,
    kind: 'service',
    name: service,
    requestCount: entryCount,
    errorCount,
    rate: row.rate,
    errorRatio: row.errorRatio,
    p50Nano: row.p50Nano,
    p95Nano: row.p95Nano,
    p99Nano: row.p99Nano,
  }))
  const others = new Set(
    edges.flatMap(({ client, server }) => [client, server]).filter(id => !id.startsWith('service:')),
  )
  return {
    fromUnixNano: String(end - 3_600_000_000_000n),
    toUnixNano: String(end),
    uncountedRequests: 0,
    outOfTimeSpans: 0,
    countedUpToUnixNano: String(end),
    nodes: [...services, ...Array.from(others, id => otherOf(id, edges))],
    edges: edges.toSorted((a, b) => b.callCount - a.callCount),
    ...WHOLE,
  }
}

function add(calls: Calls, client: string, server: string, length: number, isError: boolean): void {
  const id = `${client} ${server}`
  const call = calls.get(id) ?? { client, server, via: 'call', lengths: [], errors: 0 }
  calls.set(id, call)
  call.lengths.push(length)
  call.errors += Number(isError)
}

function figuresOf(lengths: readonly number[], errors: number) {
  const sorted = lengths.toSorted((a, b) => a - b)
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!
  return {
    rate: lengths.length / SECONDS,
    errorRatio: errors / lengths.length,
    p50Nano: at(0.5),
    p95Nano: at(0.95),
    p99Nano: at(0.99),
  }
}

function otherOf(id: string, edges: readonly GraphEdgeRow[]): GraphNodeRow {
  const [kind, name] = [id.slice(0, id.indexOf(':')), id.slice(id.indexOf(':') + 1)]
  const touching = edges.filter(({ client, server }) => client === id || server === id)
  const requestCount = touching.reduce((sum, { callCount }) => sum + callCount, 0)
  const errorCount = touching.reduce((sum, each) => sum + each.errorCount, 0)
  const { p50Nano, p95Nano, p99Nano } = touching[0]!
  return {
    id,
    kind: kind as GraphNodeRow['kind'],
    name,
    requestCount,
    errorCount,
    rate: requestCount / SECONDS,
    errorRatio: errorCount / requestCount,
    p50Nano,
    p95Nano,
    p99Nano,
  }
}

const DOMAINS = ['order', 'cart', 'pay', 'stock', 'ship', 'user', 'search', 'price', 'mail', 'fraud']
const DUTIES = [
  'api',
  'core',
  'worker',
  'store',
  'rules',
  'sync',
  'audit',
  'cache',
  'export',
  'gateway-of-partners',
]

/** A company of `services` services in layers, which call within their domain more than across. */
export function largeGraph(seed: number, services: number, paths: number): GraphAnswer {
  const chance = random(seed)
  const pick = (below: number): number => Math.floor(chance.between(0, below))
  const ids = Array.from(
    { length: services },
    (_, i) => `service:${DOMAINS[i % 10]}-${DUTIES[Math.floor(i / 10) % 10]}`,
  )
  const pairs = new Map<string, readonly [string, string]>()
  for (let i = 0; i < 10; i++) pairs.set(`user:user ${ids[i]}`, ['user:user', ids[i]!])
  while (pairs.size < paths) {
    const from = pick(services)
    const kind = chance.next()
    const deeper = from + 10 * (1 + pick(3))
    const to =
      kind < 0.15
        ? `database:postgresql/${DOMAINS[from % 10]}`
        : kind < 0.2
          ? `queue:rabbitmq/${DOMAINS[pick(10)]}`
          : kind < 0.25
            ? `external:api.partner-${pick(8)}.example`
            : kind < 0.3
              ? ids[pick(services)]!
              : (ids[kind < 0.7 ? deeper : deeper - (deeper % 10) + pick(10)] ?? ids[from])
    if (to !== undefined && to !== ids[from]) pairs.set(`${ids[from]} ${to}`, [ids[from]!, to])
  }
  const edges = Array.from(pairs.values(), ([client, server], i): GraphEdgeRow => {
    const callCount = 1 + Math.floor(10 ** chance.between(0, 5))
    const errorCount = i % 9 === 0 ? Math.floor(callCount * chance.next() * 0.6) : 0
    const p50Nano = 10 ** chance.between(5.5, 8.5)
    const via = server.startsWith('queue:') ? 'message' : 'call'
    return {
      client,
      server,
      via,
      callCount,
      errorCount,
      rate: callCount / SECONDS,
      errorRatio: errorCount / callCount,
      p50Nano,
      p95Nano: p50Nano * 2.4,
      p99Nano: p50Nano * 5,
    }
  }).toSorted((a, b) => b.callCount - a.callCount)
  const named = new Set(edges.flatMap(({ client, server }) => [client, server]))
  return {
    ...graphOf([]),
    countedUpToUnixNano: null,
    nodes: Array.from(named, id => otherOf(id, edges)),
    edges,
  }
}
