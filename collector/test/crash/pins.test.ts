/**
 * A pinned trace while its partition goes and the process dies at each place on the way: it is there,
 * whole, and once.
 */
import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { logRequests, spanRequests } from '../../bench/payload/payload.ts'
import { FAIL_POINTS } from '../../src/store/fail-point.ts'
import type { PinsAnswer, StatusAnswer, TraceAnswer } from '../../src/serve/api-types.ts'
import { startCollector } from '../support/collector.ts'

const TEST_TIMEOUT_MILLIS = 60_000
const FILLER_BYTES = 80 * 2 ** 20

async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const response = await fetch(url, init)
  expect(response.status, url).toBe(200)
  return (await response.json()) as T
}

async function send(url: string, path: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const headers = { 'Content-Type': 'application/x-protobuf' }
  expect((await fetch(url + path, { method: 'POST', headers, body })).status).toBe(200)
}

const withoutStats = (answer: TraceAnswer): object => ({ ...answer, stats: undefined })

it.each(FAIL_POINTS.filter(point => /^(pin|retention)\./.test(point)))(
  '%s: the pinned trace is whole, once, and alone',
  async point => {
    const data = await mkdtemp(join(tmpdir(), 'hodoscope-pin-crash-'))
    const first = await startCollector(data)
    let pinned = ''
    const startMillis = Date.now() - 60_000
    for (const { body, traceId } of spanRequests({ seed: 5, spans: 450, perRequest: 50, startMillis })) {
      pinned = pinned === '' ? traceId : pinned
      await send(first.url, '/v1/traces', new Uint8Array(body))
    }
    for (const { body } of logRequests({ seed: 5, logs: 300, perRequest: 50, startMillis }))
      await send(first.url, '/v1/logs', new Uint8Array(body))
    await json<PinsAnswer>(`${first.url}/api/pins`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ traceId: pinned }),
    })
    const before = withoutStats(await json<TraceAnswer>(`${first.url}/api/traces/${pinned}`))
    expect(await first.stop()).toBe(0)

    const filler = join(data, 'filler')
    writeFileSync(filler, '')
    truncateSync(filler, FILLER_BYTES)
    const environment = { HODOSCOPE_STORAGE_MAX_BYTES: '64MiB' }
    const dying = await startCollector(data, [], {
      environment: { ...environment, HODOSCOPE_FAILPOINT: point },
    })
    expect(await dying.ended).toBe('SIGKILL')
    rmSync(filler)
    const between = await startCollector(data)
    expect(withoutStats(await json<TraceAnswer>(`${between.url}/api/traces/${pinned}`))).toEqual(before)
    expect(await between.stop()).toBe(0)

    writeFileSync(filler, '')
    truncateSync(filler, FILLER_BYTES)
    const last = await startCollector(data, [], { environment })
    await expect
      .poll(async () => (await json<StatusAnswer>(`${last.url}/api/status`)).signals.traces.records, {
        timeout: 20_000,
      })
      .toBe(9)
    expect(withoutStats(await json<TraceAnswer>(`${last.url}/api/traces/${pinned}`))).toEqual(before)
    expect(await json<StatusAnswer>(`${last.url}/api/status`)).toMatchObject({
      store: { pinnedTraces: 1 },
      signals: { traces: { records: 9 }, logs: { records: 6 } },
    })
    expect(await last.stop()).toBe(0)
    await rm(data, { recursive: true })
  },
  TEST_TIMEOUT_MILLIS,
)
