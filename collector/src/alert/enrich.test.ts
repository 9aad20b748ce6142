import { describe, expect, it } from 'vitest'
import { unixMillis } from '../model/time.ts'
import { parseOpenSlo } from '../slo/openslo.ts'
import { enrich, type Ask } from './enrich.ts'

const source = (type: string, query: string, signal = 'spans') =>
  `{ metricSource: { type: ${type}, spec: { query: '${query}'${type === 'Hodoscope' ? `, signal: ${signal}` : ''} } } }`
const objectiveOf = (indicator: string) =>
  parseOpenSlo([
    `
apiVersion: openslo/v1
kind: SLO
metadata: { name: pay }
spec:
  service: payment
  indicator: { spec: { ${indicator} } }
  timeWindow: [{ duration: 7d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99, op: lt, value: 300 }]`,
  ]).slos[0]!.objectives[0]!
const ratio = (signal: string) =>
  objectiveOf(
    `ratioMetric: { good: ${source('Hodoscope', '-status:error', signal)}, total: ${source('Hodoscope', 'service:payment', signal)} }`,
  )

const NOW = unixMillis(Date.UTC(2026, 5, 1))

/** What is found where the store answers so, and which searches it was asked. */
async function found(objective: ReturnType<typeof objectiveOf>, answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = []
  const ask = (async (job: string, params: { q?: string }) => {
    asked.push(`${job} ${params.q ?? ''}`.trim())
    if (!(job in answers)) throw new Error('the store does not answer')
    const answer = answers[job]
    return Promise.resolve(
      typeof answer === 'function' ? (answer as (q: string) => unknown)(params.q!) : answer,
    )
  }) as Ask
  return { annotations: await enrich(objective, ask, 'http://h.test', 3_600_000, NOW), asked }
}

describe('a notification', () => {
  it('has up to three bad traces, what each logged last of its fault, and the last deploy', async () => {
    const { annotations, asked } = await found(ratio('spans'), {
      traces: { traces: [{ traceId: 'a1' }, { traceId: 'b2' }] },
      logs: (q: string) => ({ logs: q.includes('a1') ? [{ body: 'card declined' }] : [] }),
      deploys: {
        deploys: [
          { service: 'payment', version: '1.9', timeUnixNano: '1780000000000000000' },
          { service: 'payment', version: '2.0', timeUnixNano: '1780270000123456789' },
        ],
      },
    })
    expect(annotations).toEqual({
      trace_1: 'http://h.test/traces/a1',
      log_1: 'card declined',
      trace_2: 'http://h.test/traces/b2',
      last_deploy: 'payment 2.0 at 2026-05-31T23:26:40.123Z',
    })
    expect(asked).toEqual([
      'traces (service:payment) -(-status:error)',
      'deploys',
      'logs traceId:a1 severity>=warn',
      'logs traceId:b2 severity>=warn',
    ])
  })

  it('about log lines has them, and the traces that they belong to', async () => {
    const logs = [
      { body: 'out of stock', traceId: 'a1' },
      { body: { code: 7 }, traceId: null },
    ]
    const { annotations } = await found(ratio('logs'), { logs: { logs }, deploys: { deploys: [] } })
    expect(annotations).toEqual({
      log_1: 'out of stock',
      trace_1: 'http://h.test/traces/a1',
      log_2: '{"code":7}',
    })
  })

  it('about slow requests has those that were slow', async () => {
    const objective = objectiveOf(`thresholdMetric: ${source('Hodoscope', 'service:payment')}`)
    const { asked } = await found(objective, { traces: { traces: [] }, deploys: { deploys: [] } })
    expect(asked[0]).toBe('traces (service:payment) -duration<300ms')
  })

  it('about a metric has no request', async () => {
    const objective = objectiveOf(`thresholdMetric: ${source('Prometheus', 'queue')}`)
    expect(await found(objective, { deploys: { deploys: [] } })).toEqual({
      annotations: {},
      asked: ['deploys'],
    })
  })

  it('goes without what the store does not answer', async () => {
    const { annotations } = await found(ratio('spans'), { traces: { traces: [{ traceId: 'a1' }] } })
    expect(annotations).toEqual({})
  })
})
