/** The agent where a process is not alone: worker threads, clusters, transports; and other copies of known clients. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtAgent, run, serve, until } from './support/app.ts'
import { otherVersion } from './support/other-version.ts'
import { startReceiver, type Receiver } from './support/receiver.ts'

let receiver: Receiver

beforeAll(async () => {
  await builtAgent()
  receiver = await startReceiver()
})
afterAll(() => receiver.close())
beforeEach(() => {
  receiver.spans.length = 0
  receiver.logs.length = 0
})

it('a worker thread is traced as well, and is introduced once', async () => {
  const exit = await run('worker.cjs', { env: { HODOSCOPE_URL: receiver.url } }).exit
  expect(exit).toMatchObject({ code: 0, stdout: 'worker ended with 0\n' })
  expect(receiver.spans.map(span => [span.kind, span.name])).toEqual([
    [2, 'GET'],
    [3, 'GET'],
  ])
  expect(exit.stderr.trim().split('\n')).toHaveLength(1)
})

it('a cluster’s worker processes are traced, and end by their signal', async () => {
  const app = await serve('cluster.cjs', { env: { HODOSCOPE_URL: receiver.url } })
  await fetch(app.url)
  app.kill('SIGTERM')
  expect(await app.exit).toMatchObject({ code: 0, signal: null })
  expect(receiver.spans.map(span => span.kind)).toEqual([2])
})

it('pino’s transport writes every line once, and its worker has no agent', async () => {
  const exit = await run('transport.cjs', { env: { HODOSCOPE_URL: receiver.url } }).exit
  expect(
    exit.stdout
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as { msg: string }).msg),
  ).toEqual(['by transport'])
  expect(receiver.logs.map(log => log.body)).toEqual(['by transport'])
})

it('undici from npm is traced like the one in Node', async () => {
  const back = await serve('http.cjs', { env: { HODOSCOPE_URL: receiver.url, OTEL_SERVICE_NAME: 'back' } })
  const exit = await run('undici.mjs', { env: { HODOSCOPE_URL: receiver.url, NEXT: back.url } }).exit
  const headers = JSON.parse(exit.stdout) as Record<string, string>
  await until(() => receiver.spans.length === 2, 'two spans')
  back.kill('SIGTERM')
  await back.exit
  const call = receiver.spans.find(span => span.kind === 3)!
  expect(headers).toMatchObject({ 'x-a': '1', traceparent: `00-${call.traceId}-${call.spanId}-01` })
  expect(receiver.spans.find(span => span.kind === 2)).toMatchObject({
    parentSpanId: call.spanId,
    service: 'back',
  })
})

it('node:https is traced on both sides', async () => {
  await run('https.cjs', { env: { HODOSCOPE_URL: receiver.url } }).exit
  const call = receiver.spans.find(span => span.kind === 3)!
  const served = receiver.spans.find(span => span.kind === 2)!
  expect(call.attributes['url.full']).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/safe$/)
  expect(served.attributes['url.scheme']).toBe('https')
  expect(served.parentSpanId).toBe(call.spanId)
})

describe('Express 4', () => {
  const express4 = otherVersion('express-4', 'express')
  afterAll(() => express4.remove())

  it.each([
    ['/orders/5/items/tea', 200, 'GET /orders/:id/items/:item', []],
    ['/orders/5/items/boom/x', 500, 'GET /orders/:id/items/boom/:x', ['no x']],
    ['/maybe', 404, 'GET', []],
    ['/private/x', 401, 'GET', []],
    ['/handled', 503, 'GET', ['handled']],
  ])('GET %s → %i %s', async (path, status, name, errors) => {
    const env = { HODOSCOPE_URL: receiver.url, NODE_ENV: 'test', EXPRESS: express4.path }
    const app = await serve('express.cjs', { env })
    expect((await fetch(app.url + path)).status).toBe(status)
    app.kill('SIGTERM')
    await app.exit
    const span = receiver.spans.find(span => span.kind === 2)!
    expect(span.name).toBe(name)
    expect(span.events.map(event => event.attributes['exception.message'])).toEqual(errors)
  })
})
