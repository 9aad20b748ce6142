/**
 * Pinned traces outlive their partitions: on real files, with the store's own retention at work.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logRequests, spanRequests } from '../../../bench/payload/payload.ts'
import { patient } from '../../../test/conformance/scene.ts'
import { plainOutline, wholeTrace } from '../../../test/query/whole-trace.ts'
import { decodeRequest } from '../../decode/request.ts'
import { millis, systemClock, unixNano } from '../../model/time.ts'
import type { Snapshot } from '../api.ts'
import { backup } from './backup.ts'
import { DataFolder } from './folder.ts'
import { openSqliteStore, type SqliteStore } from './index.ts'
import { checkPartition } from './partition-check.ts'
import openReader from './reader.ts'
import { restore } from './restore.ts'

const SPANS_OF_TRACE = 9
const LOGS_OF_TRACE = 6
const ROOM = 2 ** 40
const PATIENCE = { timeout: 20_000 }

let path: string
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'hodoscope-pins-'))
})
afterEach(() => rmSync(path, { recursive: true }))

/** @param maxBytes 1: every sealed partition has to go */
const open = (maxBytes = ROOM, folder = path): Promise<SqliteStore> =>
  openSqliteStore({ folder, clock: systemClock, limits: { retention: millis(ROOM), maxBytes } })

function ask<T>({ readerSource }: SqliteStore, question: (snapshot: Snapshot) => T): T {
  const reader = openReader(readerSource.options)
  const snapshot = reader.snapshot()
  try {
    return question(snapshot)
  } finally {
    snapshot.release()
    reader.close()
  }
}

/** Everything that is told of a trace. */
const told = (store: SqliteStore, traceId: string): unknown =>
  ask(store, snapshot => [
    plainOutline(snapshot.traceOutline(traceId, patient)),
    wholeTrace(snapshot, traceId, 100, patient),
    snapshot.traceLogs(traceId, 100, patient),
    snapshot.traceSummary(traceId, patient),
  ])

const records = (store: SqliteStore): readonly [number, number] =>
  ask(store, snapshot => {
    const { traces, logs } = snapshot.extent()
    return [traces.records, logs.records]
  })

/** Fills a folder with two partitions, each with spans and logs of the same traces. @returns trace ids */
async function fill(): Promise<string[]> {
  const traceIds: string[] = []
  for (const seed of [3, 4]) {
    const store = await open()
    for (const { body, traceId } of spanRequests({ seed, spans: 900, perRequest: 50 })) {
      traceIds.push(traceId)
      await store.writer.append(decodeRequest('traces', 'protobuf', body).request!)
    }
    for (const { body } of logRequests({ seed, logs: 600, perRequest: 50 }))
      await store.writer.append(decodeRequest('logs', 'protobuf', body).request!)
    await store.writer.close()
  }
  return traceIds
}

const gone = (): Promise<void> =>
  expect.poll(() => new DataFolder(path).partitions().length, PATIENCE).toBe(0)

const pinFiles = (): string[] =>
  readdirSync(join(path, 'partitions')).filter(name => name.endsWith('.pin.db'))

describe('a pinned trace', { timeout: 60_000 }, () => {
  it('is answered as before when its partition is gone, and nothing else is', async () => {
    const traceIds = await fill()
    const pinned = traceIds[0]!
    const other = traceIds.find(traceId => traceId !== pinned)!
    const first = await open()
    await first.writer.pin(pinned, 'the slow one')
    const before = told(first, pinned)
    expect(records(first)).toEqual([1800, 1200])
    await first.writer.close()

    const store = await open(1)
    await gone()
    expect(told(store, pinned)).toEqual(before)
    expect(records(store)).toEqual([SPANS_OF_TRACE, LOGS_OF_TRACE])
    expect(ask(store, snapshot => snapshot.traceOutline(other, patient))).toBeUndefined()
    const range = { from: unixNano(0n), to: unixNano(2n ** 63n) }
    const search = { filter: { op: 'all' }, range, sort: 'newest', limit: 10 } as const
    const { hits } = ask(store, snapshot => snapshot.searchTraces(search, patient))
    expect(hits.map(hit => hit.summary.traceId)).toEqual([pinned])
    expect(store.writer.pins()).toMatchObject([{ traceId: pinned, note: 'the slow one' }])
    expect(store.writer.status()).toMatchObject({ pinnedTraces: 1, pinnedBytes: expect.any(Number) })
    await expect.poll(() => store.writer.status().pinnedBytes).toBeGreaterThan(0)
    for (const file of new DataFolder(path).pins()) for (const _ of checkPartition(file));
    await store.writer.close()
  })

  it('goes when it is unpinned', async () => {
    const pinned = (await fill())[0]!
    const store = await open()
    await store.writer.pin(pinned, '')
    await store.writer.close()
    const small = await open(1)
    await gone()
    expect(await small.writer.unpin(pinned)).toBe(true)
    expect(await small.writer.unpin(pinned)).toBe(false)
    await expect.poll(pinFiles, PATIENCE).toEqual([])
    expect(records(small)).toEqual([0, 0])
    expect(small.writer.status()).toMatchObject({ pinnedTraces: 0 })
    await small.writer.close()
  })

  it('stays after a backup and its restoration', async () => {
    const pinned = (await fill())[0]!
    const store = await open()
    await store.writer.pin(pinned, 'kept')
    const before = told(store, pinned)
    await store.writer.close()
    const small = await open(1)
    await gone()
    const [copy, restored] = [join(path, 'copy'), join(path, 'restored')]
    backup(path, copy, new Date(0))
    await small.writer.close()
    restore(copy, restored)
    const again = await open(1, restored)
    expect(told(again, pinned)).toEqual(before)
    await expect.poll(() => again.writer.pins(), PATIENCE).toMatchObject([{ traceId: pinned, note: 'kept' }])
    await again.writer.close()
  })

  it('is answered once while its copy and its partition are both there', async () => {
    const pinned = (await fill())[0]!
    const store = await open()
    await store.writer.pin(pinned, '')
    await store.writer.close()
    const folder = new DataFolder(path)
    const files = folder.partitions()
    const { keepPinned } = await import('./keep-pinned.ts')
    for (const file of files) keepPinned(folder, file, [pinned], systemClock.now())
    expect(pinFiles()).toHaveLength(1)
    expect(folder.pins()).toEqual([])
    const again = await open()
    expect(records(again)).toEqual([1800, 1200])
    // What a crash left between copying and removing is cleared away, and made anew when it is time.
    expect(pinFiles()).toEqual([])
    await again.writer.close()
  })

  it('whose catalogue was lost stays pinned', async () => {
    const pinned = (await fill())[0]!
    const store = await open()
    await store.writer.pin(pinned, 'lost with it')
    await store.writer.close()
    const small = await open(1)
    await gone()
    await small.writer.close()
    for (const name of readdirSync(path)) if (name.startsWith('catalogue.db')) rmSync(join(path, name))
    const again = await open(1)
    await expect.poll(() => again.writer.pins(), PATIENCE).toMatchObject([{ traceId: pinned, note: '' }])
    expect(records(again)).toEqual([SPANS_OF_TRACE, LOGS_OF_TRACE])
    await again.writer.close()
  })

  it('a catalogue that cannot be used stops the start, and the error says what to do', async () => {
    writeFileSync(
      join(path, 'catalogue.db'),
      'no database at all, but long enough to be taken for one'.repeat(40),
    )
    await expect(open()).rejects.toThrow(
      /catalogue\.db cannot be used .*: take it from a backup, or move it away/,
    )
  })
})
