/**
 * The whole path, as a person walks it: a customer's checkout fails; the id that the shop gave them
 * is typed into the box at the top; the waterfall shows where it failed, and what was said there.
 */
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNode, type Child } from '../../../examples/demo/child.ts'
import { until } from '../../../examples/demo/ports.ts'
import type { CorrelationAnswer, TraceAnswer } from '../../src/serve/api-types.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { ROOT, startDemo, type RunningDemo } from '../support/demo.ts'

const TEST_TIMEOUT_MILLIS = 90_000
const DECLINED = /payment declined for order ord_[0-9a-f]{10}: insufficient_funds/

describe.skipIf(noChromium)('from a failed checkout to its cause', () => {
  let demo: RunningDemo
  let browser: Browser
  let customers: Child
  let shots: string
  let failedCheckout: string

  beforeAll(async () => {
    shots = await mkdtemp(join(tmpdir(), 'hodoscope-shots-'))
    ;[demo, browser] = await Promise.all([startDemo('--rate', '0'), launchChromium()])
    failedCheckout = await new Promise<string>((resolve, reject) => {
      customers = startNode({
        name: 'load',
        args: ['examples/shop/load.ts', '--rate', '40', '--seed', '7', '--verbose'],
        cwd: ROOT,
        environment: { ...process.env, GATEWAY_URL: demo.gatewayUrl },
        onLine: line => {
          const [what, status, requestId] = line.split(' ')
          if (what === 'failed' && status === '402') resolve(requestId!)
        },
      })
      void customers.ended.then(({ lastWords }) => reject(new Error(lastWords.join('\n'))))
    })
    await until(() => isWhole(failedCheckout), AbortSignal.timeout(20_000))
  }, TEST_TIMEOUT_MILLIS)

  afterAll(async () => {
    await browser?.close()
    await customers?.end(1_000)
    await demo?.child.end(6_000)
  }, TEST_TIMEOUT_MILLIS)

  const get = async <T>(path: string): Promise<T> => (await (await fetch(demo.url + path)).json()) as T

  /** The services send at their own pace; the browser is asked when all of it has arrived. */
  async function isWhole(id: string): Promise<boolean> {
    const { traces } = await get<CorrelationAnswer>(`/api/correlations/${id}`)
    if (traces?.[0] === undefined) return false
    const { logs, warnings, root } = await get<TraceAnswer>(`/api/traces/${traces[0].traceId}`)
    const said = (what: RegExp): boolean =>
      logs.some(({ body }) => typeof body === 'string' && what.test(body))
    return root.service === 'gateway' && warnings.length === 0 && said(DECLINED) && said(/checkout refused/)
  }

  /** A page that reports what it complains of. */
  async function open(colorScheme: 'light' | 'dark'): Promise<{ page: Page; complaints: string[] }> {
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 720 } })
    const complaints: string[] = []
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', error => complaints.push(String(error)))
    await page.goto(demo.url)
    return { page, complaints }
  }

  const shoot = async (page: Page, name: string): Promise<void> => {
    await page.waitForLoadState('networkidle')
    await page.screenshot({ path: join(shots, `${name}.png`) })
  }

  it(
    'opens the trace by the id and shows the payment error with its log line in place',
    async () => {
      console.log(`screenshots of ${failedCheckout}: ${shots}`)
      const { page, complaints } = await open('dark')
      await shoot(page, '1-traces')
      await page.getByRole('textbox', { name: 'Any id' }).fill(failedCheckout)
      await shoot(page, '2-typed')
      await page.keyboard.press('Enter')

      // One trace carries the id, so it opens at once.
      const tree = page.getByRole('tree', { name: 'Spans' })
      await tree.waitFor()
      const { traces } = await get<CorrelationAnswer>(`/api/correlations/${failedCheckout}`)
      expect(new URL(page.url()).pathname).toBe(`/traces/${traces[0]!.traceId}`)
      await shoot(page, '3-waterfall')

      // The line stands right under the span in which it was said, and the span that failed below it.
      const rows = (await tree.getByRole('treeitem').allInnerTexts()).map(text => text.replace(/\s+/g, ' '))
      const declined = rows.findIndex(row => DECLINED.test(row))
      expect(rows[declined - 1]).toMatch(/payment ?POST/)
      expect(rows[declined + 1]).toMatch(/payment ?POST.*failed/)
      const failed = tree.getByRole('treeitem').nth(declined + 1)
      await failed.click()
      const details = page.getByRole('article', { name: /^Span/ })
      await details.getByText('http.response.status_code').waitFor()
      await expect(details.innerText()).resolves.toMatch(/http\.response\.status_code\s+402/)
      await shoot(page, '4-payment-error')

      await tree.getByRole('treeitem').filter({ hasText: DECLINED }).click()
      const line = page.getByRole('article', { name: /^Span/ }).getByText(DECLINED)
      await line.first().waitFor()
      await shoot(page, '5-log-line')
      expect(complaints).toEqual([])
    },
    TEST_TIMEOUT_MILLIS,
  )

  it(
    'says of an id that nothing carries that it looked for it',
    async () => {
      const { page } = await open('light')
      await page.getByRole('textbox', { name: 'Any id' }).fill('req-0000000000')
      await page.keyboard.press('Enter')
      await page.getByText('Nothing stored carries this id').waitFor()
      expect(new URL(page.url()).pathname).toBe('/ids/req-0000000000')
      await shoot(page, '6-unknown-id')
    },
    TEST_TIMEOUT_MILLIS,
  )
})
