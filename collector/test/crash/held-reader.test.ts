/**
 * D10: a reader that holds its snapshot for as long as a minute of 5,000 items a second takes. The
 * logs that SQLite must keep for it stay within bounds, and shrink when it lets go.
 *
 * The items come as fast as they are taken: how the logs grow depends on what is written meanwhile,
 * not on how long that takes.
 */
import { readdirSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { spanRequests } from '../../bench/payload/payload.ts'
import { decodeRequest } from '../../src/decode/request.ts'
import { millis, systemClock } from '../../src/model/time.ts'
import { openSqliteStore } from '../../src/store/sqlite/index.ts'
import openReader from '../../src/store/sqlite/reader.ts'
import { sizeOf } from '../../src/store/sqlite/folder.ts'

const ITEMS = 60 * 5_000
const MAX_WAL_BYTES = 256 * 1024 * 1024
const SHRUNK_BYTES = 64 * 1024 * 1024

/** Bytes of every write-ahead log in the folder. */
const walBytes = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.name.endsWith('-wal'))
    .reduce((sum, entry) => sum + sizeOf(join(entry.parentPath, entry.name)), 0)

it('a held snapshot keeps no more than 256 MiB of logs, and sees what it saw', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hodoscope-held-'))
  const limits = { retention: millis(86_400_000), maxBytes: 2 ** 40 }
  const { writer, readerSource } = await openSqliteStore({ folder, clock: systemClock, limits })
  const requests = spanRequests({
    seed: 10,
    spans: ITEMS,
    perRequest: 512,
    startMillis: Date.now() - 600_000,
  })
  const next = (): Promise<unknown> =>
    retried(() => {
      const { request } = decodeRequest('traces', 'protobuf', Uint8Array.from(body))
      return writer.append(request!)
    })
  let body = requests.next().value!.body
  await next()
  const reader = openReader(readerSource.options)
  const snapshot = reader.snapshot()
  const seen = snapshot.extent().traces.records
  let largest = 0
  for (const request of requests) {
    body = request.body
    await next()
    largest = Math.max(largest, walBytes(folder))
  }
  expect(largest).toBeGreaterThan(0)
  expect(largest).toBeLessThanOrEqual(MAX_WAL_BYTES)
  expect(snapshot.extent().traces.records).toBe(seen)
  snapshot.release()
  await writer.drain()
  const later = reader.snapshot()
  expect(later.extent().traces.records).toBe(ITEMS)
  later.release()
  reader.close()
  await writer.close()
  expect(walBytes(folder)).toBeLessThan(SHRUNK_BYTES)
  rmSync(folder, { recursive: true })
}, 180_000)

/** While the store is busy the same request comes again. */
async function retried(attempt: () => Promise<unknown>): Promise<unknown> {
  for (;;)
    try {
      return await attempt()
    } catch (error) {
      if ((error as { retryable?: boolean }).retryable !== true) throw error
      await wait(20)
    }
}
