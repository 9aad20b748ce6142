/** A person in front of a collector that asks for a token: refused, let in, what a viewer may not do, and out again. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchChromium, noChromium } from '../support/chromium.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'
import { ROOT } from '../support/demo.ts'

const TIMEOUT_MILLIS = 60_000

describe.skipIf(noChromium)('signing in', () => {
  let folder: string
  let token: string
  let collector: RunningCollector
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hodoscope-sign-in-'))
    const data = join(folder, 'data')
    const binary = join(ROOT, 'collector/bin/hodoscope.js')
    const add = [binary, 'token', 'add', 'me', '--scope', 'viewer', '--data', data]
    token = execFileSync(process.execPath, add, { encoding: 'utf8' }).split('\n')[0]!
    collector = await startCollector(data, [], { environment: { HODOSCOPE_ACCESS_OPEN: 'never' } })
    browser = await launchChromium()
    page = await browser.newPage()
  }, TIMEOUT_MILLIS)
  afterAll(async () => {
    await browser.close()
    await collector.stop()
    rmSync(folder, { recursive: true })
  }, TIMEOUT_MILLIS)

  it(
    'takes the token that is known, and goes on where one was',
    async () => {
      await page.goto(`${collector.url}/status`)
      await page.getByLabel('Token').fill('hod_guess')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('not known here').waitFor()
      await page.getByLabel('Token').fill(token)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('Signed in as viewer').waitFor()
      expect(await page.evaluate('document.cookie + JSON.stringify(localStorage)')).not.toContain('hod_')
    },
    TIMEOUT_MILLIS,
  )

  it(
    'as a viewer does not let one change anything, and says so',
    async () => {
      const answer = await page.evaluate(async () => {
        const headers = { 'content-type': 'application/json' }
        const refused = await fetch('/api/silences', { method: 'POST', headers, body: '{}' })
        return [refused.status, ((await refused.json()) as { error: { message: string } }).error.message]
      })
      expect(answer).toEqual([403, 'a token of scope viewer may not change'])
    },
    TIMEOUT_MILLIS,
  )

  it(
    'ends with signing out: the token is asked for again',
    async () => {
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByLabel('Token').waitFor()
      await page.reload()
      await page.getByLabel('Token').waitFor()
    },
    TIMEOUT_MILLIS,
  )

  it(
    'by the link of the start needs no token',
    async () => {
      const line = collector.output.find(text => text.startsWith('  sign in '))!
      await page.goto(line.trim().split(/\s+/)[2]!)
      await page.goto(`${collector.url}/status`)
      await page.getByText('Signed in as admin').waitFor()
    },
    TIMEOUT_MILLIS,
  )
})
