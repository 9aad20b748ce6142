/**
 * The Chromium in which the UI is tested: `CHROMIUM_PATH`, or the system's own. Without one the tests
 * skip with one loud line; under `CI=true` they fail.
 */
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const KNOWN = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromiumPath = process.env.CHROMIUM_PATH ?? KNOWN.find(path => existsSync(path))

/** Whether browser tests are to be left out; says so. */
export function withoutChromium(): boolean {
  if (chromiumPath !== undefined) return false
  if (process.env.CI === 'true') throw new Error('CI needs Chromium: install it, or set CHROMIUM_PATH')
  console.warn(
    'SKIPPED: no Chromium found, the UI was NOT tested in a browser. Set CHROMIUM_PATH to test it.',
  )
  return true
}

export const launchChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath!,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
