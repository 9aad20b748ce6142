/**
 * A slow sender lets the journal run empty between its requests. Numbers of journal records must
 * not begin anew then: a store that gives a number twice takes the second record for one that it
 * has already applied, and drops it.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { startCollector } from '../support/collector.ts'
import { NumberedRequests, type NumberedRequest } from '../support/numbered.ts'
import { faults, storedRecords } from './ledger.ts'
import { ITEMS, MetricLoad } from './metric-load.ts'
import { post } from './senders.ts'

const ROUNDS = 8

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hodoscope-slow-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

it('keeps every request of a sender between whose requests the journal runs empty', async () => {
  const requests = new NumberedRequests(new Random(1))
  const sent: NumberedRequest[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const collector = await startCollector(data)
    const request = requests.spans(8)
    expect(await post(collector.url, request)).toBe(true)
    sent.push(request)
    expect(await faults(collector.url, sent, true)).toEqual([])
    expect(await storedRecords(collector.url)).toEqual({ traces: 8 * sent.length, logs: 0 })
    // A clean stop drains the journal into blocks.
    expect(await collector.stop()).toBe(0)
  }
}, 120_000)

it('keeps every sample of a sender of metrics between whose requests the journal runs empty', async () => {
  const metrics = new MetricLoad()
  for (let round = 1; round <= ROUNDS; round++) {
    const collector = await startCollector(data)
    for (const kind of ['samples', 'metrics'] as const) {
      const before = metrics.wireBytes[kind]
      expect(await metrics.send(collector.url, kind)).toBe('acknowledged')
      const told = await (await fetch(`${collector.url}/metrics`)).text()
      const bytes = metrics.wireBytes[kind] - before
      expect(told).toContain(`hodoscope_ingest_wire_bytes_total{signal="${kind}"} ${bytes}\n`)
      expect(told).toContain(`hodoscope_ingest_stored_items_total{signal="${kind}"} ${ITEMS}\n`)
    }
    expect(await collector.stop()).toBe(0)
    expect(metrics.faults(data)).toEqual([])
    expect(metrics.items).toBe(2 * ITEMS * round)
  }
}, 120_000)
