import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(import.meta.dirname, 'run.ts'), ...args]).catch(
    (error: { stdout: string; stderr: string; code: number }) => error,
  )

it('fills a real collector, starts it again and finds its traces', { timeout: 120_000 }, async () => {
  const { stdout } = await run('trace-by-id', '--records', '5000')
  expect(stdout).toMatch(/p50, first after a restart +\| \d+\.\d+ ms/)
  expect(stdout).toMatch(/p99, warm +\| \d+\.\d+ ms/)
  expect(stdout).toContain('not kept')
})

it('names the cases that exist when asked for one that does not', async () => {
  const { stderr, ...outcome } = await run('spans-513')
  expect(outcome).toMatchObject({ code: 2 })
  expect(stderr).toMatch(/no such case: spans-513; there are .*spans-512/)
})
