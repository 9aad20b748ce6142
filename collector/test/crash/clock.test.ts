/**
 * D7: the wall clock jumps for a while and comes back. Nothing is removed by the jump, what is sent
 * meanwhile is kept, and the process does not notice otherwise. Debian's libfaketime shifts the clock
 * of the running process, and leaves its monotonic one alone.
 */
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'
import { NumberedRequests } from '../support/numbered.ts'
import { faults, storedRecords } from './ledger.ts'
import { post } from './senders.ts'

const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'
const hasFaketime = existsSync(LIBRARY)
if (!hasFaketime && process.env['CI'] === 'true') throw new Error('faketime is not installed')
if (!hasFaketime) console.warn("SKIPPED: the jumps of the clock take Debian's faketime")

/** Retention looks once a second. */
const JUMP_MILLIS = 10_000
const RETENTION = '1d'
/** As libfaketime reads them; DST and leap seconds change no Unix time, so that a zone stands for them. */
const JUMPS: readonly (readonly [what: string, clock: string, zone: string])[] = [
  ['an hour forward', '+1h', 'UTC'],
  ['an hour back', '-1h', 'UTC'],
  ['a day forward', '+1d', 'UTC'],
  ['a day back', '-1d', 'UTC'],
  ['400 days forward', '+400d', 'UTC'],
  ['to 1970', '@1970-01-01 00:00:10', 'UTC'],
  ['to 2106', '@2106-02-07 06:28:10', 'UTC'],
  ['into the hour that is there twice', '@2026-10-25 02:59:55', 'Europe/Berlin'],
]

const sealed = (data: string): string[] =>
  readdirSync(join(data, 'partitions')).filter(name => /^\d+-\d+\.db$/.test(name))

/** How far the clock of the collector is from this one's, by the date that its answers carry. */
async function minutesOff(url: string): Promise<number> {
  const { headers } = await fetch(`${url}/healthz`)
  return Math.abs(Date.parse(headers.get('date')!) - Date.now()) / 60_000
}

describe.runIf(hasFaketime)('a clock that jumps', () => {
  it.concurrent.for(JUMPS)(
    '$0 and back: nothing goes, and what came meanwhile is there',
    { timeout: 120_000 },
    async ([, clock, TZ], { expect }) => {
      const folder = await mkdtemp(join(tmpdir(), 'hodoscope-clock-'))
      const data = join(folder, 'data')
      const file = join(folder, 'clock')
      const set = (to: string): void => writeFileSync(file, `${to}\n`)
      const environment = {
        TZ,
        HODOSCOPE_STORAGE_RETENTION: RETENTION,
        LD_PRELOAD: LIBRARY,
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      }
      const running: RunningCollector[] = []
      const start = async (): Promise<RunningCollector> => {
        running.push(await startCollector(data, [], { environment }))
        return running.at(-1)!
      }
      try {
        set('+0')
        const requests = new NumberedRequests(new Random(7))
        const sent = Array.from({ length: 4 }, () => requests.spans(10))
        const send = async (url: string, n: number): Promise<void> =>
          expect(await post(url, sent[n]!)).toBe(true)
        const first = await start()
        await send(first.url, 0)
        expect(await first.stop()).toBe(0)
        const before = sealed(data)
        expect(before).toHaveLength(1)

        const { url, ...collector } = await start()
        await send(url, 1)
        set(clock)
        await expect.poll(() => minutesOff(url), { timeout: 5_000 }).toBeGreaterThan(50)
        await send(url, 2)
        await wait(JUMP_MILLIS)
        expect(sealed(data)).toEqual(before)
        set('+0')
        await expect.poll(() => minutesOff(url), { timeout: 5_000 }).toBeLessThan(1)
        await send(url, 3)
        await wait(2_000)
        expect(sealed(data)).toEqual(before)
        expect(await faults(url, sent, true)).toEqual([])
        expect(await storedRecords(url)).toEqual({ traces: 40, logs: 0 })
        expect(collector.output.filter(line => /error|fatal/i.test(line))).toEqual([])
        expect(await collector.stop()).toBe(0)
      } finally {
        await Promise.all(running.map(one => one.kill()))
        await rm(folder, { recursive: true, force: true })
      }
    },
  )
})
