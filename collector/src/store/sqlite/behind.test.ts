/**
 * Consumers that are behind: what they took leaves the journal all the same, once a second. A thread
 * that has messages waiting takes them before its timers.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { spanRequests } from '../../../bench/payload/payload.ts'
import { COMMITS, TAKEN, type SlowConsumerOptions } from '../../../test/support/slow-consumer.ts'
import { decodeRequest } from '../../decode/request.ts'
import { millis, systemClock } from '../../model/time.ts'
import { openSqliteStore } from './index.ts'

const REQUESTS = 150
const MILLIS_A_RECORD = 20

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-behind-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('commit while records wait', async () => {
  const counts = new Int32Array(new SharedArrayBuffer(8))
  const options: SlowConsumerOptions = { cells: counts.buffer, millisARecord: MILLIS_A_RECORD }
  const module = new URL('../../../test/support/slow-consumer.ts', import.meta.url).href
  const { writer } = await openSqliteStore({
    folder,
    clock: systemClock,
    limits: { retention: millis(2 ** 40), maxBytes: 2 ** 40 },
    consumers: [{ module, options, transfer: [] }],
  })
  for (const { body } of spanRequests({ seed: 6, spans: REQUESTS, perRequest: 1 }))
    await writer.append(decodeRequest('traces', 'protobuf', body).request!)
  // Three seconds of work, most of which still wait.
  await expect.poll(() => counts[TAKEN], { timeout: 60_000, interval: 1 }).toBe(REQUESTS)
  expect(counts[COMMITS]).toBeGreaterThanOrEqual(2)
  await writer.close()
})
