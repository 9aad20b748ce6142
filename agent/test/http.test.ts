/** node:http and fetch, between real processes: the spans of one call and how they hang together. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtAgent, deadPort, run, serve, until, type App } from './support/app.ts'
import { startReceiver, type Receiver, type SpanSeen } from './support/receiver.ts'
import { declares } from './support/declares.ts'

declares({ library: 'node:http', seen: 'server and client spans; `node:https` too' })
declares({ library: 'undici', seen: 'client spans; `fetch` too' })

let receiver: Receiver
let front: App
let back: App

beforeAll(async () => {
  await builtAgent()
  receiver = await startReceiver()
  const env = { HODOSCOPE_URL: receiver.url }
  back = await serve('http.cjs', { env: { ...env, OTEL_SERVICE_NAME: 'back' } })
  front = await serve('http.cjs', {
    env: {
      ...env,
      OTEL_SERVICE_NAME: 'front',
      NEXT: back.url,
      DEAD: `http://127.0.0.1:${await deadPort()}/x`,
    },
  })
})

afterAll(async () => {
  front.kill('SIGTERM')
  back.kill('SIGTERM')
  await Promise.all([front.exit, back.exit])
  await receiver.close()
})

beforeEach(() => {
  receiver.spans.length = 0
  receiver.logs.length = 0
})

/** The spans of the trace of one request, the root first. */
async function traceOf(count: number): Promise<SpanSeen[]> {
  await until(
    () => receiver.spans.length >= count,
    `${count} spans`,
    () => receiver.spans.map(s => s.name).join(),
  )
  expect(receiver.spans).toHaveLength(count)
  return receiver.spans.toSorted((a, b) => Number(a.startNanos - b.startNanos))
}

describe('a request that is answered', () => {
  it('is a server span with the stable HTTP conventions', async () => {
    await fetch(`${front.url}/echo?page=2&access_token=abc`, {
      method: 'POST',
      body: 'hello',
      headers: { 'user-agent': 'tester/1' },
    })

    const [span] = await traceOf(1)
    expect(span).toMatchObject({
      name: 'POST',
      kind: 2,
      service: 'front',
      status: 0,
      parentSpanId: undefined,
    })
    expect(span!.attributes).toEqual({
      'http.request.method': 'POST',
      'url.scheme': 'http',
      'url.path': '/echo',
      'url.query': 'page=2&access_token=REDACTED',
      'server.address': '127.0.0.1',
      'server.port': front.port,
      'client.address': '127.0.0.1',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': expect.any(Number),
      'network.protocol.version': '1.1',
      'user_agent.original': 'tester/1',
      'http.response.status_code': 200,
      'correlation.id': span!.traceId,
    })
    expect(span!.endNanos).toBeGreaterThan(span!.startNanos)
  })

  it('keeps its context in the events of its body and in what they start', async () => {
    await fetch(`${front.url}/echo`, { method: 'POST', body: 'hello' })

    const [span] = await traceOf(1)
    const logs = () => receiver.logs.filter(log => log.traceId === span!.traceId)
    await until(() => logs().length >= 2, 'two lines')
    expect(logs().map(({ body, spanId }) => ({ body, spanId }))).toEqual([
      { body: 'received 5', spanId: span!.spanId },
      { body: 'later', spanId: span!.spanId },
    ])
  })

  it('is an error at 500 and above, and none below', async () => {
    await fetch(`${front.url}/status/500`)
    await fetch(`${front.url}/nothing`)

    const [failed, missing] = await traceOf(2)
    expect(failed).toMatchObject({
      status: 2,
      attributes: { 'error.type': '500', 'http.response.status_code': 500 },
    })
    expect(missing).toMatchObject({ status: 0, attributes: { 'http.response.status_code': 404 } })
    expect(missing!.attributes).not.toHaveProperty('error.type')
  })

  it('ends when the client goes away', async () => {
    await expect(fetch(`${front.url}/never`, { signal: AbortSignal.timeout(30) })).rejects.toThrow()

    const [span] = await traceOf(1)
    expect(span!.events.map(event => event.name)).toEqual(['client disconnected'])
    expect(span!.attributes).not.toHaveProperty('http.response.status_code')
  })
})

describe.each([
  ['node:http', '/get'],
  ['node:http with headers as an array', '/get-array-headers'],
  ['node:http with a trace that was copied from elsewhere', '/get-foreign-trace'],
  ['fetch', '/fetch'],
  ['fetch with a trace that was copied from elsewhere', '/fetch-foreign-trace'],
])('a call by %s', (_name, path) => {
  it('hangs between the two services and carries the trace and the correlation id on', async () => {
    const answer = await fetch(front.url + path, { headers: { 'x-request-id': 'rq-1' } })
    const headers = (await answer.json()) as Record<string, string>

    const [root, call, leaf] = await traceOf(3)
    expect([root, call, leaf].map(span => [span!.name, span!.kind, span!.service])).toEqual([
      ['GET', 2, 'front'],
      ['GET', 3, 'front'],
      ['GET', 2, 'back'],
    ])
    expect([root, call, leaf].map(span => span!.parentSpanId)).toEqual([
      undefined,
      root!.spanId,
      call!.spanId,
    ])
    expect(new Set([root, call, leaf].map(span => span!.traceId)).size).toBe(1)
    expect(headers['traceparent']).toBe(`00-${root!.traceId}-${call!.spanId}-01`)
    expect(headers['x-correlation-id']).toBe('rq-1')
    expect([root, call, leaf].map(span => span!.attributes['correlation.id'])).toEqual([
      'rq-1',
      'rq-1',
      'rq-1',
    ])
    expect(answer.headers.get('x-correlation-id')).toBe('rq-1')
  })
})

