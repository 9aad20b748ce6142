/**
 * What people change: an objective in its editor, receivers, routes and silences, and what they see of
 * the messages that were sent. One collector, one receiver on real HTTP, one person in front of a
 * browser; the requests that fail are told to the collector as OTLP.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSecret } from '../../src/alert/signature.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'

const TIMEOUT_MILLIS = 120_000
const SECRET = newSecret()
/** A page leaves up to 20 s after the data that causes it; a busy machine takes longer. */
const PATIENCE = { timeout: 60_000, interval: 50 }

interface Received {
  readonly id: string
  readonly body: string
  readonly headers: Record<string, string>
}

const eventually = <T>(read: () => T) => expect.poll(read, PATIENCE)

/** Requests of the payment service that end now, as OTLP. */
const spans = (count: number, isBad: boolean): object => ({
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'payment' } }] },
      scopeSpans: [
        {
          spans: Array.from({ length: count }, () => ({
            traceId: randomBytes(16).toString('hex'),
            spanId: randomBytes(8).toString('hex'),
            name: 'POST /charges',
            kind: 2,
            startTimeUnixNano: `${Date.now() - 20}000000`,
            endTimeUnixNano: `${Date.now()}000000`,
            status: { code: isBad ? 2 : 1 },
          })),
        },
      ],
    },
  ],
})

