/**
 * What 2xx promises, when the process dies exactly where it hurts: at each named place, once the
 * first time that the place is passed and once later. Whoever sends goes on as an exporter does.
 */
import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { FAIL_POINTS, type FailPoint } from '../../src/durable/fail-point.ts'
import { startCollector, type RunningCollector } from '../support/collector.ts'
import { NumberedRequests, type NumberedRequest } from '../support/numbered.ts'
import { countedCalls, countedSpans, faults, Ledger, storedRecords } from './ledger.ts'
import { MetricLoad } from './metric-load.ts'
import { post, startLoad } from './senders.ts'

const READY_WITHIN_MILLIS = 2_000
const DIES_WITHIN_MILLIS = 25_000
const TEST_TIMEOUT_MILLIS = 60_000
/** Passed so often under load that the later time may be any of these. */
const OFTEN: readonly FailPoint[] = ['request.read', 'journal.begin', 'journal.inserted', 'journal.committed']
const isOfClosing = (point: FailPoint): boolean => /^(seal|close)\.|^derive\.folded$/.test(point)
/**
 * Records with samples leave the journal when their series are cut, a minute later, or at a stop: the first
 * death is one under spans and logs, the second one of a stop under everything.
 */
const isOfRemoval = (point: FailPoint): boolean => point.startsWith('journal.remove')
const isOfRetention = (point: FailPoint): boolean => point.startsWith('retention.')
/** Passed for pinned traces alone: see `pins.test.ts`. */
const isOfPins = (point: FailPoint): boolean => point.startsWith('pin.')

const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const random = new Random(seed)
const readyMillis: number[] = []
let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hodoscope-fail-point-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

async function start(
  failPoint = '',
  settings: Readonly<Record<string, string>> = {},
): Promise<RunningCollector> {
  const environment = { ...settings, HODOSCOPE_FAILPOINT: failPoint }
  const collector = await startCollector(data, [], { environment })
  readyMillis.push(collector.readyMillis)
  return collector
}

/** @returns undefined when it passed the place, and died, before it was ready */
async function startOrDie(
  failPoint: string,
  settings?: Readonly<Record<string, string>>,
): Promise<RunningCollector | undefined> {
  try {
    return await start(failPoint, settings)
  } catch (error) {
    const { message } = (error as Error).cause as Error
    if (message !== 'it ended with SIGKILL') throw error
    return undefined
  }
}

/** Each place twice: in one folder, one death after the other, save where the first leaves nothing for a second. */
function deaths(point: FailPoint): [FailPoint, string[]][] {
  if (point === 'partition.created') return [point, point].map(place => [place, [place]])
  return [[point, [point, OFTEN.includes(point) ? `${point}:${2 + random.below(40)}` : point]]]
}

/** The last ones are the ones in danger; of the others the sums are held against what is stored. */
const some = (requests: readonly NumberedRequest[]): readonly NumberedRequest[] => requests.slice(-200)

async function diesByItself(collector: RunningCollector, where: string): Promise<void> {
  const deadline = setTimeout(() => void collector.kill(), DIES_WITHIN_MILLIS)
  const began = performance.now()
  expect(await collector.ended, where).toBe('SIGKILL')
  expect(performance.now() - began, `${where} was passed`).toBeLessThan(DIES_WITHIN_MILLIS)
  clearTimeout(deadline)
}

async function sendAgain(collector: RunningCollector, ledger: Ledger): Promise<void> {
  for (const request of ledger.open) if (await post(collector.url, request)) ledger.acknowledge(request)
}

describe(`killed at a place of its own choosing (SEED=${seed})`, () => {
  it.each(FAIL_POINTS.filter(point => !isOfRetention(point) && !isOfPins(point)).flatMap(deaths))(
    '%s: loses, tears and doubles nothing',
    async (point, failPoints) => {
      const requests = new NumberedRequests(random)
      const ledger = new Ledger()
      const metrics = new MetricLoad()
      for (const [n, failPoint] of failPoints.entries()) {
        const stops = isOfClosing(point) || (isOfRemoval(point) && n > 0)
        const collector = await startOrDie(failPoint)
        if (collector === undefined) continue
        await sendAgain(collector, ledger)
        const load = startLoad(collector.url, requests, ledger)
        const metricLoad = stops || !isOfRemoval(point) ? metrics.run(collector.url) : undefined
        if (stops) {
          const lives = load.acknowledged(40).then(() => true)
          const dies = collector.ended.then(() => false)
          if (await Promise.race([lives, dies])) process.kill(collector.pid, 'SIGTERM')
        }
        await diesByItself(collector, failPoint)
        await Promise.all([load.ended, metricLoad])
      }
      const collector = await start()
      expect(await faults(collector.url, some(ledger.acknowledged), true)).toEqual([])
      expect(await faults(collector.url, ledger.open, false)).toEqual([])
      await sendAgain(collector, ledger)
      const sent = { traces: ledger.items('traces'), logs: ledger.items('logs') }
      expect(await storedRecords(collector.url)).toEqual(sent)
      await expect.poll(() => countedSpans(data)).toBe(sent.traces)
      expect(countedCalls(data)).toBe(ledger.calls)
      await collector.kill()
      expect(metrics.faults(data)).toEqual([])
    },
    TEST_TIMEOUT_MILLIS,
  )

  it.each(FAIL_POINTS.filter(isOfRetention))(
    '%s: what is not yet removed is whole, and what came later is untouched',
    async point => {
      const requests = new NumberedRequests(random)
      const [old, fresh] = [new Ledger(), new Ledger()]
      for (const ledger of [old, old, fresh]) {
        const collector = await start()
        const load = startLoad(collector.url, requests, ledger)
        await load.acknowledged(30)
        // A clean stop seals a partition.
        if (ledger === old) expect(await collector.stop()).toBe(0)
        else await collector.kill()
        await load.ended
      }
      const filler = join(data, 'filler')
      writeFileSync(filler, '')
      truncateSync(filler, 80 * 2 ** 20)
      for (const failPoint of [point, point]) {
        const collector = await startOrDie(failPoint, { HODOSCOPE_STORAGE_MAX_BYTES: '64MiB' })
        if (collector !== undefined) await diesByItself(collector, failPoint)
      }
      rmSync(filler)
      const collector = await start()
      expect(await faults(collector.url, some(fresh.acknowledged), true)).toEqual([])
      expect(await faults(collector.url, some(old.acknowledged), false)).toEqual([])
      await collector.kill()
    },
    TEST_TIMEOUT_MILLIS,
  )

  afterAll(() => {
    readyMillis.sort((a, b) => a - b)
    const median = Math.round(readyMillis[readyMillis.length >> 1]!)
    console.log(`ready in ${median} ms (median), ${Math.round(readyMillis.at(-1)!)} ms (slowest)`)
    // The slowest start tells more about what else ran on the machine at that moment.
    expect(median).toBeLessThanOrEqual(READY_WITHIN_MILLIS)
  })
})
