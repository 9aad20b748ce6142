/** The metrics of a real service: their names, units and kinds, and what a request does to them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtAgent, serve, until } from './support/app.ts'
import { startReceiver, type MetricSeen, type Receiver } from './support/receiver.ts'

let receiver: Receiver
/** The last of each name. */
let seen: Map<string, MetricSeen>

beforeAll(async () => {
  await builtAgent()
  receiver = await startReceiver()
  const env = { HODOSCOPE_URL: receiver.url, OTEL_METRIC_EXPORT_INTERVAL: '300' }
  const back = await serve('http.cjs', { env: { ...env, OTEL_SERVICE_NAME: 'back' } })
  const front = await serve('http.cjs', { env: { ...env, OTEL_SERVICE_NAME: 'front', NEXT: back.url } })
  await (await fetch(`${front.url}/get`)).text()
  await (await fetch(`${front.url}/get`)).text()
  await (await fetch(`${front.url}/status/500`)).text()
  const total = () => count(last().get('http.server.request.duration'))
  await until(() => total() === 3 && last().has('v8js.memory.heap.used'), 'three requests in a collection')
  seen = last()
  for (const app of [front, back]) app.kill('SIGTERM')
  await Promise.all([front.exit, back.exit])
})
afterAll(() => receiver.close())

const last = () =>
  new Map(receiver.metrics.filter(metric => metric.service === 'front').map(metric => [metric.name, metric]))
const count = (metric: MetricSeen | undefined): number =>
  metric?.points.reduce((sum, point) => sum + point.value, 0) ?? 0

it.each([
  ['http.server.request.duration', 's', 'histogram'],
  ['http.client.request.duration', 's', 'histogram'],
  ['nodejs.eventloop.delay.p99', 's', 'gauge'],
  ['nodejs.eventloop.delay.max', 's', 'gauge'],
  ['nodejs.eventloop.utilization', '1', 'gauge'],
  ['process.memory.usage', 'By', 'gauge'],
  ['v8js.memory.heap.used', 'By', 'gauge'],
  ['v8js.memory.heap.limit', 'By', 'gauge'],
  ['process.cpu.time', 's', 'sum'],
  ['nodejs.resource.active', '{resource}', 'gauge'],
  ['hodoscope.agent.records', '{record}', 'sum'],
])('%s in %s is a %s', (name, unit, kind) => {
  expect(seen.get(name)).toMatchObject({ unit, kind })
})

it('a request counts once, by its method, status and protocol', () => {
  const { points } = seen.get('http.server.request.duration')!
  const common = { 'http.request.method': 'GET', 'url.scheme': 'http', 'network.protocol.version': '1.1' }
  expect(points.map(({ attributes, value }) => ({ attributes, value }))).toEqual([
    { attributes: { ...common, 'http.response.status_code': 200 }, value: 2 },
    { attributes: { ...common, 'http.response.status_code': 500, 'error.type': '500' }, value: 1 },
  ])
  expect(points[0]!.bounds).toEqual([
    0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
  ])
})

it('a call counts once, by its server; the agent’s own are not among them', () => {
  const { points } = seen.get('http.client.request.duration')!
  expect(points).toMatchObject([
    {
      attributes: {
        'http.request.method': 'GET',
        'server.address': '127.0.0.1',
        'http.response.status_code': 200,
      },
      value: 2,
    },
  ])
})

it.each(['server', 'client'])('requests of a %s leave exemplars that name their spans', side => {
  const kind = side === 'server' ? 2 : 3
  const spans = new Map(
    receiver.spans.filter(span => span.service === 'front' && span.kind === kind).map(s => [s.spanId, s]),
  )
  const left = receiver.metrics
    .filter(({ service, name }) => service === 'front' && name === `http.${side}.request.duration`)
    .flatMap(({ points }) => points.flatMap(({ exemplars }) => exemplars))
  expect(left.length).toBeGreaterThan(0)
  for (const { traceId, spanId, timeUnixNano, asDouble } of left) {
    const span = spans.get(spanId)
    expect(span).toMatchObject({ traceId, endNanos: BigInt(timeUnixNano) })
    expect(asDouble).toBeGreaterThan(0)
  }
  // Each is told once, however often it is collected.
  expect(new Set(left.map(({ spanId }) => spanId)).size).toBe(left.length)
})

it('the readings are possible', () => {
  const reading = (name: string) => count(seen.get(name))
  expect(reading('process.memory.usage')).toBeGreaterThan(20e6)
  expect(reading('v8js.memory.heap.used')).toBeGreaterThan(1e6)
  expect(reading('nodejs.eventloop.utilization')).toBeGreaterThan(0)
  expect(reading('nodejs.eventloop.utilization')).toBeLessThanOrEqual(1)
  expect(reading('process.cpu.time')).toBeGreaterThan(0)
  expect(
    seen.get('nodejs.resource.active')!.points.map(point => point.attributes['nodejs.resource.type']),
  ).toContain('TCPServerWrap')
})
