/** pino, bunyan, winston and console: records that know their request, and lines that carry its ids. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtAgent, serve, until, type App } from './support/app.ts'
import { startReceiver, type LogSeen, type Receiver } from './support/receiver.ts'
import { declares } from './support/declares.ts'

declares({ library: 'pino', seen: 'log records; ids in its lines' })
declares({ library: 'bunyan', seen: 'log records; ids in its lines' })
declares({ library: 'winston', seen: 'log records; ids in its lines' })

let receiver: Receiver
let app: App

beforeAll(builtAgent)

function inApp(file: string, records: number, cases: () => void): void {
  describe(file, () => {
    beforeAll(async () => {
      receiver = await startReceiver()
      app = await serve(file, { env: { HODOSCOPE_URL: receiver.url, LOG: '1' } })
      await fetch(`${app.url}/`, { headers: { 'x-correlation-id': 'c-1' } })
      await until(
        () => receiver.logs.length >= records && receiver.spans.length > 0,
        `${records} records and a span`,
      )
    })
    afterAll(async () => {
      app.kill('SIGTERM')
      await app.exit
      await receiver.close()
    })
    cases()
  })
}

const from = (scope: string): LogSeen[] =>
  receiver.logs.filter(log => log.scope === scope && log.traceId !== undefined)
const lines = (): Record<string, unknown>[] =>
  app
    .stdout()
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Record<string, unknown>)

inApp('logs.cjs', 9, () => {
  it('every record of the request has its trace, span and correlation id', () => {
    const [span] = receiver.spans
    const inRequest = receiver.logs.filter(log => !/listening|outside/.test(String(log.body)))
    expect(inRequest).toHaveLength(7)
    for (const log of inRequest) {
      expect(log).toMatchObject({
        traceId: span!.traceId,
        spanId: span!.spanId,
        attributes: { 'correlation.id': 'c-1' },
      })
    }
  })

  it('a record outside of any request has none', () => {
    const outside = receiver.logs.find(log => log.body === 'outside')
    expect(outside).toMatchObject({ traceId: undefined, spanId: undefined, severity: 13, level: 'warn' })
    expect(outside!.attributes).toEqual({ region: 'eu' })
  })

  it('pino: message, level, fields and bindings, as redacted by the host', () => {
    const [hello, broken] = from('pino')
    expect(hello).toMatchObject({ body: 'hello world', severity: 9, level: 'info' })
    expect(hello!.attributes).toEqual({
      'user.name': 'ann',
      'user.password': '[Redacted]',
      n: 3,
      region: 'eu',
      'correlation.id': 'c-1',
    })
    expect(broken).toMatchObject({
      body: 'broken',
      severity: 17,
      level: 'error',
      attributes: { order: 7, 'exception.type': 'TypeError', 'exception.message': 'broken' },
    })
    expect(broken!.attributes['exception.stacktrace']).toMatch(/^TypeError: broken\n +at .*logs\.cjs/)
    expect(from('pino')).toHaveLength(2)
  })

  it('winston: what its transports take, and nothing below their level', () => {
    const [info, error, child] = from('winston')
    expect(info).toMatchObject({ body: 'from winston', severity: 9, level: 'info' })
    expect(info!.attributes).toEqual({ 'cart.items': 2, 'correlation.id': 'c-1' })
    expect(error).toMatchObject({
      body: 'far',
      severity: 17,
      attributes: { 'exception.type': 'RangeError', 'exception.message': 'far' },
    })
    expect(child).toMatchObject({ body: 'careful', severity: 13, attributes: { who: 'child' } })
    expect(from('winston')).toHaveLength(3)
  })

  it('console: the text as printed, and the error among the arguments', () => {
    const [log, error] = from('console')
    expect(log).toMatchObject({ body: 'plain 5 { a: 1 }', severity: 9, level: 'log' })
    expect(error).toMatchObject({
      severity: 17,
      level: 'error',
      attributes: { 'exception.type': 'SyntaxError', 'exception.message': 'bad' },
    })
    expect(error!.body).toMatch(/^oops SyntaxError: bad\n/)
  })

  it("pino's and winston's own lines carry the ids, and are otherwise as before", () => {
    const [span] = receiver.spans
    const ids = { trace_id: span!.traceId, span_id: span!.spanId }
    const hello = lines().find(line => line['msg'] === 'hello world')
    expect(hello).toEqual({
      level: 30,
      time: expect.any(Number),
      pid: 1,
      region: 'eu',
      user: { name: 'ann', password: '[Redacted]' },
      n: 3,
      msg: 'hello world',
      ...ids,
    })
    expect(lines().find(line => line['message'] === 'from winston')).toEqual({
      level: 'info',
      message: 'from winston',
      cart: { items: 2 },
      ...ids,
    })
    expect(lines().find(line => line['msg'] === 'outside')).not.toHaveProperty('trace_id')
    expect(app.stdout()).toContain('\nplain 5 { a: 1 }\n')
  })
})

inApp('logs.mjs', 3, () => {
  it('pino and winston imported by an ES module are captured', () => {
    const [span] = receiver.spans
    expect([...from('pino'), ...from('winston')].map(({ body, spanId }) => ({ body, spanId }))).toEqual([
      { body: 'from pino', spanId: span!.spanId },
      { body: 'from winston', spanId: span!.spanId },
    ])
    expect(lines().map(line => line['trace_id'])).toEqual([span!.traceId, span!.traceId])
  })
})

inApp('bunyan.cjs', 5, () => {
  it('message, level and fields, as serialized by the host; nothing below the level', () => {
    const [hello, broken, own, ...more] = from('bunyan')
    const [span] = receiver.spans
    expect(more).toEqual([])
    expect(hello).toMatchObject({ body: 'hello world', severity: 9, level: 'info', spanId: span!.spanId })
    expect(hello!.attributes).toEqual({ name: 'shop', 'user.name': 'ann', n: 3, 'correlation.id': 'c-1' })
    expect(broken).toMatchObject({
      body: 'broken',
      severity: 17,
      level: 'error',
      attributes: { order: 7, 'exception.type': 'TypeError', 'exception.message': 'broken' },
    })
    expect(broken!.attributes['exception.stacktrace']).toMatch(/^TypeError: broken\n +at .*bunyan\.cjs/)
    expect(own).toMatchObject({ body: 'with an id of its own', severity: 13, traceId: span!.traceId })
    expect(receiver.logs.find(log => log.body === 'outside')).toMatchObject({
      traceId: undefined,
      severity: 13,
      level: 'warn',
    })
  })

  it('its lines carry the ids, once a record, and are otherwise as before', () => {
    const [span] = receiver.spans
    const ids = { trace_id: span!.traceId, span_id: span!.spanId }
    expect(lines().map(line => line['msg'])).toEqual([
      'outside',
      'hello world',
      'broken',
      'with an id of its own',
    ])
    expect(lines()[1]).toEqual({
      name: 'shop',
      hostname: expect.any(String),
      pid: expect.any(Number),
      level: 30,
      user: { name: 'ann' },
      n: 3,
      msg: 'hello world',
      time: expect.any(String),
      v: 0,
      ...ids,
    })
    expect(lines()[0]).not.toHaveProperty('trace_id')
    expect(lines()[3]).toMatchObject({ trace_id: 'mine' })
    expect(lines()[3]).not.toHaveProperty('span_id')
  })
})

describe('fastify.cjs', () => {
  it("Fastify's own logger is pino, and is captured", async () => {
    receiver = await startReceiver()
    app = await serve('fastify.cjs', { env: { HODOSCOPE_URL: receiver.url, LOG: '1' } })
    await fetch(`${app.url}/v1/logs`)
    const log = await until(() => receiver.logs.find(log => log.body === 'looking'), 'the line')
    const span = await until(() => receiver.spans[0], 'the span')
    expect(log).toMatchObject({ traceId: span.traceId, spanId: span.spanId, attributes: { 'order.id': 7 } })
    app.kill('SIGTERM')
    await app.exit
    await receiver.close()
  })
})
