/**
 * How long after the data that causes it a page leaves: a real process, a real clock, a receiver over
 * HTTP. Fifteen services break, a second after one another, so that the data comes at every phase of
 * the evaluation's interval of 15 s.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { messageOf, startAlerting, type Alerting } from '../support/alerting.ts'
import { openSlo, tellSpans } from '../support/objectives.ts'

const SERVICES = Array.from({ length: 15 }, (_, i) => `service${i}`)
const MOST_MILLIS = 20_000

let alerting: Alerting
beforeAll(async () => {
  alerting = await startAlerting((hook, folder) => {
    mkdirSync(join(folder, 'slos'))
    for (const name of SERVICES) writeFileSync(join(folder, 'slos', `${name}.yaml`), openSlo({ name }))
    return {
      slos: { folder: 'slos' },
      alerts: {
        receivers: [{ name: 'pager', url: hook }],
        routes: [{ receiver: 'pager', match: ['severity="page"'] }],
      },
    }
  })
}, 60_000)
afterAll(() => alerting.end(), 60_000)

it(`a page leaves at most ${MOST_MILLIS / 1_000} s after the data`, { timeout: 90_000 }, async () => {
  const told = new Map<string, number>()
  for (const service of SERVICES) {
    told.set(service, Date.now())
    await tellSpans(alerting.collector.url, { service, count: 40, bad: 40 })
    await wait(1_000)
  }
  const pageOf = (service: string) =>
    alerting.received.find(one => messageOf(one).alerts.some(({ labels }) => labels['slo'] === service))
  await expect.poll(() => SERVICES.filter(service => !pageOf(service)), { timeout: 60_000 }).toEqual([])
  const delays = SERVICES.map(service => pageOf(service)!.at - told.get(service)!).sort((a, b) => a - b)
  console.info(`pages left after ${delays.map(delay => (delay / 1_000).toFixed(1)).join(', ')} s`)
  expect(delays.at(-1)).toBeLessThanOrEqual(MOST_MILLIS)
})
