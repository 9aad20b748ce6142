/** What must never happen in the user's process, each in a real one. Ends of processes are in `exit.test.ts`. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { builtAgent, run, serve, until, deadPort } from './support/app.ts'
import { startReceiver, type Receiver } from './support/receiver.ts'

let receiver: Receiver

beforeAll(async () => {
  await builtAgent()
  receiver = await startReceiver()
})
afterAll(() => receiver.close())
beforeEach(() => {
  receiver.answer = 200
  receiver.spans.length = 0
  receiver.logs.length = 0
  receiver.requests.length = 0
})

async function task(name: string, env: Record<string, string> = {}) {
  const exit = await run('harmless.cjs', { env: { HODOSCOPE_URL: receiver.url, TASK: name, ...env } }).exit
  const seen = /^SEEN (.*)$/m.exec(exit.stdout)?.[1]
  return { ...exit, seen: seen === undefined ? undefined : (JSON.parse(seen) as Record<string, unknown>) }
}

/** Ends the task once so many spans have arrived. */
async function delivered(name: string, spans: number) {
  const env = { HODOSCOPE_URL: receiver.url, TASK: name, STAY: '1' }
  const { child, exit } = run('harmless.cjs', { env })
  await until(
    () => receiver.spans.length >= spans,
    `${spans} spans`,
    () => `${receiver.spans.length} came`,
  )
  child.kill('SIGTERM')
  return exit
}

describe('nothing is lost', () => {
  const numbers = () => receiver.spans.map(span => span.attributes['i'] as number)

  it('of a burst of 10,000 spans in one tick', async () => {
    const { stderr } = await delivered('burst', 10_000)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(numbers()).toEqual(Array.from({ length: 10_000 }, (_, i) => i))
  })

  it('of a burst that a collector wants in small pieces', async () => {
    receiver.limitBytes = 100_000
    await delivered('burst', 10_000)
    receiver.limitBytes = undefined
    expect(numbers()).toEqual(Array.from({ length: 10_000 }, (_, i) => i))
    expect(receiver.requests.some(request => request.bytes > 100_000)).toBe(true)
  })

  it('of what waits while the collector is away: it comes when the collector does', async () => {
    receiver.answer = 503
    const app = await serve('http.cjs', { env: { HODOSCOPE_URL: receiver.url } })
    for (let i = 0; i < 30; i++) await (await fetch(`${app.url}/leaf?i=${i}`)).text()
    await until(() => receiver.requests.length > 0, 'a request that is turned away')
    expect(receiver.spans).toEqual([])
    receiver.answer = 200
    await until(() => receiver.spans.length >= 30, '30 spans')
    app.kill('SIGTERM')
    const { stderr } = await app.exit
    expect(new Set(receiver.spans.map(span => span.attributes['url.query'])).size).toBe(30)
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringContaining('sending traces, logs and metrics'),
      `hodoscope: cannot reach ${receiver.url} (the collector answered 503); keeping what fits and trying again. Is the collector running?`,
      `hodoscope: sending to ${receiver.url} again`,
    ])
  })
})

it('a request is at most 4 MiB, also of the largest spans', async () => {
  await delivered('large', 100)
  expect(receiver.spans).toHaveLength(100)
  expect(Math.max(...receiver.requests.map(request => request.bytes))).toBeLessThanOrEqual(4 * 1024 * 1024)
})

it('what a collector refuses is said, with its reason', async () => {
  receiver.answer = 400
  const { stderr, code } = await task('burst')
  expect(code).toBe(0)
  expect(stderr).toMatch(/^hodoscope: 512 spans dropped \(refused\): the collector answered 400$/m)
})

it('shut down, it leaves nothing: no listener, no patch, no handle, no record', async () => {
  const { seen, code } = await task('shutdown')
  expect({ code, seen }).toEqual({
    code: 0,
    seen: {
      header: null,
      listeners: [0, 0, 0, 0, 0, 0],
      ownEmit: [false, false, false],
      console: false,
      handles: [],
    },
  })
  expect(receiver.spans.map(span => span.kind)).toEqual([2, 3])
  expect(receiver.logs).toEqual([])
})

it('opens no port and writes no file', async () => {
  expect((await task('start')).seen).toEqual({ listening: 0, files: 0 })
})

it('a recursion without end inside a request is a RangeError that can be caught', async () => {
  expect((await task('recursion')).seen).toEqual({ answer: 'RangeError' })
})

it('the context is right across every way to wait', async () => {
  const { seen } = await task('context')
  expect(seen).toEqual({ ways: 24, wrong: [], outside: null })
})

it('strict about rejections, a process with a collector that is away ends well', async () => {
  const url = `http://127.0.0.1:${await deadPort()}`
  const { code, stderr } = await task('start', {
    HODOSCOPE_URL: url,
    NODE_OPTIONS: '--unhandled-rejections=strict --trace-warnings',
  })
  expect(code).toBe(0)
  expect(stderr).not.toMatch(/Warning|Error:/)
})

it('secrets stay in the process', async () => {
  const canary = 'canary-4711'
  const app = await serve('http.cjs', {
    env: { HODOSCOPE_URL: receiver.url, CANARY_SECRET: canary, HODOSCOPE_TOKEN: 'collector-token' },
  })
  await fetch(`${app.url}/leaf?access_token=${canary}&api_key=${canary}&sig=${canary}`, {
    headers: { authorization: `Bearer ${canary}`, cookie: `session=${canary}`, 'x-api-key': canary },
  })
  await until(() => receiver.spans.length > 0, 'a span')
  app.kill('SIGTERM')
  await app.exit
  expect(
    JSON.stringify([
      receiver.spans.map(span => ({ ...span, startNanos: 0, endNanos: 0 })),
      receiver.logs,
      receiver.resources,
    ]),
  ).not.toMatch(/canary-4711|collector-token/)
})
