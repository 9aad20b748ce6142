/**
 * D5: a collector whose disk of 512 MiB fills up. It refuses before the disk is quite full, says
 * when to come again, goes on answering, relieves the disk of its oldest partition where that helps,
 * and takes data again, without a restart, when there is room. Nothing acknowledged is lost.
 *
 * Needs a file system of its own: a tmpfs, which only root may mount.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import type { StatusAnswer } from '../../src/serve/api-types.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'
import { NumberedRequests, type NumberedRequest } from '../support/numbered.ts'
import { faults, storedRecords } from './ledger.ts'

const MIB = 1024 * 1024
/** The line in front of a full disk. */
const MIN_FREE = 100 * MIB
const RESERVE = 16 * MIB
/** What the row promises; a machine with much to do looks later. */
const ACCEPTS_WITHIN_MILLIS = 10_000
const TEST_TIMEOUT_MILLIS = 120_000

const isRoot = process.getuid?.() === 0
if (!isRoot) console.warn('SKIPPED: the full disk is a tmpfs, which only root may mount')

let disk: string
beforeEach(() => {
  disk = mkdtempSync(join(tmpdir(), 'hodoscope-disk-'))
  if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512m', 'tmpfs', disk])
})
afterEach(() => {
  if (isRoot) execFileSync('umount', ['-l', disk])
  rmSync(disk, { recursive: true })
})

const data = (): string => join(disk, 'data')
const filler = (): string => join(disk, 'filler')
const freeBytes = (): number => {
  const { bavail, bsize } = statfsSync(disk)
  return bavail * bsize
}
const leaveFree = (bytes: number): void => writeFileSync(filler(), Buffer.alloc(freeBytes() - bytes))
/** Not a page is left. */
function fillUp(): void {
  try {
    writeFileSync(filler(), Buffer.alloc(freeBytes() + MIB))
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
  }
}

interface Told {
  readonly status: number
  readonly retryAfter: string | null
}

