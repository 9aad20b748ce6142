/**
 * A backup of a store that takes data meanwhile, and what a restored one holds.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeRequest } from '../../decode/request.ts'
import { spanRequests } from '../../../bench/payload/payload.ts'
import { millis, systemClock, unixNano } from '../../model/time.ts'
import { backup, MANIFEST, type Manifest } from './backup.ts'
import { BackupRefused } from './fresh-folder.ts'
import { openSqliteStore, type SqliteStore } from './index.ts'
import openReader from './reader.ts'
import { restore } from './restore.ts'

const patient = { check: () => undefined, progress: () => undefined }
const LIMITS = { retention: millis(2 ** 40), maxBytes: 2 ** 40, blockAge: millis(1), partitionBytes: 20_000 }
const requests = [...spanRequests({ seed: 9, spans: 40_000, perRequest: 20 })]

/** Between two requests, so that the load lasts through every backup. */
const LOAD_PAUSE_MILLIS = 2

let path: string
let data: string
let copy: string
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'hodoscope-backup-'))
  data = join(path, 'data')
  copy = join(path, 'backups', 'monday')
})
afterEach(() => rmSync(path, { recursive: true }))

const open = (folder: string): Promise<SqliteStore> =>
  openSqliteStore({ folder, clock: systemClock, limits: LIMITS })

const append = (store: SqliteStore, i: number): Promise<unknown> =>
  store.writer.append(decodeRequest('traces', 'protobuf', Uint8Array.from(requests[i]!.body)).request!)
const sent = (count: number): number => requests.slice(0, count).reduce((sum, { spans }) => sum + spans, 0)

/** How many spans a folder holds, each read; and how many distinct ones. */
async function spansIn(folder: string): Promise<{ spans: number; distinct: number; partial: number }> {
  const store = await open(folder)
  const reader = openReader(store.readerSource.options)
  const snapshot = reader.snapshot()
  const { records } = snapshot.extent().traces
  const range = { from: unixNano(0n), to: unixNano(2n ** 63n) }
  const filter = { op: 'all' } as const
  const { hits } = snapshot.searchTraces({ filter, range, sort: 'newest', limit: 100_000 }, patient)
  const distinct = hits.reduce((sum, { summary }) => sum + summary.spanCount, 0)
  const partial = snapshot.partial.length
  snapshot.release()
  reader.close()
  await store.writer.close()
  return { spans: records, distinct, partial }
}

/** Runs the backup on a thread of its own, as the command runs in a process of its own. */
async function backupMeanwhile(to: string): Promise<void> {
  const module = new URL('./backup.ts', import.meta.url).href
  const script = `import(${JSON.stringify(module)}).then(({ backup }) =>
    backup(${JSON.stringify(data)}, ${JSON.stringify(to)}, new Date(0)))`
  const worker = new Worker(script, { eval: true })
  const [code] = (await once(worker, 'exit')) as [number]
  expect(code).toBe(0)
}

