/**
 * What every span already knows, as a person meets it: the shop with its customers runs, card payments
 * fail, and the pages say so without any set-up. The deploy is told by spans of a service that says to be
 * of another version since half an hour: nobody waits so long for a shop.
 */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../../../examples/demo/ports.ts'
import type { OverviewAnswer } from '../../src/serve/api-types.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { startDemo, type RunningDemo } from '../support/demo.ts'

const TIMEOUT_MILLIS = 120_000
const MINUTE = 60_000

/** A request of a minute: ten spans, about as long as is told. */
function billing(version: string, startMillis: number, millis: number): object {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const spans = Array.from({ length: 10 }, (_, i) => {
    const start = BigInt(startMillis + i * 1_000) * 1_000_000n
    return {
      traceId: `b111${(startMillis + i).toString(16).padStart(28, '0')}`,
      spanId: (startMillis + i).toString(16).padStart(16, '0'),
      name: 'POST /invoices',
      kind: 2,
      startTimeUnixNano: String(start),
      endTimeUnixNano: String(start + BigInt(millis + (i % 5)) * 1_000_000n),
    }
  })
  const resource = {
    attributes: [attribute('service.name', 'billing'), attribute('service.version', version)],
  }
  return { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }
}

describe.skipIf(noChromium)('a shop whose payments fail', () => {
  let demo: RunningDemo
  let browser: Browser
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    ;[demo, browser] = await Promise.all([startDemo('--rate', '20'), launchChromium()])
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('pageerror', error => complaints.push(String(error)))
    const now = Date.now()
    for (let minute = 60; minute >= 1; minute--) {
      const body = JSON.stringify(
        billing(minute > 30 ? '1.0' : '2.0', now - minute * MINUTE, minute > 30 ? 20 : 90),
      )
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch(`${demo.url}/v1/traces`, { method: 'POST', headers, body })
      expect(answer.status).toBe(200)
    }
    await until(async () => (await failedPayments()) > 2, AbortSignal.timeout(60_000))
  }, TIMEOUT_MILLIS)
  afterAll(async () => {
    await browser?.close()
    await demo?.child.end(6_000)
  }, TIMEOUT_MILLIS)

  async function failedPayments(): Promise<number> {
    const { services } = (await (await fetch(`${demo.url}/api/overview`)).json()) as OverviewAnswer
    return services.find(({ service }) => service === 'payment')?.errorCount ?? 0
  }

  it(
    'shows it on the first page: payment has errors, in red, and the catalogue has none',
    async () => {
      await page.goto(demo.url)
      const bad = (service: string) =>
        page.getByRole('row').filter({ hasText: service }).locator('.figure .bad')
      await bad('payment').first().waitFor()
      expect(await bad('catalog').count()).toBe(0)
    },
    TIMEOUT_MILLIS,
  )

  it(
    'groups the errors, and a group opens a trace that has it',
    async () => {
      await page.goto(`${demo.url}/errors?service=payment`)
      await page.locator('.error-groups tbody a').first().click()
      const samples = page.getByRole('region', { name: 'Traces that have it' })
      await samples.getByRole('link').first().click()
      await page.getByRole('tree', { name: 'Spans' }).waitFor()
      await page.getByRole('treeitem').filter({ hasText: 'payment' }).first().waitFor()
    },
    TIMEOUT_MILLIS,
  )

  it(
    'draws the calls to payment with their failing share, and a click narrows the table to them',
    async () => {
      await page.goto(`${demo.url}/map`)
      const failing = page
        .locator('.service-map .call')
        .filter({ has: page.locator('.failing') })
        .filter({ hasText: '→ payment' })
      await failing.first().waitFor({ state: 'attached' })
      await page.getByRole('button', { name: 'Show the calls from checkout to payment on the map' }).click()
      await page.getByRole('heading', { name: /^Calls of checkout/ }).waitFor()
      expect(await page.locator('.calls tbody tr').count()).toBe(1)
      expect(await page.locator('.calls tbody .bad').count()).toBe(1)
    },
    TIMEOUT_MILLIS,
  )

  it(
    'tells of a deploy that made an operation slower, by how much',
    async () => {
      await page.goto(`${demo.url}/services/billing?from=now-2h`)
      await page.getByRole('region', { name: 'Deploys' }).getByRole('link', { name: '2.0' }).click()
      await page.getByText('1 operation got worse.').waitFor()
      const row = page.getByRole('row').filter({ hasText: 'POST /invoices' })
      expect(await row.innerText()).toMatch(/2[0-9](\.\d)?\sms[\s\S]*9[0-9](\.\d)?\sms/)
      expect(complaints).toEqual([])
    },
    TIMEOUT_MILLIS,
  )
})
