/**
 * From a payment service that breaks to the page, to its cause, and back: the shop's payment service
 * with the agent, a card processor that can be broken and mended, a receiver that checks signatures,
 * and a person in front of a browser.
 */
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startNode, type Child } from '../../../examples/demo/child.ts'
import { freePort, isOpen, until } from '../../../examples/demo/ports.ts'
import { agentEnvironment } from '../../../examples/shop/services.ts'
import { newSecret } from '../../src/alert/signature.ts'
import { listening, messageOf, startAlerting, type Alerting, type Received } from '../support/alerting.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import type { RunningCollector } from '../support/collector.ts'
import { ROOT } from '../support/demo.ts'

const TIMEOUT_MILLIS = 120_000
const SECRET = newSecret()

describe.skipIf(noChromium)('a payment service that breaks', () => {
  let alerting: Alerting
  let processor: Server
  let collector: RunningCollector
  let payment: Child
  let paymentUrl: string
  let browser: Browser
  let page: Page
  let broken = false
  let received: readonly Received[]
  const complaints: string[] = []

  beforeAll(async () => {
    processor = createServer((request, response) => {
      request.resume()
      response.writeHead(200).end(broken ? '<html><h1>It works!</h1></html>' : '{"charge":"ch_1"}')
    })
    const processorPort = await listening(processor)
    alerting = await startAlerting(hook => ({
      alerts: {
        receivers: [{ name: 'pager', url: `${hook}/hook`, secrets: [SECRET] }],
        routes: [{ receiver: 'pager', groupInterval: '1s', match: ['severity="page"'] }],
      },
    }))
    ;({ collector, received } = alerting)
    const port = await freePort(0)
    paymentUrl = `http://127.0.0.1:${port}`
    payment = startNode({
      name: 'payment',
      args: ['--require', '@hodoscope/agent', 'examples/shop/payment.cjs'],
      cwd: ROOT,
      environment: {
        ...process.env,
        PORT: String(port),
        ACME_URL: `http://127.0.0.1:${processorPort}`,
        ...agentEnvironment('payment', collector.url),
      },
    })
    await until(() => isOpen(port), AbortSignal.timeout(20_000))
    browser = await launchChromium()
    page = await browser.newPage({ colorScheme: 'dark', viewport: { width: 1280, height: 720 } })
    page.on('pageerror', error => complaints.push(String(error)))
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text())
    })
  }, TIMEOUT_MILLIS)

  afterAll(async () => {
    await browser?.close()
    await payment?.end(2_000)
    await alerting?.end()
    processor?.closeAllConnections()
    processor?.close()
  }, TIMEOUT_MILLIS)

  async function charge(count: number): Promise<number[]> {
    const statuses: number[] = []
    for (let i = 0; i < count; i += 10)
      statuses.push(
        ...(await Promise.all(
          Array.from({ length: 10 }, async (_, k) => {
            const body = JSON.stringify({ orderId: `ord_${i + k}`, amountCents: 100, card: '0000' })
            return (await fetch(`${paymentUrl}/charges`, { method: 'POST', body })).status
          }),
        )),
      )
    return statuses
  }
  const told = async (status: string): Promise<Received> => {
    const give = performance.now() + 60_000
    for (;;) {
      const found = received.findLast(one => messageOf(one).status === status)
      if (found) return found
      if (performance.now() > give) throw new Error(`no ${status} came; received ${JSON.stringify(received)}`)
      await wait(50)
    }
  }
  const shoot = async (name: string): Promise<void> => {
    await page.screenshot({ path: join(tmpdir(), `hodoscope-burn-${name}.png`) })
  }

  it(
    'has an objective made with two clicks from its operation',
    async () => {
      // The first ones may take longer than the service waits for its provider: it has just been started.
      await expect.poll(async () => new Set(await charge(10))).toEqual(new Set([201]))
      await until(
        async () => (await (await fetch(`${collector.url}/api/services`)).text()).includes('payment'),
        AbortSignal.timeout(20_000),
      )
      await page.goto(`${collector.url}/services?open=payment`)
      await page.getByRole('button', { name: 'Make an objective for POST' }).first().click()
      await page.getByLabel('Target').selectOption('0.99')
      await shoot('1-two-clicks')
      await page.getByRole('button', { name: 'Create' }).click()
      await page.getByRole('heading', { level: 1, name: /payment POST.* without error/ }).waitFor()
      await page.getByRole('status').getByText('100.00').waitFor()
      await shoot('2-objective')
    },
    TIMEOUT_MILLIS,
  )

  it(
    'pages with a signature, and the link leads to the burn and the attribute at fault',
    async () => {
      broken = true
      expect(new Set(await charge(20))).toEqual(new Set([500]))
      const message = await told('firing')
      const { headers } = message
      expect(new Webhook(SECRET).verify(message.body, headers)).toBeTruthy()
      expect(() => new Webhook(newSecret()).verify(message.body, headers)).toThrow('No matching signature')

      await page.goto(messageOf(message).alerts[0]!.generatorURL)
      const burn = page.getByRole('group', { name: /^Burn rate 1h\/5m/ })
      await burn.waitFor()
      const said = await burn.getAttribute('aria-label')
      const [, now = '0', threshold = '0'] = /now ([\d.]+)×.*page above ([\d.]+)×/.exec(said ?? '') ?? []
      expect(Number(now)).toBeGreaterThan(Number(threshold))
      expect(Number(threshold)).toBe(14.4)
      const differences = page.getByRole('region', { name: 'What sets the bad events apart' })
      const first = differences.getByRole('row').nth(1)
      await first.waitFor()
      expect(await first.innerText()).toMatch(/^(error\.type|http\.response\.status_code|exception\.type)=/)
      expect(await first.innerText()).toMatch(/100\s%[\s\S]*0\s%/)
      await shoot('3-burning')
      await page
        .getByRole('region', { name: /^Bad events/ })
        .getByRole('link')
        .nth(1)
        .click()
      await page.getByRole('tree', { name: 'Spans' }).waitFor()
      await page.goBack()
      await page.setViewportSize({ width: 1920, height: 1080 })
      await page.emulateMedia({ colorScheme: 'light' })
      await burn.waitFor()
      await shoot('4-burning-light')
      await page.goto(`${collector.url}/alerts`)
      await page.getByRole('cell', { name: 'firing' }).first().waitFor()
      await shoot('5-alerts')
    },
    TIMEOUT_MILLIS,
  )

  it(
    'is told of as resolved once it is mended, and the page says so too',
    async () => {
      broken = false
      expect(new Set(await charge(400))).toEqual(new Set([201]))
      await told('resolved')
      await page.goto(`${collector.url}/alerts?tab=history`)
      const ended = page.getByRole('row', { name: /burn 1h\/5m/ })
      await ended.waitFor()
      expect(await ended.innerText()).not.toContain('firing for')
      await shoot('6-history')
      await page.goto(`${collector.url}/alerts?tab=deliveries`)
      await page.getByRole('cell', { name: 'delivered' }).first().waitFor()
      await shoot('7-deliveries')
      expect(complaints).toEqual([])
    },
    TIMEOUT_MILLIS,
  )
})
