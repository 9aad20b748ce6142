/**
 * D9 at its first size: a collector that was killed left a journal's log of 64 MiB. The log is written
 * back after the start, not before: how long a start may take is a figure of `collector/bench`, and
 * that it does not wait for the log is seen here by the log, which is still there when it is ready.
 */
import { randomBytes } from 'node:crypto'
import { copyFileSync, rmSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { startCollector } from '../support/collector.ts'
import { NumberedRequests } from '../support/numbered.ts'
import { faults, storedRecords } from './ledger.ts'
import { post } from './senders.ts'

const MIB = 1024 * 1024
const LOG_MEBIBYTES = 64

let data: string
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'hodoscope-log-'))
})
afterEach(() => rm(data, { recursive: true, force: true }))

/** As a process leaves it that is killed: committed, and not yet written back. */
function lengthenLog(path: string): void {
  const db = new Database(path)
  db.pragma('wal_autocheckpoint = 0')
  db.pragma('synchronous = OFF')
  db.exec('create table filler (data blob)')
  const insert = db.prepare('insert into filler values (?)')
  for (let n = 0; n < LOG_MEBIBYTES; n++) insert.run(randomBytes(MIB))
  const files = ['', '-wal'].map(suffix => path + suffix)
  for (const file of files) copyFileSync(file, `${file}.left`)
  db.close()
  for (const file of files) {
    copyFileSync(`${file}.left`, file)
    rmSync(`${file}.left`)
  }
}

it(`a log of ${LOG_MEBIBYTES} MiB is not waited for, and nothing in it is lost`, async () => {
  const requests = new NumberedRequests(new Random(9))
  const killed = await startCollector(data)
  const before = Array.from({ length: 10 }, () => requests.spans(100))
  for (const request of before) expect(await post(killed.url, request)).toBe(true)
  await killed.kill()
  const path = join(data, 'journal.db')
  lengthenLog(path)
  expect(statSync(`${path}-wal`).size).toBeGreaterThan(LOG_MEBIBYTES * MIB)

  const collector = await startCollector(data)
  expect(statSync(path).size, 'written back before it was ready').toBeLessThan(LOG_MEBIBYTES * MIB)
  expect(await faults(collector.url, before, true)).toEqual([])
  const after = requests.spans(100)
  expect(await post(collector.url, after)).toBe(true)
  expect(await storedRecords(collector.url)).toEqual({ traces: 1_100, logs: 0 })
  expect(await collector.stop()).toBe(0)
}, 60_000)
