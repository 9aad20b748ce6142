/**
 * An objective over metrics, by way of HTTP: OpenSLO v1alpha as sloth takes it, counted back from the
 * series that are stored, and live from those that come; and its page.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import snappy from 'snappyjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeRequest } from '../metrics/write.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'

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
async function count(good: number, bad: number, at: number): Promise<void> {
  total[200] += good
  total[500] += bad
  const series = ([200, 500] as const).map(code => ({
    labels: { __name__: 'http_total', code: String(code) },
    samples: [[at, total[code]] as const],
  }))
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
async function untilCounted(good: number, bad: number): Promise<void> {
  const give = performance.now() + DEADLINE_MILLIS
  for (let seen: ObjectiveJson | undefined; ; await wait(100)) {
    seen = ((await call('GET', '/api/slos/shop')).body['objectives'] as ObjectiveJson[])[0]
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
  await count(10, 90, begun - 1_000)
  await untilCounted(810, 91)
  expect((await call('GET', '/api/slos/shop/bad-events')).body).toMatchObject({
    error: { code: 'query_not_executable' },
  })
  const back = await call('POST', '/api/slos/backtest', { slo: SLO, from: 'now-4d' })
  expect(back).toMatchObject({ status: 200, body: { name: 'shop', page: { count: 1 } } })
})
