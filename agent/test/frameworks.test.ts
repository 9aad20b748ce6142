/** What each framework adds to the server span: the route as it was declared, and the error that was thrown. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtAgent, serve, until, type App } from './support/app.ts'
import { declares } from './support/declares.ts'
import { otherVersion } from './support/other-version.ts'
import { startReceiver, type Receiver, type SpanSeen } from './support/receiver.ts'

declares({ library: 'express', seen: 'route and error on the server span' })
declares({ library: 'fastify', seen: 'route and error on the server span' })
declares({ library: 'hono', seen: 'route and error on the server span' })
declares({ library: 'koa', seen: 'route (by @koa/router) and error on the server span' })
declares({
  library: '@nestjs/core',
  seen: 'error on the server span; the route by express or fastify below it',
})

let receiver: Receiver
let app: App

beforeAll(builtAgent)

interface Case {
  /** Method and path of the request. */
  request: string
  status: number
  name: string
  route?: string
  /** Type and message of the recorded error. */
  error?: [type: string, message: string]
}

/** Sends every request of the table, then compares the server spans. */
function table(file: string, cases: readonly Case[], env: Record<string, string> = {}): void {
  describe([file, ...Object.keys(env)].join(' by '), () => {
    beforeAll(async () => {
      receiver = await startReceiver()
      app = await serve(file, { env: { HODOSCOPE_URL: receiver.url, NODE_ENV: 'test', ...env } })
      for (const { request } of cases) await send(request)
      await until(() => serverSpans().length === cases.length, `${cases.length} server spans`)
    })
    afterAll(async () => {
      app.kill('SIGTERM')
      await app.exit
      await receiver.close()
    })

    it.each(cases)('$request → $name ($status)', ({ request, status, name, route, error }) => {
      const path = request.split(' ')[1]
      const span = serverSpans().find(span => span.attributes['url.path'] === path)!
      expect(span.name).toBe(name)
      expect(span.attributes['http.route']).toBe(route)
      expect(span.attributes['http.response.status_code']).toBe(status)
      expect(span.status).toBe(status >= 500 ? 2 : 0)
      expect(
        span.events.map(event => [event.attributes['exception.type'], event.attributes['exception.message']]),
      ).toEqual(error ? [error] : [])
      for (const event of span.events) expect(event.attributes['exception.stacktrace']).toContain(error![1])
    })
  })
}

async function send(request: string): Promise<void> {
  const [method, path] = request.split(' ') as [string, string]
  const body = method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}
  await (await fetch(app.url + path, { method, ...body })).arrayBuffer()
}

const serverSpans = (): SpanSeen[] => receiver.spans.filter(span => span.kind === 2)

table('express.cjs', [
  { request: 'GET /orders', status: 200, name: 'GET /orders', route: '/orders' },
  {
    request: 'GET /orders/5/items/tea',
    status: 200,
    name: 'GET /orders/:id/items/:item',
    route: '/orders/:id/items/:item',
  },
  {
    request: 'GET /orders/5/items/boom/x',
    status: 500,
    name: 'GET /orders/:id/items/boom/:x',
    route: '/orders/:id/items/boom/:x',
    error: ['TypeError', 'no x'],
  },
  {
    request: 'GET /rejects',
    status: 500,
    name: 'GET /rejects',
    route: '/rejects',
    error: ['RangeError', 'too far'],
  },
  { request: 'GET /b', status: 200, name: 'GET /b', route: '/b' },
  { request: 'GET /maybe', status: 404, name: 'GET' },
  { request: 'GET /nothing', status: 404, name: 'GET' },
  { request: 'GET /private/door', status: 401, name: 'GET' },
  { request: 'GET /teapot', status: 418, name: 'GET /teapot', route: '/teapot' },
  { request: 'GET /handled', status: 503, name: 'GET', error: ['Error', 'handled'] },
])

table('express.mjs', [
  { request: 'GET /orders/5', status: 200, name: 'GET /orders/:id', route: '/orders/:id' },
])

