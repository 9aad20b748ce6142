/**
 * From a metric to the request behind it, as a person goes: the metrics page, a query typed with its
 * completions, series of the running shop, and a dot on the chart that opens the trace of a request.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNode, type Child } from '../../../examples/demo/child.ts'
import { until } from '../../../examples/demo/ports.ts'
import type { MetricsAnswer, TraceAnswer } from '../../src/serve/api-types.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { ROOT, startDemo, type RunningDemo } from '../support/demo.ts'

const TEST_TIMEOUT_MILLIS = 90_000
const PATIENCE = { timeout: 20_000 }
const LATENCY = 'http_server_request_duration_seconds'

describe.skipIf(noChromium)('from a metric to a request', () => {
  let demo: RunningDemo
  let browser: Browser
  let customers: Child
  let shots: string

  beforeAll(async () => {
    shots = await mkdtemp(join(tmpdir(), 'hodoscope-shots-'))
    // The services of the shop take it from here: nobody waits a minute for the second sample.
    process.env['OTEL_METRIC_EXPORT_INTERVAL'] = '1000'
    ;[demo, browser] = await Promise.all([startDemo('--rate', '0'), launchChromium()])
    customers = startNode({
      name: 'load',
      args: ['examples/shop/load.ts', '--rate', '40', '--seed', '7'],
      cwd: ROOT,
      environment: { ...process.env, GATEWAY_URL: demo.gatewayUrl },
      onLine: () => {},
    })
    await until(hasRatesAndExemplars, AbortSignal.timeout(60_000))
  }, TEST_TIMEOUT_MILLIS)

  afterAll(async () => {
    delete process.env['OTEL_METRIC_EXPORT_INTERVAL']
    await browser?.close()
    await customers?.end(1_000)
    await demo?.child.end(6_000)
  }, TEST_TIMEOUT_MILLIS)

  const get = async <T>(path: string): Promise<T> => (await (await fetch(demo.url + path)).json()) as T

  /** The browser is asked when there is something to be seen, also at the last whole step of its range. */
  async function hasRatesAndExemplars(): Promise<boolean> {
    const rate = encodeURIComponent(
      `rate(${LATENCY}_count{job="shop/gateway", http_route="/checkout"}[1m] offset 15s)`,
    )
    const rates = await get<{ data: { result: unknown[] } }>(`/api/v1/query?query=${rate}`)
    const exemplars = await get<{ data: unknown[] }>(`/api/v1/query_exemplars?query=${LATENCY}_bucket`)
    return rates.data.result.length > 0 && exemplars.data.length > 0
  }

  async function open(path: string): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ colorScheme: 'dark', viewport: { width: 1280, height: 720 } })
    page.setDefaultTimeout(20_000)
    const complaints: string[] = []
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    await page.goto(demo.url + path)
    return { page, complaints }
  }

  const shoot = async (page: Page, name: string): Promise<void> => {
    await page.waitForLoadState('networkidle')
    await page.screenshot({ path: join(shots, `${name}.png`) })
  }

  const query = (page: Page): string | null => new URL(page.url()).searchParams.get('q')

  it(
    'a query typed with completions shows series, and a dot opens its trace',
    async () => {
      console.log(`screenshots: ${shots}`)
      const { page, complaints } = await open('/traces')
      await page.locator('[data-row]').first().waitFor()
      for (const key of ['g', 'm']) await page.keyboard.press(key)
      const { metrics } = await get<MetricsAnswer>('/api/metrics')
      expect(metrics.find(({ name }) => name === LATENCY)).toMatchObject({ type: 'histogram', unit: 's' })
      await page.getByRole('link', { name: new RegExp(`${LATENCY} histogram s [\\d,]+`) }).waitFor()
      await shoot(page, '1-catalogue')

      const editor = page.getByRole('textbox', { name: 'PromQL query' })
      const pick = async (typed: string, completion: string): Promise<void> => {
        await editor.pressSequentially(typed)
        const option = page.getByRole('option').filter({ hasText: completion }).first()
        await option.waitFor()
        for (let i = 0; i < 20 && (await option.getAttribute('aria-selected')) !== 'true'; i++)
          await page.keyboard.press('ArrowDown')
        await page.keyboard.press('Enter')
      }
      await editor.click()
      await pick('histogram_q', 'histogram_quantile')
      await pick('0.9, sum by (', 'http_route')
      await editor.pressSequentially(', le) (ra')
      await pick('t', 'rate')
      await shoot(page, '2-completing')
      await pick('http_server_req', `${LATENCY}_bucket`)
      await pick('{', 'job')
      await pick('shop/gate', 'shop/gateway')
      await editor.pressSequentially('}[5m])))')
      await page.keyboard.press('Enter')
      const text = `histogram_quantile(0.9, sum by (http_route, le) (rate(${LATENCY}_bucket{job="shop/gateway"}[5m])))`
      await expect.poll(() => query(page)).toBe(text)

      await page.getByRole('group', { name: /^\d+ series over time/ }).waitFor()
      await page.locator('.legend').getByRole('button', { name: '/checkout' }).waitFor()
      const dot = page.locator('a.exemplar').last()
      await dot.waitFor()
      await shoot(page, '3-series')

      const traceId = new URL((await dot.getAttribute('href'))!, demo.url).pathname.split('/').at(-1)!
      // Spans and metrics leave a service each in their own time.
      await expect
        .poll(async () => (await fetch(`${demo.url}/api/traces/${traceId}`)).status, PATIENCE)
        .toBe(200)
      await dot.click()
      await page.getByRole('tree', { name: 'Spans' }).waitFor()
      expect(new URL(page.url()).pathname).toBe(`/traces/${traceId}`)
      const trace = await get<TraceAnswer>(`/api/traces/${traceId}`)
      expect(trace.spans.map(({ service }) => service)).toContain('gateway')
      await page.getByText(/^left its mark on \d+ series$/).click()
      await page.getByRole('list', { name: 'Metrics' }).getByText(LATENCY).first().waitFor()
      await shoot(page, '4-trace')
      expect(complaints).toEqual([])
    },
    TEST_TIMEOUT_MILLIS,
  )
})