describe('a backup', () => {
  it('of a store under load holds everything acknowledged before it began, once', async () => {
    const store = await open(data)
    const load = { acknowledged: 0, stopped: false }
    const sending = (async () => {
      while (!load.stopped && load.acknowledged < requests.length) {
        await append(store, load.acknowledged)
        load.acknowledged++
        // Everything moves on into blocks, and every few blocks a partition is sealed.
        if (load.acknowledged % 5 === 0) void store.writer.drain()
        await wait(LOAD_PAUSE_MILLIS)
      }
    })()
    const before: number[] = []
    for (let round = 0; round < 5; round++) {
      const aim = load.acknowledged + 50
      await expect.poll(() => load.acknowledged, { interval: 1, timeout: 30_000 }).toBeGreaterThanOrEqual(aim)
      before.push(load.acknowledged)
      await backupMeanwhile(`${copy}-${round}`)
    }
    expect(load.acknowledged).toBeLessThan(requests.length)
    load.stopped = true
    await sending
    expect(store.writer.status().partitions).toBeGreaterThan(3)
    await store.writer.close()
    for (const [round, count] of before.entries()) {
      restore(`${copy}-${round}`, `${copy}-${round}-restored`)
      const { spans, distinct, partial } = await spansIn(`${copy}-${round}-restored`)
      expect(partial).toBe(0)
      expect(spans).toBe(distinct)
      expect(spans).toBeGreaterThanOrEqual(sent(count))
      expect(spans).toBeLessThanOrEqual(sent(load.acknowledged))
    }
  }, 60_000)

  it('of a stopped store is the store', async () => {
    const store = await open(data)
    for (let i = 0; i < 50; i++) await append(store, i)
    await store.writer.close()
    const { files, left } = backup(data, copy, new Date(0))
    expect(files.map(({ name }) => name)).toEqual([
      'catalogue.db',
      'journal.db',
      expect.stringMatching(/^partitions\/0+1-\d+\.db$/),
    ])
    expect(left).toEqual([])
    restore(copy, join(path, 'restored'))
    expect((await spansIn(join(path, 'restored'))).spans).toBe(sent(50))
  })

  it('does not go into a folder that holds anything, and leaves nothing behind', async () => {
    await (await open(data)).writer.close()
    mkdirSync(copy, { recursive: true })
    writeFileSync(join(copy, 'precious'), '')
    expect(() => backup(data, copy, new Date(0))).toThrow(`${copy} is not empty`)
    expect(() => backup(join(path, 'nothing'), `${copy}-2`, new Date(0))).toThrow('is no data folder')
    expect(readdirSync(join(path, 'backups'))).toEqual(['monday'])
    expect(existsSync(join(path, 'nothing'))).toBe(false)
  })

  it('tells what is in quarantine and leaves it out', async () => {
    await (await open(data)).writer.close()
    writeFileSync(join(data, 'partitions', '000000000001-000000000002.db.quarantine'), 'x')
    expect(backup(data, copy, new Date(0)).left).toEqual([
      '000000000001-000000000002.db.quarantine: put aside: damaged',
    ])
  })
})

describe('a restoration', () => {
  let manifest: Manifest
  const restored = (): string => join(path, 'restored')
  beforeEach(async () => {
    const store = await open(data)
    for (let i = 0; i < 20; i++) await append(store, i)
    await store.writer.close()
    manifest = backup(data, copy, new Date(0))
  })

  const refusal = (): string => {
    try {
      restore(copy, restored())
    } catch (error) {
      expect(error).toBeInstanceOf(BackupRefused)
      expect(readdirSync(path).filter(name => name.startsWith('restored'))).toEqual([])
      return (error as Error).message
    }
    throw new Error('it was restored')
  }

  it('refuses a file that was changed, cut or taken away, and names it', () => {
    for (const { name } of manifest.files) {
      const file = join(copy, name)
      const whole = readFileSync(file)
      appendFileSync(file, 'x')
      expect(refusal()).toBe(`${file} is not as it was when the backup was made`)
      const changed = Buffer.from(whole)
      changed[whole.length >> 1]! ^= 1
      writeFileSync(file, changed)
      expect(refusal()).toBe(`${file} is not as it was when the backup was made`)
      rmSync(file)
      expect(refusal()).toBe(`${file} is missing`)
      writeFileSync(file, whole)
    }
    restore(copy, restored())
  })

  it('refuses what is no backup, and a list that leads out of it', () => {
    const list = join(copy, MANIFEST)
    const text = readFileSync(list, 'utf8')
    writeFileSync(list, text.replace('journal.db', '../../journal.db'))
    expect(refusal()).toContain('"../../journal.db" is no file of a backup')
    writeFileSync(list, 'half a li')
    expect(refusal()).toContain('cannot be read; is the backup complete?')
    rmSync(list)
    expect(refusal()).toBe(`${copy} is no backup: it has no ${MANIFEST}`)
  })

  it('does not go over a data folder', () => {
    expect(() => restore(copy, data)).toThrow(`${data} is not empty`)
  })
})