describe('a client span', () => {
  it('names the target, with secrets masked, and the answer', async () => {
    await fetch(`${front.url}/get`)

    const [root, call] = await traceOf(3)
    expect(call!.attributes).toEqual({
      'http.request.method': 'GET',
      'server.address': '127.0.0.1',
      'server.port': back.port,
      'url.full': `${back.url}/leaf?api_key=REDACTED&page=2`,
      'http.response.status_code': 200,
      'network.protocol.version': '1.1',
      'network.peer.address': '127.0.0.1',
      'network.peer.port': back.port,
      'correlation.id': root!.traceId,
    })
  })

  it('is an error from 400 on', async () => {
    await fetch(`${front.url}/fetch-missing`)

    const [root, call] = await traceOf(3)
    expect(call).toMatchObject({
      status: 2,
      attributes: { 'error.type': '404', 'http.response.status_code': 404 },
    })
    expect(root!.status).toBe(0)
  })

  it.each(['/get-refused', '/fetch-refused'])(
    'of a connection that is refused tells why (%s)',
    async path => {
      expect(await (await fetch(front.url + path)).text()).toBe('ECONNREFUSED')

      const [, call] = await traceOf(2)
      expect(call).toMatchObject({ status: 2, attributes: { 'error.type': 'ECONNREFUSED' } })
      expect(call!.events).toMatchObject([
        { name: 'exception', attributes: { 'exception.message': expect.stringContaining('ECONNREFUSED') } },
      ])
    },
  )
})

describe('the correlation id', () => {
  it.each([
    ['x-correlation-id before x-request-id', { 'x-correlation-id': 'c-1', 'x-request-id': 'r-1' }, 'c-1'],
    ['x-request-id alone', { 'x-request-id': 'r-1' }, 'r-1'],
    ['the next one where the first is hostile', { 'x-correlation-id': 'a b', 'x-request-id': 'r-1' }, 'r-1'],
  ])('is %s', async (_name, headers, expected) => {
    const answer = await fetch(`${front.url}/leaf`, { headers: headers as Record<string, string> })

    const [span] = await traceOf(1)
    expect(answer.headers.get('x-correlation-id')).toBe(expected)
    expect(span!.attributes['correlation.id']).toBe(expected)
  })

  it('is the trace id where none was sent', async () => {
    const traceparent = '00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01'
    const answer = await fetch(`${front.url}/leaf`, { headers: { traceparent } })

    const [span] = await traceOf(1)
    expect(answer.headers.get('x-correlation-id')).toBe('a'.repeat(32))
    expect(span).toMatchObject({ traceId: 'a'.repeat(32), parentSpanId: 'b'.repeat(16) })
    expect(span!.attributes['correlation.id']).toBe('a'.repeat(32))
  })

  it('that the host sets itself is left alone', async () => {
    const answer = await fetch(`${front.url}/own-correlation`)
    expect(answer.headers.get('x-correlation-id')).toBe('mine')
    await traceOf(1)
  })
})

it('a job that sends the traceparent it was stored with stays in that trace', async () => {
  const traceparent = '00-cccccccccccccccccccccccccccccccc-dddddddddddddddd-01'
  const env = {
    HODOSCOPE_URL: receiver.url,
    OTEL_SERVICE_NAME: 'worker',
    NEXT: back.url,
    TRACEPARENT: traceparent,
  }
  const { exit } = run('job.cjs', { env })
  expect((await exit).code).toBe(0)

  const [call, leaf] = await traceOf(2)
  expect(call).toMatchObject({ service: 'worker', traceId: 'c'.repeat(32), parentSpanId: 'd'.repeat(16) })
  expect(leaf).toMatchObject({ service: 'back', traceId: 'c'.repeat(32), parentSpanId: call!.spanId })
  expect([call, leaf].map(span => span!.attributes['correlation.id'])).toEqual(['order-7', 'order-7'])
})

it('leaves no span of its own requests', async () => {
  await fetch(`${front.url}/leaf`)
  await traceOf(1)
  const sent = receiver.requests.length
  await fetch(`${front.url}/leaf`)
  await until(() => receiver.requests.length > sent, 'another export')

  expect(receiver.spans.map(span => span.attributes['url.path'])).toEqual(['/leaf', '/leaf'])
})
