/**
 * Holds the real answers of a real collector to the API's description, and the description to the
 * table of paths: what the OpenAPI document promises is what comes.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { fingerprintOf, groupedBy } from '../../src/errors/fingerprint.ts'
import * as answers from '../../src/serve/answers/index.ts'
import type { CorrelationAnswer, StatusAnswer, TraceAnswer } from '../../src/serve/api-types.ts'
import { ENDPOINTS } from '../../src/serve/endpoints.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'
import { CORRELATION_ID, send, shopTrace, TRACE_ID } from '../support/shop-trace.ts'

let folder: string
let collector: RunningCollector

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hodoscope-answers-'))
  collector = await startCollector(join(folder, 'data'))
  const now = Date.now()
  await send(collector.url, shopTrace(now - 1_000))
  for (const [version, at] of [
    ['1', now - 120_000],
    ['2', now - 1_000],
  ] as const)
    await sendVersion(collector.url, version, at)
})
afterAll(async () => {
  await collector.stop()
  await rm(folder, { recursive: true })
})

/** A span of a service in a version. */
async function sendVersion(url: string, version: string, millis: number): Promise<void> {
  const attributes = Object.entries({ 'service.name': 'deployed', 'service.version': version }).map(
    ([key, stringValue]) => ({ key, value: { stringValue } }),
  )
  const span = {
    traceId: version.repeat(32),
    spanId: version.repeat(16),
    name: 'GET /',
    kind: 2,
    startTimeUnixNano: `${millis}000000`,
    endTimeUnixNano: `${millis + 5}000000`,
    status: { code: 2, message: `refused ${version}` },
  }
  const body = { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans: [span] }] }] }
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
}

/** Of what `sendVersion` sends. */
const FINGERPRINT = fingerprintOf(
  groupedBy({ type: '', message: 'refused 1', stack: '', operation: 'GET /' }),
)

const get = async (path: string): Promise<{ status: number; body: unknown }> => {
  const response = await fetch(collector.url + path)
  return { status: response.status, body: await response.json() }
}

const PATHS: Record<string, readonly string[]> = {
  '/api/overview': ['/api/overview', '/api/overview?from=now-7d'],
  '/api/graph': ['/api/graph', '/api/graph?service=payment'],
  '/api/services': ['/api/services'],
  '/api/services/{service}': ['/api/services/deployed', '/api/services/deployed?from=0&to=1'],
  '/api/operations': ['/api/operations', '/api/operations?service=payment'],
  '/api/deploys': ['/api/deploys', '/api/deploys?service=deployed'],
  '/api/deploys/{service}/{version}': ['/api/deploys/deployed/2'],
  '/api/errors': [
    '/api/errors',
    '/api/errors?service=deployed&new=1&order=newest&from=now-30d',
    '/api/errors?order=latest&limit=1',
  ],
  '/api/errors/{fingerprint}': [`/api/errors/${FINGERPRINT}`],
  '/api/senders': ['/api/senders', '/api/senders?service=payment&from=now-1h'],
  '/api/traces': ['/api/traces', '/api/traces?q=status%3Derror&sort=slowest', '/api/traces?from=0&to=1'],
  '/api/traces/histogram': ['/api/traces/histogram?buckets=5'],
  '/api/traces/heat-map': ['/api/traces/heat-map?columns=5', '/api/traces/heat-map?from=0&to=1'],
  '/api/explain': [
    '/api/explain?q=kind%3Dserver&atLeast=1000000',
    '/api/explain?below=5&selectedFrom=0&selectedTo=1',
  ],
  '/api/traces/{id}': [`/api/traces/${TRACE_ID}`],
  '/api/traces/{id}/metrics': [`/api/traces/${TRACE_ID}/metrics`],
  '/api/logs': ['/api/logs', '/api/logs?q=declined&order=oldest', '/api/logs?from=0&to=1'],
  '/api/logs/histogram': ['/api/logs/histogram?q=declined'],
  '/api/logs/facets': ['/api/logs/facets', '/api/logs/facets?q=declined&keys=service,order.id&limit=1'],
  '/api/logs/context': ['/api/logs/context?id=2-0'],
  '/api/correlations/{id}': [`/api/correlations/${CORRELATION_ID}`, `/api/correlations/${TRACE_ID}`],
  '/api/cardinality': ['/api/cardinality'],
  '/api/metrics': ['/api/metrics', '/api/metrics?find=duration&limit=1'],
  '/api/attributes': ['/api/attributes', '/api/attributes?signal=logs&prefix=order'],
  '/api/attributes/{key}/values': [
    '/api/attributes/http.route/values',
    '/api/attributes/service/values?signal=logs',
  ],
}

