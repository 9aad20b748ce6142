/**
 * Queries that take long, over a real server and real query threads: the client goes away, the time
 * limit is reached, more are asked than can wait.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { OPEN_GATE } from '../../src/access/gate.ts'
import { millis, unixMillis } from '../../src/model/time.ts'
import { openQueryPool, type QueryPool } from '../../src/query/pool.ts'
import * as answers from '../../src/serve/answers/index.ts'
import type { ErrorAnswer, LogsLine } from '../../src/serve/api-types.ts'
import { hostCheck } from '../../src/serve/hosts.ts'
import { listen, type RunningServer } from '../../src/serve/server.ts'
import { createWeb } from '../../src/serve/web.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { createTelemetry } from '../../src/telemetry/telemetry.ts'
import { BUSY_TRACE } from '../query/reader.ts'

const TIME_LIMIT_MILLIS = 1_500
const source = { module: new URL('../query/reader.ts', import.meta.url).href, options: { records: 42 } }

let pool: QueryPool
let server: RunningServer

beforeAll(async () => {
  pool = openQueryPool({ source, threads: 1, maxWaiting: 1 })
  const web = createWeb({
    gate: OPEN_GATE,
    desk: { call: () => Promise.reject(new Error('nobody asks the desk here')) },
    queries: pool,
    queryTimeoutMillis: TIME_LIMIT_MILLIS,
    status: () => Promise.reject(new Error('nobody asks')),
    pins: { pins: () => [], pin: () => Promise.resolve(), unpin: () => Promise.resolve(false) },
    acceptedItems: () => ({ traces: 0, logs: 0 }),
    telemetry: createTelemetry({ version: '1.2.3', process: false }),
    clock: { now: () => unixMillis(1_700_000_000_000), monotonic: () => millis(performance.now()) },
    version: '1.2.3',
    assets: new Map(),
    isAllowedHost: hostCheck('127.0.0.1', []),
    isReady: () => true,
    refusing: () => undefined,
    log: createLog({ plain: false, write: () => undefined }),
  })
  server = await listen({ host: '127.0.0.1', port: 0 }, web.fetch)
})
afterAll(async () => {
  await server.close(1_000)
  await pool.close()
})

const askLong = (signal?: AbortSignal) =>
  fetch(`${server.url}/api/traces/${BUSY_TRACE}`, signal === undefined ? {} : { signal })
const running = () => pool.running().length
const codeOf = async (response: Response) => ((await response.json()) as ErrorAnswer).error.code

it('a query ends within a second when its client goes away, and the thread answers the next one', async () => {
  const client = new AbortController()
  const asked = askLong(client.signal)
  await expect
    .poll(() => pool.running()[0], { timeout: 5_000 })
    .toMatchObject({ job: 'trace', total: 1_000_000 })
  const left = performance.now()
  client.abort()
  await expect(asked).rejects.toThrow()
  await expect.poll(running, { timeout: 5_000, interval: 10 }).toBe(0)
  expect(performance.now() - left).toBeLessThan(1_000)
  expect((await fetch(`${server.url}/api/traces/histogram?buckets=1`)).status).toBe(200)
})

it('a query that takes longer than it may is answered with 504', async () => {
  const asked = performance.now()
  const response = await askLong()
  expect([response.status, await codeOf(response)]).toEqual([504, 'query_timeout'])
  expect(performance.now() - asked).toBeLessThan(TIME_LIMIT_MILLIS + 1_000)
})

async function linesOf(path: string): Promise<LogsLine[]> {
  const response = await fetch(server.url + path)
  expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
  const lines = (await response.text()).trimEnd().split('\n')
  return lines.map(line => answers.LogsLine.parse(JSON.parse(line)))
}
const kindsOf = (lines: readonly LogsLine[]) => lines.map(line => Object.keys(line)[0])

it('a long search tells what it has found and how far it is, and at last the answer', async () => {
  const lines = await linesOf('/api/logs?stream=1')
  expect([...new Set(kindsOf(lines))]).toEqual(['found', 'progress', 'answer'])
  expect(lines[0]).toMatchObject({ found: { logs: [{ body: 'early' }] } })
  expect(lines).toContainEqual({ progress: { done: 1, total: 4 } })
  expect(lines.at(-1)).toMatchObject({
    answer: { logs: [{ body: 'early' }, { body: 'late' }], cursor: null },
  })
})

it('a long search that reaches its limit has what it found, and ends with the error', async () => {
  const lines = await linesOf('/api/logs?stream=1&order=oldest')
  expect(lines[0]).toMatchObject({ found: { logs: [{ body: 'early' }] } })
  expect(lines.at(-1)).toMatchObject({ error: { code: 'query_timeout' } })
})

it('a long search ends when nobody reads its lines any more', async () => {
  const client = new AbortController()
  const response = await fetch(`${server.url}/api/logs?stream=1&order=oldest`, { signal: client.signal })
  expect(running()).toBe(1)
  const left = performance.now()
  client.abort()
  await expect.poll(running, { timeout: 5_000, interval: 10 }).toBe(0)
  expect(performance.now() - left).toBeLessThan(1_000)
  await expect(response.text()).rejects.toThrow()
})

it('what is wrong with a search is told before any line', async () => {
  const response = await fetch(`${server.url}/api/logs?stream=1&q=status%3D`)
  expect([response.status, await codeOf(response)]).toEqual([400, 'query_malformed'])
})

it('more queries than can wait are refused with 429, and told to come back', async () => {
  const client = new AbortController()
  const long = [askLong(client.signal), askLong(client.signal)].map(asked => asked.catch(() => undefined))
  await expect.poll(running, { timeout: 5_000 }).toBe(1)
  let refused: Response | undefined
  // Both of the long ones must have arrived before a third finds no place.
  await expect
    .poll(async () => {
      refused = await fetch(`${server.url}/api/traces/histogram?buckets=1`, {
        signal: AbortSignal.timeout(300),
      }).catch(() => undefined)
      return refused?.status
    })
    .toBe(429)
  expect(refused!.headers.get('retry-after')).toMatch(/^[1-3]$/)
  expect(await codeOf(refused!)).toBe('queries_busy')
  client.abort()
  await Promise.all(long)
})
