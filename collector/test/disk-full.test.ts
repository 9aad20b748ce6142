/**
 * A full disk: nothing is acknowledged that is not stored, nothing acknowledged is lost, queries go
 * on, and when space comes back so does everything else, without a restart.
 *
 * Needs a file system of its own: a tmpfs, which only root may mount.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeRequest } from '../src/decode/request.ts'
import { spanRequests } from '../bench/payload/payload.ts'
import { millis, systemClock, unixNano } from '../src/model/time.ts'
import { MATCH_ALL } from '../src/filter/ast.ts'
import type { StoreWriter } from '../src/store/api.ts'
import { openSqliteStore, type SqliteStore } from '../src/store/sqlite/index.ts'
import openReader from '../src/store/sqlite/reader.ts'

const MB = 1024 * 1024
const isRoot = process.getuid?.() === 0
if (!isRoot) console.warn('SKIPPED: the disk-full tests mount a tmpfs, which takes root')

const requests = [...spanRequests({ seed: 5, spans: 40_000, perRequest: 512 })]
const patient = { check: () => undefined, progress: () => undefined }

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 10_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('did not come true within 10 s')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

describe.runIf(isRoot)('a full disk', () => {
  let folder: string
  let store: SqliteStore
  let writer: StoreWriter
  const filler = (): string => join(folder, 'filler')

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hodoscope-full-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder])
    const limits = { retention: millis(3_600_000), maxBytes: 2 ** 40, minFreeBytes: 16 * MB, reserveBytes: 0 }
    store = await openSqliteStore({ folder: join(folder, 'data'), clock: systemClock, limits })
    writer = store.writer
  })
  afterEach(async () => {
    rmSync(filler(), { force: true })
    await writer.close()
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true })
  })

  const leaveFree = (bytes: number): void => {
    const { bavail, bsize } = statfsSync(folder)
    try {
      writeFileSync(filler(), Buffer.alloc(Math.max(0, bavail * bsize - bytes)))
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
    }
  }
  const append = (i: number): Promise<unknown> =>
    writer.append(decodeRequest('traces', 'protobuf', Uint8Array.from(requests[i]!.body)).request!)
  const storedSpans = (): number => {
    const reader = openReader(store.readerSource.options)
    const snapshot = reader.snapshot()
    const range = { from: unixNano(0n), to: unixNano(2n ** 63n) }
    snapshot.searchTraces({ filter: MATCH_ALL, range, sort: 'newest', limit: 5 }, patient)
    const { records } = snapshot.extent().traces
    snapshot.release()
    reader.close()
    return records
  }
  const sent = (count: number): number =>
    requests.slice(0, count).reduce((sum, request) => sum + request.spans, 0)

  it('refuses as retryable before it is quite full, answers queries, and takes data again when there is room', async () => {
    await append(0)
    leaveFree(15 * MB)
    await until(async () => {
      const outcome = await append(1).then(
        () => 'stored',
        (error: { code: string; retryable: boolean }) => `${error.code} ${error.retryable}`,
      )
      return outcome === 'disk_full true'
    })
    expect(writer.status().refusing).toBe('disk_full')
    const before = storedSpans()
    rmSync(filler())
    await until(() =>
      append(2).then(
        () => true,
        () => false,
      ),
    )
    expect(storedSpans()).toBe(before + requests[2]!.spans)
    expect(writer.status().refusing).toBe(undefined)
  })

  it('that has no room left for blocks keeps everything in the journal until there is', async () => {
    for (let i = 0; i < 10; i++) await append(i)
    leaveFree(0)
    const drained = writer.drain().then(() => 'drained')
    expect(storedSpans()).toBe(sent(10))
    rmSync(filler())
    expect(await drained).toBe('drained')
    expect(storedSpans()).toBe(sent(10))
    for (let i = 10; i < 20; i++) await append(i)
    await writer.drain()
    expect(storedSpans()).toBe(sent(20))
    expect(writer.status().backlogRecords).toBe(0)
  })
})