it('asks every path of the table', () =>
  expect(Object.keys(PATHS)).toEqual(ENDPOINTS.map(endpoint => endpoint.path)))

it('tells what was counted within a second or two', () =>
  expect.poll(async () => (await get('/api/deploys/deployed/2')).status, { timeout: 5_000 }).toBe(200))

describe.each(ENDPOINTS)('$path', endpoint => {
  it.each(PATHS[endpoint.path]!)('%s answers what it describes', async path => {
    const { status, body } = await get(path)
    expect([status, body]).toEqual([200, expect.anything()])
    const schema = (answers as unknown as Record<string, z.ZodType>)[endpoint.answer]!
    expect(schema.safeParse(body).error?.issues ?? []).toEqual([])
  })
})

it('/api/status answers what it describes, and counts what was acknowledged', async () => {
  const { body } = await get('/api/status')
  expect(answers.StatusAnswer.safeParse(body).error?.issues ?? []).toEqual([])
  const status = body as StatusAnswer
  expect([status.ingest.acceptedSpans, status.ingest.acceptedLogs]).toEqual([5, 1])
  expect([status.signals.traces.records, status.signals.logs.records]).toEqual([5, 1])
  expect(status.alerts).toEqual({ state: 'unused', restarts: 0 })
  expect(status.instrument).toBe(`HODOSCOPE_URL=${collector.url} node --require @hodoscope/agent app.js`)
})

it('/api/logs?stream=1 answers lines as it describes them', async () => {
  const text = await (await fetch(`${collector.url}/api/logs?stream=1&q=declined`)).text()
  const lines = text.trimEnd().split('\n')
  const parsed = lines.map(line => answers.LogsLine.safeParse(JSON.parse(line)))
  expect(parsed.flatMap(line => line.error?.issues ?? [])).toEqual([])
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({
    answer: { logs: [{ body: 'card declined for order 7' }] },
  })
})

it('an error answers what it describes', async () => {
  const { status, body } = await get('/api/traces?q=status%3D')
  expect(status).toBe(400)
  expect(answers.ErrorAnswer.safeParse(body).error?.issues ?? []).toEqual([])
  expect(body).toMatchObject({ error: { code: 'query_malformed', position: expect.any(Number) } })
})

it('a trace that is not there is 404', async () =>
  expect((await get(`/api/traces/${'f'.repeat(32)}`)).status).toBe(404))

it('the trace holds its spans in order of the tree, its log and its correlation id', async () => {
  const trace = (await get(`/api/traces/${TRACE_ID}`)).body as TraceAnswer
  expect(trace.spans.map(span => [span.service, span.name, span.depth, span.status])).toEqual([
    ['shop', 'POST /checkout', 0, 'unset'],
    ['shop', 'POST', 1, 'unset'],
    ['payment', 'POST /charge', 2, 'error'],
  ])
  expect(trace.logs.map(log => [log.service, log.body, log.severity])).toEqual([
    ['payment', 'card declined for order 7', 'error'],
  ])
  expect(trace.correlationIds).toEqual([CORRELATION_ID])
})

it('the trace comes out as OTLP as it went in', async () => {
  const { body } = await get(`/api/traces/${TRACE_ID}?format=otlp`)
  expect(body).toMatchObject({ resourceSpans: expect.any(Array) })
  const text = JSON.stringify(body)
  for (const piece of ['"POST /charge"', '"card declined"', '"exception"', `"${CORRELATION_ID}"`])
    expect(text).toContain(piece)
})

it('the correlation id leads to the trace', async () => {
  const { body } = await get(`/api/correlations/${CORRELATION_ID}`)
  expect((body as CorrelationAnswer).traces.map(trace => trace.traceId)).toEqual([TRACE_ID])
})
