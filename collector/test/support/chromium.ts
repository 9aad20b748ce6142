/**
 * A real browser for a test: `CHROMIUM_PATH`, or the system's Chromium.
 *
 * Where there is none the test is skipped, with one loud line; under `CI=true` it fails instead.
 */
import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

const CANDIDATES = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/chromium-browser']
const path = CANDIDATES.find(candidate => candidate !== undefined && existsSync(candidate))
const required = process.env['CI'] === 'true'

if (path === undefined && !required)
  console.warn('SKIPPED: there is no Chromium for the browser tests; install one, or set CHROMIUM_PATH')

/** For `describe.skipIf` and `it.skipIf`. */
export const noChromium = path === undefined && !required

/** @throws Error where there is no Chromium */
export async function launchChromium(): Promise<Browser> {
  if (path === undefined) throw new Error('no Chromium: install one, or set CHROMIUM_PATH')
  return chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  })
}
