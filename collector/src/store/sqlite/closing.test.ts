/**
 * A store that is closed with too little time: told, bounded, and nothing is lost by it.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { spanRequests } from '../../../bench/payload/payload.ts'
import { decodeRequest } from '../../decode/request.ts'
import { millis, systemClock } from '../../model/time.ts'
import { SharedCells } from '../shared-cells.ts'
import { Closing } from './closing.ts'
import { openSqliteStore, type SqliteStore } from './index.ts'
import openReader from './reader.ts'

const REQUESTS = 30
const SPANS = 3_000
const NO_TIME = { within: millis(0) }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-closing-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = (): Promise<SqliteStore> =>
  openSqliteStore({
    folder,
    clock: systemClock,
    limits: { retention: millis(2 ** 40), maxBytes: 2 ** 40 },
  })
const partitions = (): string[] => readdirSync(join(folder, 'partitions')).sort()

/** @returns how many spans it has sent */
async function fill({ writer }: SqliteStore): Promise<number> {
  const requests = [...spanRequests({ seed: 5, spans: SPANS, perRequest: SPANS / REQUESTS })].slice(
    0,
    REQUESTS,
  )
  for (const { body } of requests) await writer.append(decodeRequest('traces', 'protobuf', body).request!)
  return requests.reduce((sum, { spans }) => sum + spans, 0)
}

function storedSpans({ readerSource }: SqliteStore): number {
  const reader = openReader(readerSource.options)
  const snapshot = reader.snapshot()
  const { records } = snapshot.extent().traces
  snapshot.release()
  reader.close()
  return records
}

it('without time puts nothing into blocks, says how much that is, and the next start does it', async () => {
  const first = await open()
  const sent = await fill(first)
  expect(await first.writer.close(NO_TIME)).toEqual({ records: REQUESTS, partitions: 0 })
  expect(partitions()).toEqual([])
  const second = await open()
  expect(storedSpans(second)).toBe(sent)
  expect(await second.writer.close()).toEqual({ records: 0, partitions: 0 })
  expect(partitions()).toEqual([`000000000001-${String(REQUESTS).padStart(12, '0')}.db`])
})

it('without time leaves what is in blocks unsealed', async () => {
  const first = await open()
  const sent = await fill(first)
  await first.writer.drain()
  expect(await first.writer.close(NO_TIME)).toEqual({ records: 0, partitions: 0 })
  expect(partitions()).toEqual(['000000000001.open.db'])
  const second = await open()
  expect(storedSpans(second)).toBe(sent)
  await second.writer.close()
})

it('says once a second how far it is, and stops when its time is over', () => {
  let now = 0
  const told: number[] = []
  const cells = new SharedCells()
  const closing = new Closing(cells, { monotonic: () => millis(now) }, () => told.push(now))
  expect([closing.isAsked, closing.isDue(7)]).toEqual([false, false])
  closing.sequence = 8
  expect([closing.isDue(7), closing.isDue(8)]).toEqual([false, true])
  cells.closeWithin(millis(3_600_000))
  for (now = 0; now <= 3_000; now += 300) expect(closing.goOn()).toBe(true)
  expect(told).toEqual([1_200, 2_400])
  cells.closeWithin(millis(0))
  expect([closing.isDue(7), closing.goOn()]).toEqual([true, false])
})
