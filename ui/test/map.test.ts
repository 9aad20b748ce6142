/** The map of services in Chromium: what is drawn, what a click and a key narrow, and how long it takes. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildUi, type BuiltUi } from './build.ts'
import { launchChromium, withoutChromium } from './chromium.ts'
import { largeGraph } from './fixture-graph.ts'
import { startFixtureServer, type FixtureServer } from './fixture-server.ts'

const DRAWN_WITHIN_MILLIS = 300
const SHOTS = process.env['HODOSCOPE_SHOTS']

declare global {
  interface Window {
    mapPainted?: Promise<number>
  }
}

describe.skipIf(withoutChromium())('the map', () => {
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

  async function open(path: string, large = false): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' })
    if (large) await page.route('**/api/graph?*', route => route.fulfill({ json: largeGraph(1, 100, 300) }))
    await page.goto(server.url + path)
    await page.locator('.service-map .node').first().waitFor()
    return page
  }
  const shot = async (page: Page, name: string): Promise<void> => {
    if (SHOTS !== undefined) await page.screenshot({ path: `${SHOTS}/${name}.png` })
  }
  const rows = (page: Page) => page.locator('.calls tbody tr').count()

  it('narrows its table to a node that is clicked, and shows all again', async () => {
    const page = await open('/map')
    await shot(page, 'map-shop-light')
    const all = await rows(page)
    await page.locator('[data-node="service:payment"]').click()
    expect(new URL(page.url()).searchParams.get('node')).toBe('service:payment')
    const narrowed = await page.locator('.calls tbody tr').allInnerTexts()
    expect(narrowed.length).toBeGreaterThan(0)
    expect(narrowed.length).toBeLessThan(all)
    for (const row of narrowed) expect(row).toContain('payment')
    await page.emulateMedia({ colorScheme: 'dark' })
    await shot(page, 'map-node-dark')
    await page.getByRole('button', { name: 'Show all calls' }).click()
    expect(await rows(page)).toBe(all)
    await page.close()
  })

  it('narrows its table to a call that is clicked, and leads to its traces', async () => {
    const page = await open('/map')
    const to = { x: 1, y: 1 }
    const hit = page.locator('.call .hit').last()
    Object.assign(
      to,
      await hit.evaluate((path: SVGPathElement) => {
        const { x, y } = path.getPointAtLength(path.getTotalLength() / 2)
        const { x: left, y: top } = new DOMPoint(x, y).matrixTransform(path.getScreenCTM()!)
        return { x: left, y: top }
      }),
    )
    await page.mouse.click(to.x, to.y)
    await expect.poll(() => rows(page)).toBe(1)
    await page.locator('.calls tbody td.number a').first().click()
    await expect.poll(() => new URL(page.url()).pathname).toBe('/traces')
    await page.close()
  })

  it('is walked with the arrow keys', async () => {
    const page = await open('/map')
    const user = page.locator('[data-node="user:user"]')
    await user.focus()
    await page.keyboard.press('ArrowRight')
    const focused = await page.evaluate(() => (document.activeElement as HTMLElement).dataset['node'])
    expect(focused).toMatch(/^service:/)
    await page.keyboard.press('Enter')
    expect(new URL(page.url()).searchParams.get('node')).toBe(focused)
    await page.close()
  })

  it('says how large a share fails in words as well as in colour', async () => {
    const page = await open('/map', true)
    await shot(page, 'map-large-light')
    const failing = largeGraph(1, 100, 300).edges.filter(({ errorRatio }) => errorRatio! >= 0.005)
    expect(await page.locator('.call .share').count()).toBe(failing.length)
    await page.emulateMedia({ colorScheme: 'dark' })
    await shot(page, 'map-large-dark')
    await page.locator('.node').nth(3).click()
    await shot(page, 'map-large-node-dark')
    await page.close()
  })

  it(`of 100 services and 300 call paths is laid out and drawn within ${DRAWN_WITHIN_MILLIS} ms`, async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.route('**/api/graph?*', route => route.fulfill({ json: largeGraph(1, 100, 300) }))
    await page.addInitScript(() => {
      window.mapPainted = new Promise(resolve =>
        new MutationObserver(() => {
          if (document.querySelector('.service-map .node') === null) return
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))
        }).observe(document, { subtree: true, childList: true }),
      )
    })
    const took: number[] = []
    for (let i = 0; i < 5; i++) {
      await page.goto(`${server.url}/map?from=now-${i + 1}h`)
      took.push(
        await page.evaluate(async () => {
          const painted = await window.mapPainted!
          const answer = performance
            .getEntriesByType('resource')
            .find(({ name }) => name.includes('/api/graph'))
          return painted - (answer as PerformanceResourceTiming).responseEnd
        }),
      )
    }
    const median = took.toSorted((a, b) => a - b)[2]!
    console.log(`map: from answer to picture ${took.map(Math.round).join(', ')} ms`)
    expect(median).toBeLessThanOrEqual(DRAWN_WITHIN_MILLIS)
    await page.close()
  })
})