async function sendOnce(url: string, { signal, body }: NumberedRequest): Promise<Told> {
  const headers = { 'content-type': 'application/x-protobuf' }
  const answer = await fetch(`${url}/v1/${signal}`, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  return { status: answer.status, retryAfter: answer.headers.get('retry-after') }
}

async function until(holds: () => boolean | Promise<boolean>, what: string, within = 60_000): Promise<void> {
  const deadline = performance.now() + within
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${within} ms: ${what}`)
    await wait(50)
  }
}

const refusing = async (url: string): Promise<string | null> =>
  ((await (await fetch(`${url}/api/status`)).json()) as StatusAnswer).store.refusing

const reserve = (): string => join(data(), 'reserve')
/** All of it: a part that is yet to be written would take room that a test has counted as free. */
const reserveIsTaken = (): boolean => statSync(reserve(), { throwIfNoEntry: false })?.size === RESERVE
const sealed = (): string[] =>
  readdirSync(join(data(), 'partitions')).filter(name => /^\d{12}-\d{12}\.db$/.test(name))

it.runIf(isRoot)(
  'is refused in front of, answered beside, and used again when it has room, without a restart',
  async () => {
    const requests = new NumberedRequests(new Random(5))
    const acknowledged: NumberedRequest[] = []
    const collector = await startCollector(data())
    const { url } = collector
    const send = async (request: NumberedRequest): Promise<Told> => {
      const told = await sendOnce(url, request)
      if (told.status === 200) acknowledged.push(request)
      return told
    }
    for (let n = 0; n < 20; n++) expect(await send(requests.spans(200))).toMatchObject({ status: 200 })
    await until(reserveIsTaken, 'the reserve is taken')
    leaveFree(MIN_FREE + MIB)
    const answers: Told[] = []
    await until(async () => {
      answers.push(await send(requests.spans(500)))
      return answers.at(-1)!.status !== 200
    }, 'it refuses')
    expect(freeBytes(), 'the line is in front of a full disk').toBeGreaterThan(MIN_FREE / 2)
    rmSync(filler())
    leaveFree(MIN_FREE - MIB)
    await until(async () => (await send(requests.spans(1))).status === 503, 'it refuses for good')
    for (let n = 0; n < 20; n++) answers.push(await send(requests.spans(100)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
    for (const { status, retryAfter } of answers)
      if (status === 503)
        expect(Number(retryAfter), 'seconds').toSatisfy(s => (s as number) >= 1 && (s as number) <= 5)
    expect(await refusing(url)).toBe('disk_full')
    // Queries answer, all of it.
    expect(await faults(url, acknowledged, true)).toEqual([])

    rmSync(filler())
    const began = performance.now()
    await until(async () => (await send(requests.spans(10))).status === 200, 'it accepts again')
    expect(performance.now() - began).toBeLessThan(ACCEPTS_WITHIN_MILLIS)
    await until(async () => (await refusing(url)) === null, 'the status says so')
    expect(await faults(url, acknowledged, true)).toEqual([])
    expect(await storedRecords(url)).toEqual({
      traces: acknowledged.reduce((sum, { items }) => sum + items, 0),
      logs: 0,
    })
    expect(await collector.stop()).toBe(0)
  },
  TEST_TIMEOUT_MILLIS,
)

it.runIf(isRoot)(
  'is relieved of its oldest partition, and takes data again',
  async () => {
    const requests = new NumberedRequests(new Random(6))
    const fill = async (url: string, count: number): Promise<NumberedRequest[]> => {
      const sent = Array.from({ length: count }, () => requests.spans(500))
      for (const request of sent) expect(await sendOnce(url, request)).toMatchObject({ status: 200 })
      return sent
    }
    const before = await startCollector(data())
    await fill(before.url, 40)
    expect(await before.stop()).toBe(0)
    const [oldest] = sealed()
    const collector = await startCollector(data())
    const kept = await fill(collector.url, 4)
    await until(reserveIsTaken, 'the reserve is taken')
    leaveFree(MIN_FREE - 64 * 1024)
    await until(() => !sealed().includes(oldest!), 'the oldest partition goes')
    await until(
      async () => (await sendOnce(collector.url, requests.spans(1))).status === 200,
      'it accepts again',
    )
    expect(await faults(collector.url, kept, true)).toEqual([])
    expect(await collector.stop()).toBe(0)
  },
  TEST_TIMEOUT_MILLIS,
)

it.runIf(isRoot)(
  'without a page left: it is started on, answers, removes what is old, and takes data when there is room',
  async () => {
    const requests = new NumberedRequests(new Random(7))
    const fill = async ({ url }: RunningCollector): Promise<NumberedRequest[]> => {
      const sent = Array.from({ length: 10 }, () => requests.spans(200))
      for (const request of sent) expect(await sendOnce(url, request)).toMatchObject({ status: 200 })
      return sent
    }
    const first = await startCollector(data())
    await fill(first)
    expect(await first.stop()).toBe(0)
    expect(sealed()).toHaveLength(1)
    const second = await startCollector(data())
    const kept = await fill(second)
    await until(reserveIsTaken, 'the reserve is taken')
    await second.kill()
    // What SQLite makes anew when it opens a file that a killed process had open.
    for (const name of readdirSync(data(), { recursive: true, encoding: 'utf8' }))
      if (name.endsWith('-shm')) rmSync(join(data(), name))
    fillUp()
    expect(freeBytes()).toBe(0)

    const collector = await startCollector(data())
    const { url } = collector
    expect(existsSync(reserve()), 'the reserve is given').toBe(false)
    expect(await faults(url, kept, true)).toEqual([])
    const ready = async (): Promise<string> => {
      const answer = await fetch(`${url}/readyz`)
      return `${answer.status} ${await answer.text()}`
    }
    await until(async () => (await ready()) !== '200 ready\n', 'it knows')
    expect(await ready()).toMatch(/^200 ready, but takes no telemetry: disk_full\. Free disk space/)
    expect(await sendOnce(url, requests.spans(1))).toMatchObject({ status: 503 })
    await until(() => sealed().length === 0, 'the oldest partition goes')

    rmSync(filler())
    // Nobody asks it to: a sender that was turned away is somewhere else by now.
    await until(async () => (await ready()) === '200 ready\n', 'it finds that there is room')
    const later = requests.spans(10)
    expect(await sendOnce(url, later)).toMatchObject({ status: 200 })
    expect(await faults(url, [later], true)).toEqual([])
    await until(() => existsSync(reserve()), 'the reserve is taken again')
    expect(await collector.stop()).toBe(0)
  },
  TEST_TIMEOUT_MILLIS,
)

it.runIf(isRoot)(
  'without a page left and without a reserve: it is told, and what to do about it',
  async () => {
    expect(await (await startCollector(data())).stop()).toBe(0)
    rmSync(reserve(), { force: true })
    fillUp()
    await expect(startCollector(data())).rejects.toThrow(
      `the data folder ${data()} cannot be used: the disk is full; free space on it, or choose another folder`,
    )
  },
  60_000,
)