describe.skipIf(noChromium)('the desk', { timeout: TIMEOUT_MILLIS }, () => {
  let folder: string
  let hook: Server
  let hookUrl: string
  let collector: RunningCollector
  let browser: Browser
  let page: Page
  const received: Received[] = []
  const complaints: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hodoscope-desk-'))
    hook = createServer((request, response) => {
      let body = ''
      request.on('data', chunk => (body += String(chunk)))
      request.on('end', () => {
        const headers = request.headers as Record<string, string>
        received.push({ id: headers['webhook-id']!, body, headers })
        response.writeHead(204).end()
      })
    })
    await new Promise<void>(resolve => hook.listen(0, '127.0.0.1', resolve))
    hookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`
    const config = join(folder, 'hodoscope.yaml')
    writeFileSync(config, JSON.stringify({ alerts: { allowedAddresses: ['127.0.0.1'] } }))
    collector = await startCollector(join(folder, 'data'), ['--config', config])
    await tell(40, false)
    browser = await launchChromium()
    page = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' })
    page.setDefaultTimeout(PATIENCE.timeout)
    page.on('pageerror', error => complaints.push(String(error)))
  }, TIMEOUT_MILLIS)

  afterAll(async () => {
    await browser?.close()
    await collector?.stop()
    hook?.closeAllConnections()
    hook?.close()
    rmSync(folder, { recursive: true })
  }, TIMEOUT_MILLIS)

  async function tell(count: number, isBad: boolean): Promise<void> {
    const answer = await fetch(`${collector.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(spans(count, isBad)),
    })
    expect(answer.status).toBe(200)
  }
  const open = (path: string): Promise<unknown> => page.goto(collector.url + path)
  const row = (text: string | RegExp) => page.getByRole('row').filter({ hasText: text })
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' })

  describe('the editor of objectives', () => {
    it('has the form and the YAML hold the same, whichever is typed into', async () => {
      await open('/new-slo?service=payment&operation=POST+/charges&kind=server&target=0.99')
      const yaml = page.getByLabel('OpenSLO YAML')
      await eventually(() => yaml.inputValue()).toContain('name: payment-post-charges-availability')
      await page.getByLabel('Target, %').fill('99.5')
      await eventually(() => yaml.inputValue()).toContain('target: 0.995')
      await yaml.fill((await yaml.inputValue()).replace('target: 0.995', 'target: 0.98 # agreed'))
      await eventually(() => page.getByLabel('Target, %').inputValue()).toBe('98')
      await page.getByLabel('Title').fill('Charges')
      await eventually(() => yaml.inputValue()).toMatch(/displayName: Charges[\s\S]*target: 0.98 # agreed/)
    })

    it('shows a fault at its field, and creates nothing until it is mended', async () => {
      const target = page.getByLabel('Target, %')
      await target.fill('101')
      await eventually(() => target.getAttribute('aria-invalid')).toBe('true')
      await page.locator('.field', { has: target }).locator('.fault').waitFor()
      expect(await button('Create').isDisabled()).toBe(true)
      await target.fill('98')
      await eventually(() => target.getAttribute('aria-invalid')).toBe('false')
      await eventually(() => button('Create').isEnabled()).toBe(true)
    })

    it('says what it would have told of, on what is stored', async () => {
      await button('Back-test on the last 7 days').click()
      const told = page.getByRole('region', { name: 'Back-test' }).getByRole('status')
      await told.waitFor()
      expect(await told.innerText()).toContain('It would have never paged, and never opened a ticket.')
    })

    it('creates it, and offers its name to no other', async () => {
      await button('Create').click()
      await page.getByRole('heading', { level: 1, name: 'Charges' }).waitFor()
      await open('/new-slo?service=payment&operation=POST+/charges&kind=server')
      const name = page.getByLabel('Name')
      await eventually(() => name.inputValue()).toBe('payment-post-charges-availability-2')
      await name.fill('payment-post-charges-availability')
      const fault = page.locator('.field', { has: name }).locator('.fault')
      await fault.waitFor()
      expect(await fault.innerText()).toBe('is the name of another objective; choose one that is free')
      expect(await button('Create').isDisabled()).toBe(true)
    })
  })

  describe('receivers and routes', () => {
    it('a receiver is made, and its secret never shown again', async () => {
      await open('/alerts?tab=receivers')
      await button('New receiver').click()
      await page.getByLabel('Name').fill('pager')
      await page.getByLabel('Address').fill(hookUrl)
      await page.getByLabel(/^Signing secrets/).fill(SECRET)
      await button('Save').click()
      await row('pager').getByText('1 signing secret').waitFor()
      await row('pager').getByRole('button', { name: 'Edit' }).click()
      const form = page.getByRole('form', { name: 'Receiver pager' })
      await form.waitFor()
      expect(await form.getByLabel(/^Signing secrets/).inputValue()).toBe('')
      expect(await page.content()).not.toContain(SECRET)
      expect(await (await fetch(`${collector.url}/api/receivers`)).text()).not.toContain(SECRET)
      await form.getByRole('button', { name: 'Save' }).click()
      await form.waitFor({ state: 'detached' })
    })

    it('the test button sends a signed message, and says what came back', async () => {
      await row('pager').getByRole('button', { name: 'Test' }).click()
      await row('pager').getByText('took the test: 204').waitFor()
      const { body, headers } = received.at(-1)!
      expect(new Webhook(SECRET).verify(body, headers)).toBeTruthy()
    })

    it('routes are edited as a whole; what is no matcher is told at its field', async () => {
      await button('Edit routes').click()
      await button(/Route$/).click()
      const match = page.getByLabel('Alerts that match all of these, one a line').last()
      await match.fill('severity=page')
      await page.getByText('severity=page is no matcher such as severity="page"').waitFor()
      expect(await button('Save routes').isDisabled()).toBe(true)
      await match.fill('severity="page"')
      await page.getByLabel('Between messages').last().fill('1s')
      await button('Save routes').click()
      await page.getByRole('form', { name: 'Routes' }).waitFor({ state: 'detached' })
      expect(await row('severity="page"').innerText()).toMatch(/pager\s+slo, alertname\s+default\s+1s\s+4h/)
    })
  })

  it('a message is seen with its body and its attempts, and delivered again as it was', async () => {
    const before = received.length
    await tell(200, true)
    await eventually(() => received.length).toBeGreaterThan(before)
    const message = received[before]!
    await open('/alerts?tab=deliveries')
    const first = page
      .getByRole('row', { name: /firing payment-post-charges-availability burn \S+\s+delivered\s+204\s+1\s/ })
      .last()
    await first.waitFor()
    await first.getByRole('button', { expanded: false }).click()
    await page.getByText(message.id).waitFor()
    const body = page.getByLabel('Body', { exact: true })
    await body.waitFor()
    expect(JSON.parse(await body.innerText())).toEqual(JSON.parse(message.body))
    await first.getByRole('button', { name: 'Redeliver' }).click()
    const again = (): Received[] => received.filter(({ id }) => id === message.id)
    await eventually(() => again().length).toBe(2)
    expect(again()[1]!.body).toBe(message.body)
  })

  it('an alert is silenced with two clicks, and the silence ended with one', async () => {
    await open('/alerts')
    await row(/firing.*page/s)
      .first()
      .getByRole('button', { name: 'Silence' })
      .click()
    await button('Silence for 2 hours').click()
    const silence = row('slo="payment-post-charges-availability"')
    await silence.waitFor()
    expect(await silence.innerText()).toMatch(/^active\s/)
    await open('/alerts')
    await page.getByRole('link', { name: 'Silenced', exact: true }).first().click()
    await silence.getByRole('button', { name: 'End now' }).click()
    await eventually(() => silence.innerText()).toMatch(/^expired\s/)
    expect(complaints).toEqual([])
  })
})
