/** The ways people go through the UI, by keyboard and by mouse, and what hostile telemetry cannot do. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { StatusAnswer } from '../../collector/src/serve/api-types.ts'
import { buildUi, type BuiltUi } from './build.ts'
import { launchChromium, withoutChromium } from './chromium.ts'
import { LARGE_TRACE_ID, startFixtureServer, type FixtureServer } from './fixture-server.ts'
import { HOSTILE } from './telemetry.ts'
import { watchPage } from './watch-page.ts'

const FIRST_LOAD_BYTES = 60_000
/** What comes with a page when it is opened: no part is heavier but the reader of YAML, which objectives need. */
const PART_BYTES = 14_000
const YAML_BYTES = 31_000
/** Of all pages together, twenty-two of them. */
const WHOLE_BYTES = 165_000

describe.skipIf(withoutChromium())('going through the UI', () => {
  let ui: BuiltUi
  let server: FixtureServer
  let browser: Browser
  let page: Page
  let watched: () => Promise<string[]>

  beforeAll(async () => {
    ui = await buildUi()
    server = await startFixtureServer({ dist: ui.folder })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    ui?.remove()
  })
  beforeEach(async () => {
    server.state = 'data'
    page = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' })
    page.setDefaultTimeout(10_000)
    watched = await watchPage(page, server.url)
  })
  afterEach(async () => {
    expect(await watched()).toEqual([])
    await page.close()
  })

  const failed = () =>
    server.telemetry.traces.find(trace => trace.errorCount > 1 && trace.services.length > 3)!
  const query = (name: string): string | null => new URL(page.url()).searchParams.get(name)
  const row = (text: string) => page.getByRole('treeitem').filter({ hasText: text })

  it('an id in the box leads to its trace, with the log line of the failure in place', async () => {
    const [id] = failed().correlationIds
    await page.goto(`${server.url}/traces`)
    await page.locator('[data-row]').first().waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type(id!)
    await page.keyboard.press('Enter')
    await row('payment declined for order').waitFor()
    expect(new URL(page.url()).pathname).toBe(`/traces/${failed().traceId}`)
    await page.goBack()
    await page.locator('.traces').waitFor()
  })

  it('an error that is new leads from its service to the trace that has it', async () => {
    await page.goto(server.url)
    await page.locator('.overview-services').getByRole('link', { name: 'checkout' }).click()
    await page
      .locator('.errors-of')
      .getByRole('link', { name: /TypeError/ })
      .click()
    await page.getByText('priceOf (/app/src/checkout/price.ts:41:20)').waitFor()
    await page.locator('.samples').getByRole('link').first().click()
    await page.getByRole('tree').waitFor()
    expect(new URL(page.url()).pathname).toBe(`/traces/${server.telemetry.traces[0]!.traceId}`)
  })

  it('errors that are new since a deploy are asked for with a button, and opened by key', async () => {
    await page.goto(`${server.url}/errors`)
    await page.locator('[data-row]').first().waitFor()
    await page.getByRole('button', { name: 'New since the last deploy' }).click()
    await page.getByRole('button', { name: 'newest' }).click()
    expect([query('new'), query('order')]).toEqual(['1', 'newest'])
    await page.reload()
    await page.locator('[data-row]').first().waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByText('Traces that have it').waitFor()
  })

  it('a deploy says what got worse', async () => {
    await page.goto(`${server.url}/services/checkout/deploys/2.1.0`)
    await page.getByText('1 operation got worse.').waitFor()
    const row = page.locator('[data-row]').filter({ hasText: 'POST /checkout' })
    expect(await row.locator('.verdict').allTextContents()).toEqual(['worse', 'worse'])
  })

  it('the overview says of what it does not know whether it is in trouble', async () => {
    const refused = { error: { code: 'alerts_busy', message: 'It is starting.', hint: 'Try again.' } }
    await page.route('**/api/slos', route => route.fulfill({ status: 503, json: refused }))
    await page.goto(server.url)
    await page.getByText('Objectives are not known').waitFor()
    await page.locator('.overview-services').waitFor()
    await page.unroute('**/api/slos')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText(/objectives? in trouble/).waitFor()
    expect(await page.getByText('Objectives are not known').count()).toBe(0)
  })

  it('an id that nothing carries is answered kindly', async () => {
    await page.goto(server.url)
    await page.getByLabel('Any id, or a search').fill('req-000000')
    await page.keyboard.press('Enter')
    await page.getByText('Nothing stored carries this id').waitFor()
  })

  it('the keyboard goes from the list to the stack of the failure and back', async () => {
    await page.goto(`${server.url}/traces?q=status:error`)
    await page.locator('[data-row]').first().waitFor()
    await page.keyboard.press('j')
    expect(await page.locator('[data-row][aria-selected=true]').count()).toBe(1)
    await page.keyboard.press('Enter')
    await page.getByRole('tree').waitFor()
    while (!(await page.getByText('at charge (/app/src/payment.js:41:11)').isVisible()))
      await page.keyboard.press('e')
    expect(query('span')).toMatch(/^[0-9a-f]{16}$/)
    await page.keyboard.press('Escape')
    await page.locator('.details').waitFor({ state: 'detached' })
    expect(query('span')).toBeNull()
  })

  it('folds and unfolds by keyboard, and keeps it in the address', async () => {
    await page.goto(`${server.url}/traces/${failed().traceId}`)
    const rows = page.getByRole('treeitem')
    await rows.first().waitFor()
    const before = await rows.count()
    await page.keyboard.press('j')
    await page.keyboard.press('[')
    await expect.poll(() => rows.count()).toBe(1)
    expect(query('folded')).toBe(failed().spans[0]!.spanId)
    await page.reload()
    await expect.poll(() => rows.count()).toBe(1)
    await page.keyboard.press('}')
    await expect.poll(() => rows.count()).toBe(before)
  })

  it('a folded span keeps the keyboard, which unfolds it again', async () => {
    await page.goto(`${server.url}/traces/${failed().traceId}?lines=none`)
    const rows = page.getByRole('treeitem')
    await rows.first().waitFor()
    const before = await rows.count()
    for (const key of ['j', 'j', 'j', '[']) await page.keyboard.press(key)
    await expect.poll(() => rows.count()).toBe(3)
    expect(await rows.nth(2).getAttribute('aria-expanded')).toBe('false')
    await page.keyboard.press(']')
    await expect.poll(() => rows.count()).toBe(before)
  })

  it('zooms to a span and back, and the address has it', async () => {
    const { spans, startTimeUnixNano, traceId } = failed()
    const span = spans.at(-1)!
    await page.goto(`${server.url}/traces/${traceId}?span=${span.spanId}`)
    await page.locator('.details').waitFor()
    await page.keyboard.press('z')
    const from = Number(BigInt(span.startTimeUnixNano) - BigInt(startTimeUnixNano))
    await expect.poll(() => query('zoom')).toBe(`${from}-${from + span.durationNano}`)
    await page.keyboard.press('z')
    await expect.poll(() => query('zoom')).toBeNull()
  })

  it('looks at one selection as waterfall, flame graph, table and statistics', async () => {
    await page.goto(`${server.url}/traces/${failed().traceId}?find=${encodeURIComponent('/cart/items')}`)
    await page.getByRole('tree').waitFor()
    await page.keyboard.press('3')
    const found = failed().spans.filter(({ name, attributes }) =>
      JSON.stringify([name, attributes]).includes('/cart/items'),
    )
    await expect.poll(() => page.locator('.trace-table td:first-child').count()).toBe(found.length)
    await page.getByRole('button', { name: 'Duration' }).click()
    await page.locator('.trace-table td').first().click()
    const longest = found.reduce((a, b) => (b.durationNano > a.durationNano ? b : a))
    await expect.poll(() => query('span')).toBe(longest.spanId)
    await page.keyboard.press('4')
    await page.getByRole('region', { name: 'Statistics' }).waitFor()
    await page.keyboard.press('2')
    await page.getByRole('img', { name: 'Flame graph of 24 spans' }).click({ position: { x: 400, y: 10 } })
    await expect.poll(() => query('span')).toBe(failed().spans[0]!.spanId)
    expect(query('view')).toBe('flame')
  })

  it('shows a call in a loop as one row with its outlier, and opens it by keyboard', async () => {
    await page.goto(`${server.url}/traces/${failed().traceId}?lines=none`)
    const group = row('N+1')
    await group.waitFor()
    expect(await group.textContent()).toMatch(/×6N\+1Σ/)
    expect(await row('· cart:').count()).toBe(1)
    for (let i = 0; i < 4; i++) await page.keyboard.press('j')
    await page.keyboard.press(']')
    await expect.poll(() => row('· cart:').count()).toBe(6)
    expect(query('groups')).toMatch(/^[0-9a-f]{16}$/)
    await page.keyboard.press('[')
    await expect.poll(() => row('· cart:').count()).toBe(1)
  })

  it('says who holds the critical path', async () => {
    await page.goto(`${server.url}/traces/${failed().traceId}`)
    expect(await page.locator('.ids .path').textContent()).toMatch(/^critical path\s*payment \d\d\.\d\s%/)
  })

  it('a trace shows the metrics that it left its mark on, and each leads to its chart', async () => {
    const { traceId, services } = failed()
    await page.goto(`${server.url}/traces/${traceId}`)
    await page.getByText(`left its mark on ${services.length} series`).click()
    const marks = page.getByRole('list', { name: 'Metrics' }).getByRole('link')
    await expect.poll(() => marks.count()).toBe(services.length)
    await marks.filter({ hasText: 'job="payment"' }).click()
    await page.getByRole('group', { name: /^\d+ series over time/ }).waitFor()
    expect(query('q')).toBe(
      'histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{job="payment", http_route="/checkout"}[5m])))',
    )
    const at = Number(failed().startTimeUnixNano.slice(0, -6))
    expect(Number(query('from'))).toBeLessThan(at)
    expect(Number(query('to'))).toBeGreaterThan(at)
  })

  it('what carries an id are traces, log lines and metrics', async () => {
    await page.goto(`${server.url}/ids/req-several`)
    await page.getByRole('heading', { name: 'Metrics that these traces left a mark on' }).waitFor()
    const left = server.telemetry.traces.slice(0, 4).flatMap(({ services }) => services)
    const marks = page.getByRole('list', { name: 'Metrics' }).getByRole('link')
    await expect.poll(() => marks.count()).toBe(left.length)
    expect(await page.locator('.facts').textContent()).toContain(`${left.length} series`)
  })

  it('two keys lead to a page, one shows all keys', async () => {
    await page.goto(server.url)
    await page.locator('[data-row]').first().waitFor()
    for (const key of ['g', 'l']) await page.keyboard.press(key)
    await expect.poll(() => new URL(page.url()).pathname).toBe('/logs')
    await page.keyboard.press('?')
    await page.getByRole('dialog').getByText('next, previous error').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  it('back returns to where the list was left', async () => {
    await page.goto(`${server.url}/traces`)
    await page.locator('[data-row]').first().waitFor()
    await page.locator('main').evaluate(main => main.scrollTo(0, 300))
    await page.locator('[data-row] a').nth(12).click()
    await page.getByRole('tree').waitFor()
    await page.goBack()
    await expect.poll(() => page.locator('main').evaluate(main => main.scrollTop)).toBe(300)
  })

  it('completes keys and values', async () => {
    await page.goto(`${server.url}/traces`)
    const box = page.getByRole('combobox')
    await box.click()
    await page.keyboard.type('serv')
    await page.getByRole('option', { name: 'service', exact: false }).first().waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await box.inputValue()).toBe('service:')
    await page.keyboard.type('pay')
    await page.getByRole('option', { name: 'payment' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Tab')
    await expect.poll(() => box.inputValue()).toBe('service:payment ')
    await page.keyboard.press('Enter')
    await expect.poll(() => query('q')).toBe('service:payment')
  })

  it('shows the fault of a query where it stands', async () => {
    await page.goto(`${server.url}/traces?q=${encodeURIComponent('service:checkout "open')}`)
    await page.getByText('The quote is never closed. Close it with a second ".').waitFor()
    expect(await page.locator('.fault mark').textContent()).toBe('"')
    expect(await page.getByRole('combobox').getAttribute('aria-invalid')).toBe('true')
  })

  it('the count of failures leads to them', async () => {
    await page.goto(`${server.url}/traces?q=service:checkout&sort=slowest`)
    await page
      .locator('.readout')
      .getByRole('link', { name: /failed$/ })
      .click()
    await expect.poll(() => query('q')).toBe('service:checkout status:error')
    expect(query('sort')).toBe('slowest')
    await page
      .locator('.readout')
      .getByText(/failed$/)
      .waitFor()
    expect(await page.locator('.readout').getByRole('link').count()).toBe(0)
  })

  it('a call named after its method alone shows where it went', async () => {
    const call = failed().spans.find(span => span.kind === 'client' && /^[A-Z]+$/.test(span.name))!
    await page.goto(`${server.url}/traces/${failed().traceId}?span=${call.spanId}`)
    const target = await page.locator('.details h2 .muted').textContent()
    expect(target).toBe(' /checkout · checkout:4405')
    expect(await page.locator('.row.chosen .target').textContent()).toBe(target)
  })

  it('a stack shows the line at fault without being scrolled', async () => {
    const span = failed().spans.find(({ events }) => events.length > 0)!
    await page.goto(`${server.url}/traces/${failed().traceId}?span=${span.spanId}`)
    const stack = page.locator('.stack pre')
    await stack.waitFor()
    expect(await stack.evaluate(pre => pre.scrollWidth - pre.clientWidth)).toBe(0)
    expect(await page.locator('.exception > .message').count()).toBe(0)
  })

  it('looks at the shortest range that holds all data, until one is chosen', async () => {
    const oldest = `${Date.now() - 41_000}000000`
    await page.route('**/api/status', async route => {
      const status = (await (await route.fetch()).json()) as StatusAnswer
      for (const signal of Object.values(status.signals)) signal.fromUnixNano = oldest
      await route.fulfill({ json: status })
    })
    const range = page.locator('.range > button')
    await page.goto(`${server.url}/traces`)
    await range.getByText('last 5 minutes').waitFor()
    expect(query('from')).toBeNull()
    await range.click()
    await page.getByRole('button', { name: 'last 1 hour' }).click()
    await expect.poll(() => query('from')).toBe('now-1h')
    await page.reload()
    await range.getByText('last 1 hour').waitFor()
  })

  it('a drag over the volume sets the range for everything', async () => {
    await page.goto(`${server.url}/logs`)
    const box = (await page.locator('.volume .plot').boundingBox())!
    await page.locator('[data-row]').first().waitFor()
    await page.mouse.move(box.x + 200, box.y + 30)
    await page.mouse.down()
    await page.mouse.move(box.x + 400, box.y + 30, { steps: 4 })
    await page.mouse.up()
    await expect.poll(() => query('from')).toMatch(/^\d{4}-\d\d-\d\dT/)
    const length = Date.parse(query('to')!) - Date.parse(query('from')!)
    expect(length).toBeGreaterThan(8 * 60_000)
    expect(length).toBeLessThan(12 * 60_000)
  })

  it('a drag over the slow part of the durations explains it, and a row narrows the search', async () => {
    await page.goto(`${server.url}/traces`)
    const plot = page.locator('.heat-map .plot')
    await plot.waitFor()
    const box = (await plot.boundingBox())!
    await page.mouse.move(box.x + box.width / 4, box.y + 2)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 3)
    await page.mouse.up()
    await page.getByRole('heading', { name: /^What sets spans of at least/ }).waitFor()
    const [from, to, atLeast, below] = query('explain')!.split('_')
    expect([Number(from) < Number(to), Number(atLeast) > 0, below]).toEqual([true, true, ''])
    await page.locator('.explained tbody a').first().click()
    expect([query('q'), query('explain')]).toEqual(['http.response.status_code:500', null])
    await page.goBack()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: /^Explain the slowest 5/ }).waitFor()
  })

  it('pages on with the cursor', async () => {
    await page.goto(`${server.url}/traces`)
    const rows = page.locator('[data-row]')
    await rows.first().waitFor()
    await expect.poll(() => rows.count()).toBe(50)
    await page.getByRole('button', { name: '50 more' }).click()
    await expect.poll(() => rows.count()).toBe(100)
  })

  it('the first start turns its light on, and then shows what arrived', async () => {
    server.state = 'first-start'
    await page.goto(server.url)
    await page.getByText('Waiting for the first span').waitFor()
    expect(await page.locator('.shell code').textContent()).toContain('@hodoscope/agent')
    server.state = 'data'
    await page.getByText('The first data has arrived').waitFor()
    await page.locator('[data-row]').first().waitFor()
  })

  it('keeps the last answer when the collector goes away, and says so', async () => {
    await page.goto(`${server.url}/traces`)
    await page.locator('[data-row]').first().waitFor()
    await page.context().setOffline(true)
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.locator('.failure').getByText('The collector does not answer.').waitFor()
    expect(await page.locator('[data-row]').count()).toBe(50)
    await page.context().setOffline(false)
    await page.locator('.failure').waitFor({ state: 'detached' })
  })

  it('treats everything that a service sends as text', async () => {
    const hostile = server.telemetry.traces.find(trace => trace.root.name === HOSTILE)!
    for (const address of [
      `/traces/${hostile.traceId}?span=${hostile.spans[0]!.spanId}&lines=all`,
      '/traces?sort=slowest',
      '/logs',
      '/services',
    ]) {
      await page.goto(server.url + address)
      await page.locator('[role=treeitem], [data-row], .services tbody').first().waitFor()
      expect(await page.title()).not.toContain('owned')
      expect(
        await page.locator('#app img, #app script, #app [onerror], #app [href^="javascript:"]').count(),
      ).toBe(0)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1280)
    }
    expect(await page.evaluate(() => 'polluted' in {})).toBe(false)
  })

  it('holds 10,000 spans with the rows in sight alone, down to the last', async () => {
    await page.goto(`${server.url}/traces/${LARGE_TRACE_ID}?lines=none`)
    const rows = page.getByRole('treeitem')
    await rows.first().waitFor()
    expect(await rows.count()).toBeLessThan(120)
    await page.getByRole('tree').evaluate(tree => tree.scrollTo(0, tree.scrollHeight))
    await row('step 9999').waitFor()
    expect(await rows.count()).toBeLessThan(120)
  })

  it('the first load is small and has nothing inline', () => {
    const html = readFileSync(join(ui.folder, 'index.html'), 'utf8')
    expect(html).not.toMatch(/<style|<script(?![^>]*\bsrc=)|\bstyle=|\bon[a-z]+=/)
    expect(html).not.toMatch(/https?:\/\//)
    const files = readdirSync(join(ui.folder, 'assets')).filter(name => /\.(js|css)$/.test(name))
    const weigh = (names: readonly string[]): number =>
      names.reduce((sum, name) => sum + gzipSync(readFileSync(join(ui.folder, 'assets', name))).length, 0)
    // What the entry imports at once is named in the page too, as modules to be preloaded.
    const first = files.filter(name => html.includes(name))
    expect(weigh(first)).toBeGreaterThan(20_000)
    expect(weigh(first)).toBeLessThan(FIRST_LOAD_BYTES)
    expect(weigh(files)).toBeLessThan(WHOLE_BYTES)
    const parts = files
      .filter(name => !first.includes(name))
      .map(name => weigh([name]))
      .sort((a, b) => b - a)
    expect(parts[0]).toBeLessThan(YAML_BYTES)
    expect(parts[1]).toBeLessThan(PART_BYTES)
    const compressed = readdirSync(join(ui.folder, 'assets'))
    // Less than 1 KiB is not worth a second file.
    const large = files.filter(name => statSync(join(ui.folder, 'assets', name)).size >= 1024)
    for (const name of large) expect(compressed).toEqual(expect.arrayContaining([`${name}.gz`, `${name}.br`]))
  })
})
