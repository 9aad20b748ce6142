/** What the user's patterns match does not leave the process, and stays in it. */
import { inspect } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { builtAgent, run, serve, until, type Exit } from './support/app.ts'
import { startReceiver, type Receiver } from './support/receiver.ts'

let receiver: Receiver
beforeAll(async () => {
  await builtAgent()
  receiver = await startReceiver()
})
afterAll(() => receiver.close())

/** Asks once, waits for what is sent of it, and ends the application. */
async function askOnce(env: Record<string, string>): Promise<Exit> {
  receiver.logs.length = receiver.spans.length = 0
  const app = await serve('logs.cjs', { env: { HODOSCOPE_URL: receiver.url, ...env } })
  await fetch(`${app.url}/users/ann?name=ann`)
  await until(() => receiver.logs.length >= 9 && receiver.spans.length > 0, 'records and a span')
  app.kill('SIGTERM')
  return app.exit
}

const sent = (): string => inspect([receiver.spans, receiver.logs], { depth: null, maxStringLength: null })

it('is masked in spans, logs, errors and the resource; the lines of the host are its own', async () => {
  const env = { HODOSCOPE_REDACT: '/\\bann\\b/ /BROKEN/i', OTEL_RESOURCE_ATTRIBUTES: 'owner=ann' }
  const { stdout } = await askOnce(env)
  expect(sent()).not.toMatch(/\bann\b|broken/i)
  expect(receiver.spans[0]!.attributes).toMatchObject({
    'url.path': '/users/REDACTED',
    'url.query': 'name=REDACTED',
  })
  const [hello, broken] = receiver.logs.filter(log => log.scope === 'pino' && log.traceId !== undefined)
  expect(hello!.attributes).toMatchObject({ 'user.name': 'REDACTED', n: 3 })
  expect(broken).toMatchObject({ body: 'REDACTED', attributes: { 'exception.message': 'REDACTED' } })
  expect(receiver.resources.at(-1)).toMatchObject({ owner: 'REDACTED' })
  expect(stdout).toContain('"name":"ann"')
})

it('is told by a dry run, and not masked', async () => {
  const { stderr } = await askOnce({ HODOSCOPE_REDACT: '/\\bann\\b/', HODOSCOPE_REDACT_DRY_RUN: '1' })
  expect(stderr.split('\n').filter(line => line.includes('would mask'))).toEqual([
    expect.stringMatching(/^hodoscope: would mask "ann" in "[^"]*ann[^"]*" by \/\\bann\\b\/g$/),
  ])
  expect(receiver.spans[0]!.attributes['url.path']).toBe('/users/ann')
})

it('a pattern that is none: it is said, nothing is sent, and the host runs', async () => {
  receiver.spans.length = 0
  const env = { HODOSCOPE_URL: receiver.url, HODOSCOPE_REDACT: '/(/', TELL: 'end' }
  const { code, stderr } = await run('work-and-end.cjs', { env }).exit
  expect(code).toBe(0)
  expect(stderr).toContain('hodoscope: the agent failed; the process goes on without it.')
  expect(stderr).toContain('Invalid regular expression: /(/')
  expect(receiver.spans).toEqual([])
})
