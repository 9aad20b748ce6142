/**
 * Every page in every state, light and dark, 1,280 and 1,920 wide, in a real browser under the real
 * content security policy: nothing overflows, is cut or overlaps; axe finds nothing serious (contrast
 * included); nobody else is asked.
 */
import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildUi, type BuiltUi } from './build.ts'
import { launchChromium, withoutChromium } from './chromium.ts'
import type { FixtureState } from './fixture-answers.ts'
import { startFixtureServer, type FixtureServer } from './fixture-server.ts'
import { layoutFaults } from './layout-faults.ts'
import { watchPage } from './watch-page.ts'

const STATES: readonly FixtureState[] = ['data', 'first-start', 'empty', 'slow', 'error']
const PAGES = [
  'overview',
  'traces',
  'trace',
  'logs',
  'metrics',
  'map',
  'services',
  'service',
  'deploy',
  'errors',
  'slos',
  'slo',
  'slo-editor',
  'alerts',
  'history',
  'silences',
  'deliveries',
  'receivers',
  'status',
  'id',
] as const
/** Other looks at these pages, and the forms on them; the states are those of their pages. */
const LOOKS = [
  'explained',
  'flame',
  'table',
  'statistics',
  'catalogue',
  'error',
  'error-without-stack',
  'map-node',
  'new-slo',
  'new-silence',
  'receiver',
  'routes',
] as const
type Name = (typeof PAGES)[number] | (typeof LOOKS)[number]

/** Addresses that depend on nothing. */
const ADDRESSES: Readonly<Partial<Record<Name, string>>> = {
  overview: '/',
  traces: '/traces',
  catalogue: '/query',
  explained: '/traces?explain=0_9999999999999_1000000_',
  map: '/map',
  'map-node': '/map?node=service%3Acheckout',
  services: '/services?open=checkout',
  service: '/services/checkout',
  deploy: '/services/checkout/deploys/2.1.0',
  errors: '/errors',
  error: '/errors/0000000000000000',
  'error-without-stack': '/errors/3333333333333333',
  id: '/ids/req-several',
  slos: '/slos',
  slo: '/slos/checkout',
  'slo-editor': '/slos/checkout/edit',
  'new-slo': '/new-slo?service=checkout&operation=POST%20%2Fcheckout',
  alerts: '/alerts',
  history: '/alerts?tab=history',
  silences: '/alerts?tab=silences',
  'new-silence': '/alerts?silence=slo%3D%22checkout%22%0Aseverity%3D%22page%22',
  deliveries: '/alerts?tab=deliveries&open=2',
  receivers: '/alerts?tab=receivers',
  status: '/status',
  receiver: '/alerts?tab=receivers&receiver=pager',
  routes: '/alerts?tab=receivers&routes=edit',
}
/** What shows that a page has its data, where rows alone do not. */
const SIGNS: Readonly<Partial<Record<Name, string>>> = {
  traces: '[data-row], .heat-map canvas',
  explained: '.explained tbody',
  service: '.operations tbody',
  deploy: '.compared tbody',
  error: '.error-group .samples',
  'error-without-stack': '.error-group .samples',
  slo: '.slo:has(.plot-frame):has(.differences tbody):has(.episodes)',
  'slo-editor': '.slo-editor:has(.alerts-when)',
  'new-slo': '.slo-editor:has(.alerts-when)',
  history: '.episodes tbody',
  silences: '.silences tbody',
  'new-silence': '.sheet',
  deliveries: '.delivery-body pre',
  receivers: '.routes tbody',
  status: '.senders tbody',
  receiver: '.sheet',
  routes: '.route-form',
}
const SIZES = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
]

const LATENCY =
  'histogram_quantile(0.95, sum by (job) (rate(http_server_request_duration_seconds_bucket[5m])))'

/** Of a machine that does much else. */
const PATIENCE_MILLIS = 60_000

/** What was measured anew has been painted. */
const twoFrames = (): Promise<void> =>
  new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))

describe.skipIf(withoutChromium())('the pages', () => {
  let ui: BuiltUi
  let server: FixtureServer
  let browser: Browser

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

  const failed = () =>
    server.telemetry.traces.find(trace => trace.errorCount > 1 && trace.services.length > 3)!
  const pathOf = (page: Name): string => {
    const { traceId, spans } = failed()
    if (page === 'flame' || page === 'table' || page === 'statistics')
      return `/traces/${traceId}?view=${page}`
    if (page === 'trace') {
      const span = spans.find(({ events }) => events.length > 0)!
      return `/traces/${traceId}?span=${span.spanId}&lines=all`
    }
    if (page === 'logs') return `/logs?log=${server.telemetry.logs[2]!.id}`
    return ADDRESSES[page] ?? `/query?q=${encodeURIComponent(LATENCY)}`
  }

  const settled = (page: Page, name: Name, state: FixtureState): Promise<unknown> => {
    const sign = {
      data:
        SIGNS[name] ??
        '.legend, [data-row], [role=treeitem], .services tbody, .flame canvas, .trace-table tbody tr td',
      // Objectives and alerts are empty then: they come after the first data.
      'first-start': '.waiting, .empty',
      empty: '.empty',
      slow: '.skeleton',
      error: '.failure',
    }
    return page.locator(sign[state]).first().waitFor({ timeout: PATIENCE_MILLIS })
  }

  for (const state of STATES)
    it.each(state === 'data' ? [...PAGES, ...LOOKS] : PAGES)(
      `%s, ${state}`,
      async name => {
        server.state = state
        const context = await browser.newContext({ viewport: SIZES[0]!, reducedMotion: 'reduce' })
        const page = await context.newPage()
        const watched = await watchPage(page, server.url)
        await page.goto(server.url + pathOf(name))
        // Looking up a trace that is not there ends in its own empty state.
        await settled(page, name, state)
        const faults: string[] = []
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          for (const size of colorScheme === 'light' ? SIZES : []) {
            await page.setViewportSize(size)
            await page.evaluate(twoFrames)
            for (const fault of await page.evaluate(layoutFaults))
              faults.push(`${colorScheme} ${size.width}: ${fault}`)
          }
          if (state !== 'data' && name !== 'traces') continue
          const axe = new AxeBuilder({ page })
          if (colorScheme === 'dark') axe.withRules(['color-contrast'])
          const { violations } = await axe.analyze()
          for (const { id, impact, nodes } of violations)
            if (impact === 'serious' || impact === 'critical')
              faults.push(
                `${colorScheme}: axe ${id}: ${nodes
                  .map(node => node.target.join(' '))
                  .slice(0, 4)
                  .join(', ')} ${nodes[0]?.any[0]?.message ?? ''}`,
              )
        }
        expect(faults).toEqual([])
        expect(await watched()).toEqual([])
        await context.close()
      },
      PATIENCE_MILLIS,
    )

  it.each([...PAGES, ...LOOKS])(
    '%s is readable on a phone',
    async name => {
      server.state = 'data'
      const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
      await page.goto(server.url + pathOf(name).replace(/span=[0-9a-f]+&/, ''))
      await settled(page, name, 'data')
      await page.evaluate(twoFrames)
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
      expect.soft(await page.evaluate(layoutFaults)).toEqual([])
      await page.close()
    },
    PATIENCE_MILLIS,
  )
})