const FASTIFY: readonly Case[] = [
  { request: 'GET /v1/orders/5', status: 200, name: 'GET /v1/orders/:id', route: '/v1/orders/:id' },
  {
    request: 'GET /v1/throws',
    status: 500,
    name: 'GET /v1/throws',
    route: '/v1/throws',
    error: ['TypeError', 'no luck'],
  },
  { request: 'GET /v1/guarded/door', status: 401, name: 'GET /v1/guarded/:x', route: '/v1/guarded/:x' },
  { request: 'POST /v1/body', status: 400, name: 'POST /v1/body', route: '/v1/body' },
  { request: 'GET /nothing', status: 404, name: 'GET' },
]
table('fastify.cjs', FASTIFY)
table('fastify.cjs', FASTIFY, { FASTIFY: 'fastify-4' })

table('fastify.mjs', [
  { request: 'GET /orders/5', status: 200, name: 'GET /orders/:id', route: '/orders/:id' },
])

table('hono.mjs', [
  { request: 'GET /', status: 200, name: 'GET /', route: '/' },
  { request: 'GET /stock/tea', status: 200, name: 'GET /stock/:item', route: '/stock/:item' },
  {
    request: 'GET /stock/tea/throws',
    status: 500,
    name: 'GET /stock/:item/throws',
    route: '/stock/:item/throws',
    error: ['TypeError', 'no tea'],
  },
  {
    request: 'GET /rejects',
    status: 500,
    name: 'GET /rejects',
    route: '/rejects',
    error: ['RangeError', 'too far'],
  },
  { request: 'GET /private/door', status: 401, name: 'GET /private/:secret', route: '/private/:secret' },
  { request: 'GET /nothing', status: 404, name: 'GET' },
])

table('hono.cjs', [{ request: 'GET /orders/5', status: 200, name: 'GET /orders/:id', route: '/orders/:id' }])

const KOA: readonly Case[] = [
  { request: 'GET /orders', status: 200, name: 'GET /orders', route: '/orders' },
  {
    request: 'GET /orders/5/items/tea',
    status: 200,
    name: 'GET /orders/:id/items/:item',
    route: '/orders/:id/items/:item',
  },
  {
    request: 'GET /orders/5/boom',
    status: 500,
    name: 'GET /orders/:id/boom',
    route: '/orders/:id/boom',
    error: ['TypeError', 'no 5'],
  },
  {
    request: 'GET /orders/5/teapot',
    status: 418,
    name: 'GET /orders/:id/teapot',
    route: '/orders/:id/teapot',
  },
  { request: 'GET /private/door', status: 401, name: 'GET' },
  { request: 'GET /plain', status: 200, name: 'GET' },
  { request: 'GET /nothing', status: 404, name: 'GET' },
]
const koa2 = otherVersion('koa-2', 'koa')
afterAll(() => koa2.remove())
table('koa.cjs', KOA)
table('koa.cjs', KOA, { KOA: koa2.path })

table('koa.mjs', [{ request: 'GET /orders/5', status: 200, name: 'GET /orders/:id', route: '/orders/:id' }])

table('nest.cjs', [
  { request: 'GET /api/orders/5', status: 200, name: 'GET /api/orders/:id', route: '/api/orders/:id' },
  {
    request: 'GET /api/orders/5/throws',
    status: 500,
    name: 'GET /api/orders/:id/throws',
    route: '/api/orders/:id/throws',
    error: ['TypeError', 'no order'],
  },
  {
    request: 'GET /api/orders/5/refuses',
    status: 503,
    name: 'GET /api/orders/:id/refuses',
    route: '/api/orders/:id/refuses',
    error: ['HttpException', 'sorry'],
  },
  {
    request: 'GET /api/orders/5/teapot',
    status: 418,
    name: 'GET /api/orders/:id/teapot',
    route: '/api/orders/:id/teapot',
  },
  { request: 'GET /nothing', status: 404, name: 'GET' },
])
