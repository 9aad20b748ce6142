/**
 * What people change: an objective in its editor, receivers, routes and silences, and what they see of
 * the messages that were sent. One collector, one receiver on real HTTP, one person in front of a
 * browser; the requests that fail are told to the collector as OTLP.
 */
import type { Browser, Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newSecret } from '../../src/alert/signature.ts'
import { startAlerting, type Alerting, type Received } from '../support/alerting.ts'
import { AlertsAnswer } from '../../src/serve/desk-answers.ts'
import { launchChromium, noChromium } from '../support/chromium.ts'
import type { RunningCollector } from '../support/collector.ts'
import { tellSpans } from '../support/objectives.ts'

const TIMEOUT_MILLIS = 120_000
const SECRET = newSecret()
/** A page leaves up to 20 s after the data that causes it; a busy machine takes longer. */
const PATIENCE = { timeout: 60_000, interval: 50 }

const idOf = ({ headers }: Received): string => headers['webhook-id']!
const eventually = <T>(read: () => T) => expect.poll(read, PATIENCE)

describe.skipIf(noChromium)('the desk', { timeout: TIMEOUT_MILLIS }, () => {
  let alerting: Alerting
  let collector: RunningCollector
  let browser: Browser
  let page: Page
  let received: readonly Received[]
  const complaints: string[] = []

  beforeAll(async () => {
    alerting = await startAlerting(() => ({}))
    ;({ collector, received } = alerting)
    await tell(40, false)
    browser = await launchChromium()
    page = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' })
    page.setDefaultTimeout(PATIENCE.timeout)
    page.on('pageerror', error => complaints.push(String(error)))
  }, TIMEOUT_MILLIS)

  afterAll(async () => {
    await browser?.close()
    await alerting?.end()
  }, TIMEOUT_MILLIS)

  const tell = (count: number, isBad: boolean) =>
    tellSpans(collector.url, { service: 'payment', count, bad: isBad ? count : 0 })
  const open = (path: string): Promise<unknown> => page.goto(collector.url + path)
  const row = (text: string | RegExp) => page.getByRole('row').filter({ hasText: text })
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' })

  describe('the editor of objectives', () => {
    it('has the form and the YAML hold the same, whichever is typed into', async () => {
      await open('/new-slo?service=payment&operation=POST+/charge&kind=server&target=0.99')
      const yaml = page.getByLabel('OpenSLO YAML')
      await eventually(() => yaml.inputValue()).toContain('name: payment-post-charge-availability')
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
      await open('/new-slo?service=payment&operation=POST+/charge&kind=server')
      const name = page.getByLabel('Name')
      await eventually(() => name.inputValue()).toBe('payment-post-charge-availability-2')
      await name.fill('payment-post-charge-availability')
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
      await page.getByLabel('Address').fill(`${alerting.hook.url}/hook`)
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
      .getByRole('row', {
        name: /firing payment-post-charge-availability burn \S+ and \d more\s+delivered\s+204\s+1\s/,
      })
      .last()
    await first.waitFor()
    await first.getByRole('button', { expanded: false }).click()
    await page.getByText(idOf(message)).waitFor()
    const body = page.getByLabel('Body', { exact: true })
    await body.waitFor()
    expect(JSON.parse(await body.innerText())).toEqual(JSON.parse(message.body))
    await first.getByRole('button', { name: 'Redeliver' }).click()
    const again = (): Received[] => received.filter(one => idOf(one) === idOf(message))
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
    const silence = row('slo="payment-post-charge-availability"')
    await silence.waitFor()
    expect(await silence.innerText()).toMatch(/^active\s/)
    const { active } = AlertsAnswer.parse(await (await fetch(`${collector.url}/api/alerts`)).json())
    const pages = active.filter(({ labels }) => labels['severity'] === 'page')
    expect(new Set(pages.map(({ silencedBy, inhibited }) => `${silencedBy.length} ${inhibited}`))).toContain(
      '1 false',
    )
    // The page of the same objective keeps its tickets quiet without any silence.
    const tickets = active.filter(
      ({ labels }) => labels['alertname'] === 'SLOBurnRate' && labels['severity'] === 'ticket',
    )
    expect(new Set(tickets.map(({ silencedBy, inhibited }) => `${silencedBy.length} ${inhibited}`))).toEqual(
      new Set(['0 true']),
    )
    await open('/alerts')
    await page.getByRole('link', { name: 'Silenced', exact: true }).first().click()
    await silence.getByRole('button', { name: 'End now' }).click()
    await eventually(() => silence.innerText()).toMatch(/^expired\s/)
    expect(complaints).toEqual([])
  })
})
