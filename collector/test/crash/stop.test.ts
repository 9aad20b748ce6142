/**
 * SIGTERM: what is under way is finished and everything acknowledged is kept, under load, with a
 * full disk, and for an operator who has no patience. And one folder has one process.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { startCollector } from '../support/collector.ts'
import { NumberedRequests } from '../support/numbered.ts'
import { faults, Ledger, storedRecords } from './ledger.ts'
import { post, startLoad } from './senders.ts'

const STOPS = 10
const STOPS_WITHIN_MILLIS = 10_000
const TEST_TIMEOUT_MILLIS = 120_000
const isRoot = process.getuid?.() === 0
if (!isRoot) console.warn('SKIPPED: the test with a full disk mounts a tmpfs, which takes root')

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hodoscope-stop-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

it(
  `ends with 0 within ten seconds, ${STOPS} times under load, and keeps what it acknowledged`,
  async () => {
    const requests = new NumberedRequests(new Random(13))
    const ledger = new Ledger()
    for (let stop = 0; stop < STOPS; stop++) {
      const collector = await startCollector(data)
      for (const request of ledger.open) if (await post(collector.url, request)) ledger.acknowledge(request)
      const load = startLoad(collector.url, requests, ledger)
      await load.acknowledged(5 + 3 * stop)
      const began = performance.now()
      expect(await collector.stop()).toBe(0)
      expect(performance.now() - began).toBeLessThan(STOPS_WITHIN_MILLIS)
      await load.ended
    }
    const collector = await startCollector(data)
    for (const request of ledger.open) if (await post(collector.url, request)) ledger.acknowledge(request)
    expect(await faults(collector.url, ledger.acknowledged, true)).toEqual([])
    const sent = { traces: ledger.items('traces'), logs: ledger.items('logs') }
    expect(await storedRecords(collector.url)).toEqual(sent)
    await collector.kill()
  },
  TEST_TIMEOUT_MILLIS,
)

it(
  'ends at once on a second SIGTERM, and loses nothing by it',
  async () => {
    const requests = new NumberedRequests(new Random(14))
    const ledger = new Ledger()
    const collector = await startCollector(data)
    const load = startLoad(collector.url, requests, ledger)
    await load.acknowledged(60)
    process.kill(collector.pid, 'SIGSTOP')
    process.kill(collector.pid, 'SIGTERM')
    process.kill(collector.pid, 'SIGCONT')
    await wait(550)
    const gone = (await Promise.race([collector.ended, wait(0, 'running')])) !== 'running'
    if (!gone) process.kill(collector.pid, 'SIGTERM')
    expect([0, 143]).toContain(await collector.ended)
    await load.ended
    const again = await startCollector(data)
    expect(await faults(again.url, ledger.acknowledged, true)).toEqual([])
    await again.kill()
  },
  TEST_TIMEOUT_MILLIS,
)

it.runIf(isRoot)(
  'ends within ten seconds when the disk is full, and loses nothing by it',
  async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', data])
    try {
      const folder = join(data, 'data')
      const requests = new NumberedRequests(new Random(15))
      const collector = await startCollector(folder)
      const ledger = new Ledger()
      for (let i = 0; i < 30; i++) {
        const request = requests.spans(512)
        ledger.sent(request)
        expect(await post(collector.url, request)).toBe(true)
        ledger.acknowledge(request)
      }
      const { bavail, bsize } = statfsSync(data)
      try {
        writeFileSync(join(data, 'filler'), Buffer.alloc(bavail * bsize))
      } catch (error) {
        expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
      }
      const began = performance.now()
      expect(await collector.stop()).toBe(0)
      expect(performance.now() - began).toBeLessThan(STOPS_WITHIN_MILLIS)
      rmSync(join(data, 'filler'))
      const again = await startCollector(folder)
      expect(await faults(again.url, ledger.acknowledged, true)).toEqual([])
      expect(await storedRecords(again.url)).toEqual({ traces: 30 * 512, logs: 0 })
      await again.kill()
    } finally {
      execFileSync('umount', ['-l', data])
    }
  },
  TEST_TIMEOUT_MILLIS,
)

it('leaves a folder alone that another process has, and says which one', async () => {
  const first = await startCollector(data)
  expect(await post(first.url, new NumberedRequests(new Random(16)).spans(4))).toBe(true)
  // The first one writes on by itself: its journal, and each minute that it saw.
  const sizes = (): unknown =>
    readdirSync(data, { recursive: true, encoding: 'utf8' })
      .filter(name => !name.includes('journal') && name !== 'derived.db-wal')
      .map(name => [name, statSync(join(data, name)).size])
  // Once it has room to spare it sets some aside; nothing else changes after that.
  await expect
    .poll(() => statSync(join(data, 'reserve'), { throwIfNoEntry: false })?.size, { timeout: 10_000 })
    .toBe(2 ** 24)
  const before = sizes()
  await expect(startCollector(data)).rejects.toThrow(`is in use by process ${first.pid}`)
  expect(sizes()).toEqual(before)
  expect(await storedRecords(first.url)).toEqual({ traces: 4, logs: 0 })
  expect(await first.stop()).toBe(0)
}, 30_000)
