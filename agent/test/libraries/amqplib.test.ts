/** amqplib against RabbitMQ: one trace through the queue. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../support/app.ts'
import { inApp, names } from '../support/library.ts'
import { startRabbit, type Server } from '../support/servers.ts'
import { declares } from '../support/declares.ts'

declares({
  library: 'amqplib',
  against: 'RabbitMQ',
  seen: 'one trace through the queue: `publish` and `consume`, not `get`',
})

let server: Server
beforeAll(async () => void (server = await startRabbit()), 120_000)
afterAll(() => server.stop())
const env = () => ({ AMQP_PORT: String(server.port) })

inApp('amqplib.cjs', env, ({ ask, spans }) => {
  const consumed = () => until(() => spans().find(span => span.kind === 5), 'the span of the consumer')

  it('the consumer goes on with the trace of the sender, and links to it', async () => {
    const { body, below } = await ask('/send')
    expect(body).toEqual([true, ['tea', ['mine', 'traceparent', 'x-correlation-id']]])
    const [sent] = below
    expect(sent).toMatchObject({ name: 'publish orders', kind: 4, status: 0 })
    expect(sent!.attributes).toEqual({
      'messaging.system': 'rabbitmq',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'orders',
      'messaging.rabbitmq.destination.routing_key': 'orders',
      'messaging.message.body.size': 3,
      'correlation.id': sent!.traceId,
    })
    const consumer = await consumed()
    expect(consumer).toMatchObject({
      name: 'process orders',
      traceId: sent!.traceId,
      parentSpanId: sent!.spanId,
      links: [{ traceId: sent!.traceId, spanId: sent!.spanId }],
      attributes: { 'messaging.operation.type': 'process', 'correlation.id': sent!.traceId },
    })
    const inside = await until(() => spans().find(span => span.name === 'handled'), 'the span of the handler')
    expect(inside.parentSpanId).toBe(consumer.spanId)
  })

  it.each([
    ['/confirm', 'milk', 'orders'],
    ['/callback', 'salt', 'old'],
  ])('%s: so does another kind of channel', async (path, content, queue) => {
    const { body, below } = await ask(path)
    expect(body).toEqual([content, ['traceparent', 'x-correlation-id']])
    expect(names(below)).toEqual([`publish ${queue}`])
    expect(await consumed()).toMatchObject({ name: `process ${queue}`, parentSpanId: below[0]!.spanId })
  })

  it('an exchange is the destination where there is one', async () => {
    expect(names((await ask('/exchange')).below)).toEqual(['publish amq.direct'])
  })

  it('what amqplib throws reaches the host', async () => {
    const { body, below } = await ask('/bad')
    expect(body).toEqual({ error: 'content is not a buffer' })
    expect(names(below)).toEqual(['publish orders !'])
  })
})
