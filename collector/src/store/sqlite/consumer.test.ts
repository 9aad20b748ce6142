/**
 * From journal records to partitions: nothing lost, nothing doubled, wherever the process ends.
 */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logRequests, spanRequests } from '../../../bench/payload/payload.ts'
import { logsOf, spansOf } from '../../decode/objects.ts'
import { millis, unixMillis, unixNano, type Clock, type Millis } from '../../model/time.ts'
import type { Ordinal } from '../api.ts'
import { LogBlock } from '../columns/log-block.ts'
import { SpanBlock } from '../columns/span-block.ts'
import type { JournalRecord } from '../journal/journal.ts'
import { SharedCells } from '../shared-cells.ts'
import { BlockConsumer, type ConsumerLimits } from './consumer.ts'
import { DataFolder, sealedName } from './folder.ts'
import { PartitionReader } from './partition-reader.ts'
import { SealedTimes } from './sealed-times.ts'

const RECEIVED = unixNano(1_767_225_600_000_000_000n)
const LIMITS: ConsumerLimits = {
  blockAge: millis(60_000),
  partitionAge: millis(3_600_000),
  openBytes: 2 ** 30,
}

class HandClock implements Clock {
  at = 0
  now = () => unixMillis(this.at)
  monotonic = (): Millis => millis(this.at)
}

let path: string
let clock: HandClock
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'hodoscope-consumer-'))
  clock = new HandClock()
})
afterEach(() => rmSync(path, { recursive: true }))

const consumer = (limits = LIMITS, folder = path): BlockConsumer =>
  new BlockConsumer(new DataFolder(folder), new SharedCells(), clock, limits)

const bodies = [...spanRequests({ seed: 11, spans: 20_000, perRequest: 500 })].map(request => request.body)
const logBodies = [...logRequests({ seed: 11, logs: 6_000, perRequest: 300 })].map(request => request.body)
/** All carry spans, every second one logs too. */
const records: JournalRecord[] = bodies.map((traces, i) => ({
  sequence: i + 1,
  received: RECEIVED,
  traces,
  logs: i % 2 === 0 ? logBodies[i / 2] : undefined,
}))

interface Stored {
  readonly ordinal: Ordinal
}
const places = (items: readonly Stored[]): string[] =>
  items.map(({ ordinal }) => `${ordinal.sequence}.${ordinal.row}`)
const sentSpans = records.flatMap(({ sequence, traces }) =>
  spansOf(traces!).map((span, row) => ({ ...span, ordinal: { sequence, row } })),
)
const sentLogs = records.flatMap(({ sequence, logs }) =>
  logs === undefined
    ? []
    : logsOf(logs, RECEIVED).map((log, row) => ({ ...log, ordinal: { sequence, row } })),
)

/** Everything that the partitions hold, in order of arrival. */
function stored(folder = path): { spans: typeof sentSpans; logs: typeof sentLogs; blocks: number } {
  const spans: typeof sentSpans = []
  const logs: typeof sentLogs = []
  let blocks = 0
  for (const file of new DataFolder(folder).partitions()) {
    const reader = new PartitionReader(file.path)
    for (const meta of reader.blocks) {
      blocks++
      const block = reader.open(meta)
      const rows = Array.from({ length: meta.rows }, (_, row) => row)
      if (block instanceof SpanBlock) spans.push(...block.spans(rows))
      if (block instanceof LogBlock) logs.push(...block.logs(rows))
    }
    reader.close()
  }
  return { spans, logs, blocks }
}

describe('the consumer', () => {
  it('puts every record into blocks, once and in order', () => {
    const it = consumer()
    for (const record of records) it.take(record)
    it.flush()
    it.close()
    const { spans, logs } = stored()
    expect(spans).toEqual(sentSpans)
    expect(logs).toEqual(sentLogs)
  })

  it('goes on where the committed position stands when the process ended at any record', () => {
    for (const end of [1, 18, 35]) {
      const copy = mkdtempSync(join(tmpdir(), 'hodoscope-crash-'))
      const first = consumer(LIMITS, copy)
      for (const record of records.slice(0, end)) first.take(record)
      // The process ends here: nothing is flushed, and the next one finds the files as they are.
      const second = consumer(LIMITS, copy)
      expect(second.taken).toBe(first.applied)
      for (const record of records) second.take(record)
      second.flush()
      const { spans, logs } = stored(copy)
      expect(places(spans)).toEqual(places(sentSpans))
      expect(places(logs)).toEqual(places(sentLogs))
      first.close()
      second.close()
      rmSync(copy, { recursive: true })
    }
  })

  it('says that a record is applied when both its signals are in committed blocks', () => {
    const it = consumer()
    for (const record of records.slice(0, 17)) it.take(record)
    // 8,500 spans made a block; the 2,700 logs since record 1 did not.
    expect(it.applied).toBe(0)
    it.flush()
    expect(it.applied).toBe(17)
    it.close()
  })

  it('cuts a block by age, without waiting for it to fill', () => {
    const it = consumer()
    it.take(records[0]!)
    clock.at = 59_999
    it.tick()
    expect(stored().blocks).toBe(0)
    clock.at = 60_000
    it.tick()
    expect(stored().blocks).toBe(2)
    expect(it.applied).toBe(1)
    it.close()
  })
})

