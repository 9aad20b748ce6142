/** Counts outlive the partitions, so a backup holds them: restored, nothing is counted twice or left out. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { backup } from '../../src/store/sqlite/backup.ts'
import { restore } from '../../src/store/sqlite/restore.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'

const DEADLINE_MILLIS = 60_000
const SLO = `
apiVersion: openslo/v1
kind: SLO
metadata: { name: pay }
spec:
  service: pay
  indicator: { spec: { ratioMetric: {
    good: { metricSource: { type: Hodoscope, spec: { query: "-status:error" } } },
    total: { metricSource: { type: Hodoscope, spec: { query: "service:pay" } } } } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.99 }]
`

let folder: string
const running = new Set<RunningCollector>()
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hodoscope-counts-'))))
afterEach(async () => {
  for (const collector of running) await collector.stop()
  running.clear()
  rmSync(folder, { recursive: true })
})

async function start(data: string): Promise<RunningCollector> {
  const collector = await startCollector(join(folder, data))
  running.add(collector)
  return collector
}

let number = 0
async function post({ url }: RunningCollector, path: string, body: object): Promise<void> {
  const headers = { 'Content-Type': 'application/json' }
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status).toBe(200)
}

function pay(collector: RunningCollector, count: number): Promise<void> {
  const start = BigInt(Date.now()) * 1_000_000n
  const spans = Array.from({ length: count }, () => ({
    traceId: (++number).toString(16).padStart(32, 'a'),
    spanId: number.toString(16).padStart(16, 'b'),
    name: 'POST /charge',
    kind: 2,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + 1_000n),
  }))
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'pay' } }] }
  return post(collector, '/v1/traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })
}

async function untilCounted({ url }: RunningCollector, good: number): Promise<void> {
  const give = performance.now() + DEADLINE_MILLIS
  for (let seen: { good: number; backfilled: number } | undefined; ; await wait(50)) {
    const answer = (await (await fetch(`${url}/api/slos/pay`)).json()) as { objectives?: [typeof seen] }
    seen = answer.objectives?.[0]
    if (seen?.good === good && seen.backfilled === 1) return
    if (performance.now() > give) throw new Error(`waited in vain for ${good}: ${JSON.stringify(seen)}`)
  }
}

it('holds the counts, which go on where they were', { timeout: 4 * DEADLINE_MILLIS }, async () => {
  const collector = await start('data')
  await post(collector, '/api/slos', { yaml: SLO })
  await pay(collector, 30)
  await untilCounted(collector, 30)
  // Acknowledged, and perhaps not counted yet.
  await pay(collector, 7)
  const { files } = backup(join(folder, 'data'), join(folder, 'copy'), new Date(0))
  expect(files.map(({ name }) => name)).toContain('derived.db')
  await pay(collector, 100)
  restore(join(folder, 'copy'), join(folder, 'restored'))
  const restored = await start('restored')
  await untilCounted(restored, 37)
  await pay(restored, 5)
  await untilCounted(restored, 42)
})
