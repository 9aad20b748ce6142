/**
 * D8 for the journal: a collector that was killed finds its journal damaged. It starts, answers with
 * what could be read, and every answer and the status say that something was lost.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import type { StatusAnswer } from '../../src/serve/api-types.ts'
import { startCollector } from '../support/collector.ts'
import { NumberedRequests } from '../support/numbered.ts'
import { storedRecords } from './ledger.ts'
import { post } from './senders.ts'

const PAGE = 4096
const REQUESTS = 20
const SPANS = 200

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hodoscope-journal-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

/** Writes the log back, and zeroes the page on which the bytes of the last record begin. */
function damage(path: string): void {
  const db = new Database(path)
  db.pragma('wal_checkpoint(TRUNCATE)')
  const body = db.prepare('select traces from record order by sequence desc limit 1').pluck().get() as Buffer
  db.close()
  const bytes = readFileSync(path)
  const at = bytes.indexOf(body.subarray(-PAGE / 2))
  expect(at).toBeGreaterThan(0)
  bytes.fill(0, at - (at % PAGE), at - (at % PAGE) + PAGE)
  writeFileSync(path, bytes)
}

it('is started on, keeps what can be read, and tells what is lost', async () => {
  const requests = new NumberedRequests(new Random(8))
  const killed = await startCollector(data)
  const all = Array.from({ length: REQUESTS }, () => requests.spans(SPANS))
  for (const request of all) expect(await post(killed.url, request)).toBe(true)
  await killed.kill()
  damage(join(data, 'journal.db'))

  const collector = await startCollector(data)
  const status = (await (await fetch(`${collector.url}/api/status`)).json()) as StatusAnswer
  expect(status.store.quarantined).toEqual(['journal.db.quarantine'])
  const search = (await (await fetch(`${collector.url}/api/traces?limit=1`)).json()) as {
    partial: { what: string; reason: string }[]
  }
  expect(search.partial).toEqual([
    { what: 'journal.db.quarantine', reason: expect.stringMatching(/saved and 1 are lost$/) as string },
  ])
  const kept = (await storedRecords(collector.url)).traces
  expect(kept).toBe((REQUESTS - 1) * SPANS)
  // What was lost is stored when it comes again, and the rest is known.
  for (const request of all) expect(await post(collector.url, request)).toBe(true)
  expect((await storedRecords(collector.url)).traces).toBe(REQUESTS * SPANS)
  expect(await collector.stop()).toBe(0)
}, 60_000)