describe('sealing', () => {
  const names = (): string[] => readdirSync(join(path, 'partitions')).sort()

  it('makes one file of the partition that holds the same, and takes the open one away', () => {
    const it = consumer()
    for (const record of records) it.take(record)
    it.seal()
    it.close()
    expect(names()).toEqual([sealedName(1, records.length)])
    expect(stored().spans).toEqual(sentSpans)
    expect(stored().logs).toEqual(sentLogs)
  })

  it('notes its time, which a copy of the file keeps', () => {
    clock.at = 1_767_225_600_000.5
    const it = consumer()
    it.take(records[0]!)
    it.seal()
    it.close()
    const [file] = new DataFolder(path).partitions()
    copyFileSync(file!.path, join(path, 'copy.db'))
    const [copy] = new SealedTimes().of([{ ...file!, path: join(path, 'copy.db') }])
    expect(copy!.sealedAt).toBe(1_767_225_600_000)
  })

  it('builds full blocks of many small ones', () => {
    const it = consumer()
    for (const record of records) {
      it.take(record)
      it.flush()
    }
    expect(stored().blocks).toBe(records.length + records.filter(record => record.logs !== undefined).length)
    it.seal()
    it.close()
    const { spans, logs, blocks } = stored()
    expect(blocks).toBe(3 + 1)
    expect(spans).toEqual(sentSpans)
    expect(logs).toEqual(sentLogs)
  })

  it('finds traces by the index of the sealed file', () => {
    const it = consumer()
    for (const record of records) {
      it.take(record)
      if (record.sequence % 7 === 0) it.flush()
    }
    it.seal()
    it.close()
    const file = new DataFolder(path).partitions()[0]!
    const reader = new PartitionReader(file.path)
    for (const span of sentSpans.filter((_, i) => i % 997 === 0)) {
      const id = Buffer.from(span.traceId, 'hex')
      const found = reader.blocksOfId(id).flatMap(meta => {
        const block = reader.open(meta)
        return block instanceof SpanBlock ? block.spans(block.rowsOfTrace(id)) : []
      })
      expect(found).toEqual(sentSpans.filter(other => other.traceId === span.traceId))
    }
    reader.close()
  })

  it('is due by age and by size, and the next partition begins behind it', () => {
    const it = consumer({ ...LIMITS, openBytes: 150_000 })
    for (const record of records) it.take(record)
    it.flush()
    expect(new DataFolder(path).partitions().map(file => [file.sealed, file.last !== undefined])).toEqual([
      [false, true],
      [false, true],
      [false, false],
    ])
    clock.at = 3_600_000
    it.tick()
    it.sealer.finish()
    it.close()
    const files = new DataFolder(path).partitions()
    expect(files.map(file => file.sealed)).toEqual([true, true, true])
    expect(files.map(file => file.first)).toEqual([1, files[0]!.last! + 1, files[1]!.last! + 1])
    expect(files[2]!.last).toBe(records.length)
    expect(places(stored().spans)).toEqual(places(sentSpans))
  })

  it('goes on in steps while the next partition takes records, and is begun anew by the next process', () => {
    const first = consumer({ ...LIMITS, openBytes: 150_000 })
    for (const record of records.slice(0, 20)) first.take(record)
    for (const record of records.slice(20, 24)) {
      first.sealer.step(0)
      first.take(record)
    }
    expect(first.sealer.busy).toBe(true)
    for (const record of records.slice(24)) first.take(record)
    first.flush()
    expect(places(stored().spans)).toEqual(places(sentSpans))
    // The process ends here.
    const second = consumer()
    expect(second.sealer.busy).toBe(true)
    expect(second.taken).toBe(records.length)
    second.seal()
    expect(names().filter(name => !/^\d+-\d+\.db$/.test(name))).toEqual([])
    expect(places(stored().spans)).toEqual(places(sentSpans))
    expect(places(stored().logs)).toEqual(places(sentLogs))
    first.close()
    second.close()
  })

  it('at a stop takes as many steps as it is let, and leaves the rest as it is', () => {
    const it = consumer({ ...LIMITS, openBytes: 150_000 })
    for (const record of records) it.take(record)
    const steps = (most: number): number => {
      let taken = 0
      it.seal(() => taken < most && ++taken > 0)
      return taken
    }
    expect(steps(0)).toBe(0)
    expect([it.sealer.unsealed, names().filter(name => name.endsWith('.open.db')).length]).toEqual([3, 3])
    expect(steps(1)).toBe(1)
    expect(it.sealer.unsealed).toBe(3)
    it.close()
    expect(places(stored().spans)).toEqual(places(sentSpans))
    const next = consumer()
    expect(next.sealer.unsealed).toBe(2)
    expect(next.taken).toBe(records.length)
    next.seal()
    next.close()
    expect(new DataFolder(path).partitions().map(file => file.sealed)).toEqual([true, true, true])
    expect(places(stored().spans)).toEqual(places(sentSpans))
    expect(places(stored().logs)).toEqual(places(sentLogs))
  })

  it('that did not end is cleared away at the next start', () => {
    const first = consumer()
    for (const record of records) first.take(record)
    first.flush()
    first.close()
    writeFileSync(join(path, `partitions/${sealedName(1, records.length)}.tmp`), 'half a file')
    consumer().close()
    expect(names()).toEqual(['000000000001.open.db'])
  })

  it('that ended before the open file was removed leaves the sealed one alone', () => {
    const it = consumer()
    for (const record of records) it.take(record)
    it.flush()
    const open = join(path, 'partitions/000000000001.open.db')
    const copy = join(path, 'copy.db')
    it.close()
    copyFileSync(open, copy)
    const again = consumer()
    again.seal()
    again.close()
    copyFileSync(copy, open)
    const last = consumer()
    expect(last.taken).toBe(records.length)
    last.close()
    expect(existsSync(open)).toBe(false)
    expect(stored().spans.length).toBe(sentSpans.length)
  })
})
