/**
 * What 2xx promises, under `kill -9`: nothing that was acknowledged is lost, no request is stored
 * in part, none twice, every span, call and error is counted once, and the collector is back within two seconds.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { startAndKill, startCollector } from '../support/collector.ts'
import { NumberedRequests } from '../support/numbered.ts'
import { countedCalls, countedErrors, countedSpans, faults, Ledger, storedRecords } from './ledger.ts'
import { MetricLoad } from './metric-load.ts'
import { post, startLoad } from './senders.ts'

const KILLS = 40
const READY_WITHIN_MILLIS = 2_000
/** Requests acknowledged between a start and the kill that follows. */
const MOST_ACKNOWLEDGED = 120
const TEST_TIMEOUT_MILLIS = 400_000

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hodoscope-crash-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

it(
  `loses, tears and doubles nothing that it acknowledged when it is killed ${KILLS} times under load`,
  async () => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
    console.log(`crash test: SEED=${seed}`)
    const random = new Random(seed)
    const requests = new NumberedRequests(random)
    const ledger = new Ledger()
    const metrics = new MetricLoad()
    const readyMillis: number[] = []
    let checked = 0

    for (let kill = 0; kill < KILLS; kill++) {
      // Now and then it dies while it recovers from the death before.
      if (kill % 8 === 7) await startAndKill(data, random.below(300))
      const collector = await startCollector(data)
      readyMillis.push(collector.readyMillis)

      const fresh = ledger.acknowledged.slice(checked)
      checked += fresh.length
      expect(await faults(collector.url, fresh, true)).toEqual([])
      expect(await faults(collector.url, ledger.open, false)).toEqual([])
      for (const request of ledger.open) if (await post(collector.url, request)) ledger.acknowledge(request)

      const load = startLoad(collector.url, requests, ledger)
      const metricLoad = metrics.run(collector.url)
      await load.acknowledged(1 + random.below(MOST_ACKNOWLEDGED))
      await wait(random.below(12))
      await collector.kill()
      await Promise.all([load.ended, metricLoad])
      expect(metrics.faults(data)).toEqual([])
    }

    const collector = await startCollector(data)
    for (const request of ledger.open) if (await post(collector.url, request)) ledger.acknowledge(request)
    expect(await faults(collector.url, ledger.acknowledged, true)).toEqual([])
    const sent = { traces: ledger.items('traces'), logs: ledger.items('logs') }
    expect(await storedRecords(collector.url)).toEqual(sent)
    expect(await collector.stop()).toBe(0)

    const sealed = await startCollector(data)
    expect(await storedRecords(sealed.url)).toEqual(sent)
    await sealed.stop()
    expect(countedSpans(data)).toBe(sent.traces)
    expect(countedErrors(data)).toBe(ledger.errors)
    expect(countedCalls(data)).toBe(ledger.calls)
    expect(metrics.faults(data)).toEqual([])
    expect(metrics.items).toBeGreaterThan(0)

    readyMillis.sort((a, b) => a - b)
    const median = Math.round(readyMillis[KILLS / 2]!)
    console.log(
      `crash test: ${ledger.acknowledged.length} requests, ${sent.traces} spans, ${sent.logs} logs and ${metrics.items} samples kept; ` +
        `ready again in ${median} ms (median), ${Math.round(readyMillis.at(-1)!)} ms (slowest)`,
    )
    // The slowest start tells more about what else ran on the machine at that moment.
    expect(median).toBeLessThanOrEqual(READY_WITHIN_MILLIS)
  },
  TEST_TIMEOUT_MILLIS,
)
