/** The parts together in one process: who answers what, and in which order they stop. */
import { request } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { OPEN_GATE } from './access/gate.ts'
import { startApp, type AppParts } from './app.ts'
import { resolveConfig } from './config/load.ts'
import { systemClock } from './model/time.ts'
import type { Queries } from './serve/api.ts'
import { MemoryStore } from './store/memory/store.ts'
import { createLog } from './telemetry/log.ts'

const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: '00f067aa0ba902b7',
  name: 'GET /',
  startTimeUnixNano: '1700000000000000000',
  endTimeUnixNano: '1700000000100000000',
}
const REQUEST = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [SPAN] }] }] })

async function app(run: Queries['run'] = () => Promise.resolve(Buffer.from('{}'))) {
  const order: string[] = []
  const store = new MemoryStore()
  const parts: AppParts = {
    config: resolveConfig({ environment: {}, flags: { listen: '127.0.0.1:0' }, cwd: '/' }),
    store,
    queries: { run, close: () => Promise.resolve(void order.push('queries')) },
    openDesk: () => ({
      status: () => ({ state: 'unused', restarts: 0 }),
      call: () => Promise.resolve('{}'),
      close: () => Promise.resolve(void order.push('desk')),
    }),
    gate: OPEN_GATE,
    ui: '/nowhere',
    log: createLog({ plain: false, write: () => undefined }),
    clock: systemClock,
    version: '0',
  }
  const close = store.close.bind(store)
  store.close = () => {
    order.push('store')
    return close()
  }
  const started = await startApp(parts)
  onTestFinished(() => started.stop())
  return { ...started, store, order }
}

const post = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/traces`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: REQUEST,
  })

it('hands OTLP to the receiver, without the headers that pages need', async () => {
  const { url, store } = await app()
  const response = await post(url)
  expect([response.status, await response.text()]).toEqual([200, '{}'])
  expect(response.headers.get('content-security-policy')).toBeNull()
  expect(store.status().acceptedItems.traces).toBe(1)
})

it('takes OTLP of an exporter that asks for leave first', async () => {
  const { url, store } = await app()
  const status = await new Promise((resolve, reject) => {
    const upload = request(`${url}/v1/traces`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Expect: '100-continue' },
    })
    upload.on('continue', () => upload.end(REQUEST))
    upload.on('response', response => resolve(response.statusCode)).on('error', reject)
    upload.flushHeaders()
  })
  expect(status).toBe(200)
  expect(store.status().acceptedItems.traces).toBe(1)
})

it('tells at /api/status what it counted', async () => {
  const { url } = await app(() => Promise.resolve(Buffer.from('{"traces":{},"logs":{}}')))
  await post(url)
  await fetch(`${url}/v1/traces`, {
    method: 'POST',
    body: 'x',
    headers: { 'Content-Type': 'application/json' },
  })
  const status = (await (await fetch(`${url}/api/status`)).json()) as Record<string, unknown>
  expect(status['ingest']).toMatchObject({
    acceptedSpans: 1,
    acceptedLogs: 0,
    rejectedItems: 0,
    refusedRequests: 1,
  })
})

it('tells at /metrics what it took and what the store holds', async () => {
  const { url } = await app()
  await post(url)
  await post(url)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toContain('hodoscope_ingest_stored_items_total{signal="traces"} 2\n')
  expect(metrics).toContain('hodoscope_store_duplicate_requests 1\n')
  expect(metrics).toContain('hodoscope_store_refusing 0\n')
})

it('stops the requests first, then alerts, queries and the store', async () => {
  const answer = Promise.withResolvers<Uint8Array>()
  const asked = Promise.withResolvers<void>()
  const { url, order, stop } = await app(() => {
    asked.resolve()
    return answer.promise
  })
  const services = fetch(`${url}/api/services`).then(response => response.text())
  await asked.promise
  const stopped = stop()
  order.push('told to stop')
  answer.resolve(Buffer.from('{"services":[]}'))
  expect(await services).toBe('{"services":[]}')
  await stopped
  expect(order).toEqual(['told to stop', 'desk', 'queries', 'store'])
})

it('stops once, however often it is told', async () => {
  const { order, stop } = await app()
  await Promise.all([stop(), stop()])
  expect(order).toEqual(['desk', 'queries', 'store'])
})
