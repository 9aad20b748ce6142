/**
 * Objectives over metrics, by way of HTTP: OpenSLO v1alpha as sloth takes it, and a threshold, counted
 * back from the series that are stored, and live from those that come; and their bad events.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import snappy from 'snappyjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { BadEventsAnswer } from '../../src/serve/desk-answers.ts'
import { STALE_BITS, writeRequest, type WrittenSeries } from '../metrics/write.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'
import { tellSpans } from '../support/objectives.ts'

const DEADLINE_MILLIS = 60_000
const SLO = `
apiVersion: openslo/v1alpha
kind: SLO
metadata: { name: shop, displayName: Shop }
spec:
  service: shop
  budgetingMethod: Occurrences
  objectives:
    - target: 0.99
      ratioMetrics:
        good: { source: prometheus, queryType: promql, query: 'sum(rate(http_total{code!~"5.."}[{{.window}}]))' }
        total: { source: prometheus, queryType: promql, query: 'sum(rate(http_total[{{.window}}]))' }
  timeWindows: [{ count: 30, unit: Day }]
`

let folder: string
let collector: RunningCollector
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-metric-slo-'))
  collector = await startCollector(folder)
})
afterAll(async () => {
  await collector.stop()
  rmSync(folder, { recursive: true })
})

const total = { 200: 0, 500: 0 }
/** @param traces of the last good and the last bad request, where they are told */
async function count(good: number, bad: number, at: number, traces?: Record<200 | 500, string>) {
  total[200] += good
  total[500] += bad
  const series = ([200, 500] as const).map(code => ({
    labels: { __name__: 'http_total', code: String(code) },
    samples: [[at, total[code]] as const],
    exemplars: traces === undefined ? [] : [{ labels: { trace_id: traces[code] }, time: at, value: 1 }],
  }))
  await write(series)
}

async function write(series: readonly WrittenSeries[]): Promise<void> {
  const answer = await fetch(`${collector.url}/api/v1/write`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-protobuf', 'Content-Encoding': 'snappy' },
    body: snappy.compress(writeRequest(...series)) as Uint8Array<ArrayBuffer>,
  })
  expect(answer.status).toBe(204)
}

async function call(method: string, path: string, body?: object) {
  const answer = await fetch(collector.url + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

interface ObjectiveJson {
  readonly good: number
  readonly bad: number
  readonly backfilled: number
}
async function untilCounted(good: number, bad: number, name = 'shop'): Promise<void> {
  const give = performance.now() + DEADLINE_MILLIS
  for (let seen: ObjectiveJson | undefined; ; await wait(100)) {
    seen = ((await call('GET', `/api/slos/${name}`)).body['objectives'] as ObjectiveJson[])[0]
    if (seen?.good === good && seen.bad === bad && seen.backfilled === 1) return
    if (performance.now() > give) throw new Error(`waited in vain: ${JSON.stringify(seen)}`)
  }
}

it('counts what was stored before, and what comes', { timeout: 3 * DEADLINE_MILLIS }, async () => {
  const begun = Date.now()
  const days = 86_400_000
  await count(0, 0, begun - 3 * days)
  await count(500, 1, begun - 3 * days + 60_000)
  await count(300, 0, begun - 3 * days + 120_000)
  expect(await call('POST', '/api/slos', { yaml: SLO })).toEqual({ status: 200, body: { name: 'shop' } })
  await untilCounted(800, 1)
  // In the minute in which it was begun; a counter that is seen once tells nothing yet.
  await count(0, 0, begun - 2_000)
  const [failed, fine] = await tellSpans(collector.url, { service: 'shop', count: 2, bad: 1 })
  await count(10, 90, begun - 1_000, { 500: failed!, 200: fine! })
  await untilCounted(810, 91)
  const bad = BadEventsAnswer.parse((await call('GET', '/api/slos/shop/bad-events?from=now-4d')).body)
  expect(bad).toMatchObject({ signal: 'metrics', query: null, badCount: 91, goodCount: 810 })
  // Of the two requests that exemplars tell of, the one on the series that counts as bad.
  expect(bad.traces.map(trace => trace['traceId'])).toEqual([failed])
  expect(bad.differences).toEqual([])

  // A histogram has its exemplars on its buckets.
  const now = Date.now() - 1_000
  const part = (name: string, code: string, value: number, traceId?: string): WrittenSeries => ({
    labels: { __name__: name, code, ...(name.endsWith('_bucket') && { le: '+Inf' }) },
    samples: [
      [now - 60_000, 0],
      [now, value],
    ],
    exemplars: traceId === undefined ? [] : [{ labels: { trace_id: traceId }, time: now, value: 1 }],
  })
  await write([
    part('took_seconds_count', '200', 7),
    part('took_seconds_bucket', '200', 7, fine),
    part('took_seconds_count', '500', 3),
    part('took_seconds_bucket', '500', 3, failed),
  ])
  const histogram = SLO.replace('name: shop,', 'name: took,').replaceAll('http_total', 'took_seconds_count')
  expect(await call('POST', '/api/slos', { yaml: histogram })).toMatchObject({ status: 200 })
  await untilCounted(7, 3, 'took')
  const told = BadEventsAnswer.parse((await call('GET', '/api/slos/took/bad-events')).body)
  expect(told.traces.map(trace => trace['traceId'])).toEqual([failed])
  const back = await call('POST', '/api/slos/backtest', { slo: SLO, from: 'now-4d' })
  expect(back).toMatchObject({ status: 200, body: { name: 'shop', page: { count: 1 } } })
})

const QUEUE = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: queue }
spec:
  indicator:
    spec:
      thresholdMetric: { metricSource: { type: Prometheus, spec: { query: "max(queue_length)" } } }
  timeWindow: [{ duration: 7d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ op: lte, value: 10, target: 0.9 }]
`

it(
  'holds the values of a metric against a threshold, one a minute',
  { timeout: 2 * DEADLINE_MILLIS },
  async () => {
    const minute = 60_000
    const begin = Math.floor(Date.now() / minute - 60) * minute
    const lengths = [3, 10, 11, 40, 2]
    await write([
      {
        labels: { __name__: 'queue_length', queue: 'mail' },
        // The last is stale: a value is taken for good for five minutes after it was told.
        samples: [...lengths, STALE_BITS].map((length, i) => [begin + i * minute, length] as const),
      },
    ])
    expect(await call('POST', '/api/slos', { yaml: QUEUE })).toMatchObject({ status: 200 })
    await untilCounted(3, 2, 'queue')
    const bad = BadEventsAnswer.parse((await call('GET', '/api/slos/queue/bad-events?from=now-4h')).body)
    expect(bad).toMatchObject({ signal: 'metrics', badCount: 2, goodCount: 3, traces: [] })
    const refused = QUEUE.replace('max(queue_length)', 'queue_length[5m]')
    expect((await call('POST', '/api/slos/check', { yaml: refused })).body).toMatchObject({
      problems: [{ field: 'spec.indicator.spec.thresholdMetric.metricSource.spec.query' }],
    })
  },
)
