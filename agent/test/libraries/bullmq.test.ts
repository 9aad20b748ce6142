/** BullMQ against Redis: one trace through the queue. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { until } from '../support/app.ts'
import { inApp } from '../support/library.ts'
import type { SpanSeen } from '../support/receiver.ts'
import { startRedis, type Server } from '../support/servers.ts'
import { declares } from '../support/declares.ts'

declares({
  library: 'bullmq',
  against: 'Redis',
  seen: 'one trace through the queue: `add`, `addBulk`, processing',
})

let server: Server
beforeAll(async () => void (server = await startRedis()))
afterAll(() => server.stop())

inApp(
  'bullmq.cjs',
  () => ({ REDIS_PORT: String(server.port) }),
  ({ ask, spans, url }) => {
    const consumed = (count: number) =>
      until(() => {
        const found = spans().filter(span => span.kind === 5)
        return found.length === count && found
      }, `${count} spans of the worker`)
    const sentIn = (below: readonly SpanSeen[]) => below.find(span => span.kind === 4)!

    it('the worker goes on with the trace of who added the job, and links to it', async () => {
      const { body, below } = await ask('/add')
      expect(body).toBe('ann')
      const sent = sentIn(below)
      expect(sent.name).toBe('add mail')
      expect(sent.attributes).toMatchObject({
        'messaging.system': 'bullmq',
        'messaging.destination.name': 'mail',
        'messaging.operation.type': 'send',
      })
      const [worker] = await consumed(1)
      expect(worker).toMatchObject({
        name: 'process mail',
        traceId: sent.traceId,
        parentSpanId: sent.spanId,
        links: [{ traceId: sent.traceId, spanId: sent.spanId }],
        attributes: { 'bullmq.job.name': 'welcome', 'correlation.id': sent.traceId },
      })
      const inside = spans().find(span => span.name === 'handled')
      expect(inside?.parentSpanId).toBe(worker!.spanId)
    })

    it('jobs added at once are each linked to their adding', async () => {
      const { body, below } = await ask('/bulk')
      expect(body).toEqual(['x', 'y'])
      const sent = sentIn(below)
      expect(sent.attributes['messaging.batch.message_count']).toBe(2)
      expect((await consumed(2)).map(span => span.parentSpanId)).toEqual([sent.spanId, sent.spanId])
    })

    it('a job that fails tells why', async () => {
      expect((await ask('/bad')).body).toEqual({ error: 'no address' })
      expect(await consumed(1)).toMatchObject([
        { status: 2, attributes: { 'error.type': 'TypeError' }, statusMessage: 'no address' },
      ])
    })

    it('a job that the host keeps out of the trace stays out of it', async () => {
      // The worker may be at it before the request has ended, in a trace of its own.
      expect(await (await fetch(`${url()}/own`)).json()).toEqual({ omitContext: true })
    })
  },
)
