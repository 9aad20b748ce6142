/** What becomes of series in a backup, in a restored folder, and when retention takes partitions away. */
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeRequest } from '../../src/decode/request.ts'
import { decodeWrite } from '../../src/decode/write/request.ts'
import type { CanonicalRequest } from '../../src/model/canonical.ts'
import { millis, systemClock, unixMillis, type Clock } from '../../src/model/time.ts'
import { DataFolder, removeDatabase } from '../../src/store/sqlite/folder.ts'
import { openSqliteStore, type SqliteStore } from '../../src/store/sqlite/index.ts'
import { restore } from '../../src/store/sqlite/restore.ts'
import { Retention } from '../../src/store/sqlite/retention.ts'
import { SealedTimes } from '../../src/store/sqlite/sealed-times.ts'
import { heldNumbers, sentNumbers, writtenNumbers, type MetricKind } from '../support/numbered-samples.ts'

const ITEMS = 50
const KINDS = ['samples', 'metrics'] as const
const ROOM = 2 ** 40
const PATIENCE = { timeout: 30_000, interval: 2 }

let path: string
let data: string
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'hodoscope-keeping-'))
  data = join(path, 'data')
})
afterEach(() => rmSync(path, { recursive: true }))

const open = (limits = {}): Promise<SqliteStore> =>
  openSqliteStore({
    folder: data,
    clock: systemClock,
    limits: { retention: millis(ROOM), maxBytes: ROOM, blockAge: millis(1), ...limits },
  })

function request(kind: MetricKind, first: number): CanonicalRequest {
  const numbers = Array.from({ length: ITEMS }, (_, i) => first + i)
  return kind === 'samples'
    ? decodeWrite(writtenNumbers(numbers), unixMillis(8e15)).request!
    : decodeRequest('metrics', 'protobuf', sentNumbers(numbers)).request!
}

/** One request of either kind: numbers from `n × 50`. */
async function append(store: SqliteStore, n: number): Promise<void> {
  for (const kind of KINDS) await store.writer.append(request(kind, n * ITEMS))
}

/** Requests of which a folder holds all numbers; one that is held in part is a fault. */
function heldRequests(folder: string): Record<MetricKind, number[]> {
  const held = heldNumbers(folder)
  const whole = (kind: MetricKind): number[] =>
    [...Map.groupBy(held[kind], number => Math.floor(number / ITEMS))]
      .map(([n, numbers]) => (numbers.length === ITEMS ? n : NaN))
      .sort((a, b) => a - b)
  return { samples: whole('samples'), metrics: whole('metrics') }
}

const upTo = (count: number, from = 0): number[] => Array.from({ length: count - from }, (_, i) => from + i)

/** On a thread of its own, as the command runs in a process of its own. */
async function backupMeanwhile(to: string): Promise<void> {
  const module = new URL('../../src/store/sqlite/backup.ts', import.meta.url).href
  const script = `import(${JSON.stringify(module)}).then(({ backup }) =>
    backup(${JSON.stringify(data)}, ${JSON.stringify(to)}, new Date(0)))`
  const [code] = (await once(new Worker(script, { eval: true }), 'exit')) as [number]
  expect(code).toBe(0)
}

it('a backup under load holds every sample that was acknowledged before it began, and whole requests', async () => {
  const store = await open({ partitionBytes: 2_000 })
  const load = { acknowledged: 0, stopped: false }
  const sending = (async () => {
    while (!load.stopped) {
      await append(store, load.acknowledged)
      load.acknowledged++
      if (load.acknowledged % 5 === 0) void store.writer.drain()
    }
  })()
  const before: number[] = []
  for (let round = 0; round < 3; round++) {
    const aim = load.acknowledged + 20
    await expect.poll(() => load.acknowledged, PATIENCE).toBeGreaterThanOrEqual(aim)
    before.push(load.acknowledged)
    await backupMeanwhile(join(path, `copy-${round}`))
  }
  load.stopped = true
  await sending
  expect(store.writer.status().partitions).toBeGreaterThan(1)
  await store.writer.close()
  for (const [round, count] of before.entries()) {
    const restored = join(path, `restored-${round}`)
    restore(join(path, `copy-${round}`), restored)
    const held = heldRequests(restored)
    for (const kind of KINDS) {
      expect(held[kind].length).toBeGreaterThanOrEqual(count)
      expect(held[kind]).toEqual(upTo(held[kind].length))
    }
  }
  expect(heldRequests(data)).toEqual({ samples: upTo(load.acknowledged), metrics: upTo(load.acknowledged) })
}, 60_000)

describe('retention', { timeout: 60_000 }, () => {
  /** Three sealed partitions, of the requests 0 to 4, 5 to 9 and 10 to 14. */
  async function fill(): Promise<void> {
    for (let partition = 0; partition < 3; partition++) {
      const store = await open()
      for (let n = 0; n < 5; n++) await append(store, partition * 5 + n)
      await store.writer.close()
    }
  }

  it('by size takes sealed series away, and keeps what came since', async () => {
    await fill()
    const store = await open({ maxBytes: 1 })
    await expect.poll(() => new DataFolder(data).partitions().length, PATIENCE).toBe(0)
    await append(store, 15)
    expect(heldRequests(data)).toEqual({ samples: [15], metrics: [15] })
    await store.writer.close()
  })

  it('by age takes the oldest partition with all its series, and nothing of the others', async () => {
    await fill()
    const folder = new DataFolder(data)
    const sealed = new SealedTimes().of(folder.partitions())
    const times = sealed.map(({ sealedAt }) => sealedAt!)
    const clock = { wall: Number(times[0]!), ran: 0 }
    const handClock: Clock = { now: () => unixMillis(clock.wall), monotonic: () => millis(clock.ran) }
    // The first is as old as the retention a moment before the second is.
    const retention = new Retention(handClock, {
      retention: millis(1_000),
      maxBytes: ROOM,
    })
    const look = (): string[] => retention.expired(sealed, { otherBytes: 0, missingBytes: 0 })
    expect(look()).toEqual([])
    clock.wall = times[0]! + 1_001
    const gone: string[] = []
    for (; clock.ran <= 3_700_000 && gone.length === 0; clock.ran += 60_000) gone.push(...look())
    expect(gone).toEqual([sealed[0]!.name])
    for (const { name, path: file } of folder.partitions()) if (gone.includes(name)) removeDatabase(file)
    expect(heldRequests(data)).toEqual({ samples: upTo(15, 5), metrics: upTo(15, 5) })
  })
})
