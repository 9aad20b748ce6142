/** The host's end: as without the agent, and at most a second later. */
import { build } from 'esbuild'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtAgent, deadPort, run, serve, temporaryFolder, type Exit } from './support/app.ts'
import { startReceiver, type Receiver } from './support/receiver.ts'

/** What the agent may add, ms: with a collector that answers, and with one that does not. */
const ALLOWED_MILLIS = { up: 200, away: 1000 }
/** What two processes may differ by on a machine that does other work as well. */
const NOISE_MILLIS = 150
const ATTEMPTS = 8

let up: Receiver
let mute: Receiver
let blackHole: Server
let dead: number

beforeAll(async () => {
  await builtAgent()
  up = await startReceiver()
  mute = await startReceiver('silent')
  dead = await deadPort()
  // Accepts by its backlog and never reads.
  blackHole = createServer({ pauseOnConnect: true }, () => {})
  await new Promise<void>(resolve => blackHole.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  blackHole.close()
  await Promise.all([up.close(), mute.close()])
})

/** Nothing is due before the process ends. */
const SLOW = { OTEL_BSP_SCHEDULE_DELAY: '60000', OTEL_BLRP_SCHEDULE_DELAY: '60000' }

const WAYS_TO_END: Record<string, string[]> = {
  up: ['end', 'exitCode', 'exit', 'throw', 'reject'],
  mute: ['end', 'exitCode', 'exit', 'throw', 'reject'],
}

const collectors: [string, () => string][] = [
  ['up', () => up.url],
  ['refusing connections', () => `http://127.0.0.1:${dead}`],
  ['mute', () => mute.url],
  ['a black hole', () => `http://127.0.0.1:${(blackHole.address() as AddressInfo).port}`],
  ['not to be found by name', () => 'http://collector.invalid:4318'],
]

/** Runs it without and with the agent; a disturbed measurement is taken again, a wrong ending is not. */
async function compare(
  allowedMillis: number,
  measure: (by: 'none' | '--require') => Promise<Exit>,
): Promise<void> {
  const added: number[] = []
  do {
    const without = await measure('none')
    const exit = await measure('--require')
    expect({ code: exit.code, signal: exit.signal }).toEqual({ code: without.code, signal: without.signal })
    added.push(exit.millis - without.millis)
  } while (added.at(-1)! > allowedMillis + NOISE_MILLIS && added.length < ATTEMPTS)
  expect(Math.min(...added)).toBeLessThan(allowedMillis + NOISE_MILLIS)
}

describe.each(collectors)('with a collector that is %s', { timeout: 120_000 }, (name, url) => {
  const allowed = name === 'up' ? ALLOWED_MILLIS.up : ALLOWED_MILLIS.away

  // What a crash leaves no time for does not depend on why the collector is away.
  it.each(WAYS_TO_END[name] ?? ['end'])(
    'a process that ends by "%s" ends as without the agent',
    async tell => {
      await compare(
        allowed,
        by => run('work-and-end.cjs', { by, env: { TELL: tell, HODOSCOPE_URL: url() } }).exit,
      )
    },
  )

  it('a server that SIGTERM ends dies by SIGTERM', async () => {
    await compare(allowed, async by => {
      const app = await serve('signals.cjs', { by, env: { HODOSCOPE_URL: url() } })
      await fetch(app.url)
      const began = performance.now()
      app.kill('SIGTERM')
      const exit = await app.exit
      expect(exit.signal).toBe('SIGTERM')
      return { ...exit, millis: performance.now() - began }
    })
  })
})

it('a host that listens to SIGTERM itself ends in its own way, and nothing is lost', async () => {
  const app = await serve('signals.cjs', {
    env: { HODOSCOPE_URL: up.url, OWN: '1', OTEL_BSP_SCHEDULE_DELAY: '60000' },
  })
  up.spans.length = 0
  await fetch(app.url)
  app.kill('SIGTERM')
  expect(await app.exit).toMatchObject({ code: 3, signal: null })
  expect(up.spans.map(span => span.name)).toEqual(['GET'])
})

it('what waits is delivered at the end, though the batch was not due for a minute', async () => {
  const env = {
    TELL: 'end',
    HODOSCOPE_URL: up.url,
    OTEL_SERVICE_NAME: 'late',
    OTEL_BSP_SCHEDULE_DELAY: '60000',
  }
  await run('work-and-end.cjs', { env }).exit
  expect(up.spans.filter(span => span.service === 'late').map(span => span.kind)).toEqual([2, 3])
})

it('a collector that cannot be reached is said once, and what is lost by it', async () => {
  const exit = await run('work-and-end.cjs', {
    env: { TELL: 'end', HODOSCOPE_URL: `http://127.0.0.1:${dead}`, ...SLOW },
  }).exit
  const lines = exit.stderr.trim().split('\n')
  expect(lines).toEqual([
    `hodoscope: sending traces, logs and metrics of "@hodoscope/agent" to http://127.0.0.1:${dead}`,
    `hodoscope: cannot reach http://127.0.0.1:${dead} (ECONNREFUSED); keeping what fits and trying again. Is the collector running?`,
    'hodoscope: 2 spans dropped (exit): the process ended before the collector had them',
    expect.stringMatching(
      /^hodoscope: \d+ metrics dropped \(exit\): the process ended before the collector had them$/,
    ),
  ])
})

// The budget of an exit is of real time, which a busy machine may take away.
describe('an end without an event loop', { retry: 3 }, () => {
  it.each([
    ['throw', 1, 'the host crashed', 'uncaughtException'],
    ['reject', 1, 'the host rejected', 'unhandledRejection'],
  ])('by "%s": all is delivered, and the error with it', async (tell, code, message, origin) => {
    const service = `crash by ${tell}`
    const env = { TELL: tell, HODOSCOPE_URL: up.url, OTEL_SERVICE_NAME: service, ...SLOW }
    expect((await run('work-and-end.cjs', { env }).exit).code).toBe(code)
    expect(up.spans.filter(span => span.service === service).map(span => span.kind)).toEqual([2, 3])
    expect(up.logs.filter(log => log.service === service)).toMatchObject([
      {
        body: `Error: ${message}`,
        level: 'fatal',
        severity: 21,
        attributes: {
          'exception.type': 'Error',
          'exception.message': message,
          'exception.origin': origin,
          'exception.stacktrace': expect.stringContaining('work-and-end.cjs'),
        },
      },
    ])
  })

  it('of a compiled program: the stack is that of its source, and what Node prints is not', async () => {
    const { path, remove } = temporaryFolder()
    const source = fileURLToPath(new URL('apps/compiled.ts', import.meta.url))
    const outfile = join(path, 'compiled.cjs')
    await build({ entryPoints: [source], outfile, minify: true, sourcemap: true })
    const env = { HODOSCOPE_URL: up.url, OTEL_SERVICE_NAME: 'compiled', ...SLOW }
    const { code, stderr } = await run(outfile, { env }).exit
    remove()
    expect(code).toBe(1)
    expect(stderr).toMatch(/at \S+ \(.*compiled\.cjs:1:\d+\)/)
    const [log] = up.logs.filter(log => log.service === 'compiled')
    expect(String(log!.attributes['exception.stacktrace'])).toMatch(
      /^Error: order 1\n +at \S+ \(.*\/test\/apps\/compiled\.ts:7:9\)\n/,
    )
  })

  it('by process.exit(): all is delivered', async () => {
    const env = { TELL: 'exit', HODOSCOPE_URL: up.url, OTEL_SERVICE_NAME: 'exits', ...SLOW }
    expect(await run('work-and-end.cjs', { env }).exit).toMatchObject({ code: 5, signal: null })
    expect(up.spans.filter(span => span.service === 'exits').map(span => span.kind)).toEqual([2, 3])
  })

  it('what it costs is counted where the collector is mute', async () => {
    const env = { TELL: 'exit', HODOSCOPE_URL: mute.url, ...SLOW }
    const { code, stderr } = await run('work-and-end.cjs', { env }).exit
    expect(code).toBe(5)
    expect(stderr).toContain(
      'hodoscope: 2 spans dropped (exit): the process ended before the collector had them',
    )
  })
})

it('a rejection that the host handles is recorded, and the process lives on', async () => {
  const env = { TELL: 'handled', HODOSCOPE_URL: up.url, OTEL_SERVICE_NAME: 'handles' }
  expect(await run('work-and-end.cjs', { env }).exit).toMatchObject({ code: 0, stdout: 'handled: late\n' })
  expect(up.logs.filter(log => log.service === 'handles' && log.scope === 'process')).toMatchObject([
    { body: 'Error: late', level: 'error', attributes: { 'exception.origin': 'unhandledRejection' } },
  ])
})

it('a hostile host sees the same with the agent as without', async () => {
  const observed = async (by: 'none' | '--require') => {
    const { code, stdout } = await run('hostile.cjs', { by, env: { HODOSCOPE_URL: up.url } }).exit
    return { code, seen: /^SEEN (.*)$/m.exec(stdout)?.[1] }
  }
  const without = await observed('none')
  expect(without.seen).toContain('"status":200')
  expect(await observed('--require')).toEqual(without)
})
