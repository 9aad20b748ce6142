/**
 * Sealed neighbours become one partition: the same answers, whatever their dictionaries.
 */
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { spanRequests } from '../../../bench/payload/payload.ts'
import { spansOf } from '../../decode/objects.ts'
import { millis, unixMillis, type Clock } from '../../model/time.ts'
import type { StoredSpan } from '../api.ts'
import type { SpanBlock } from '../columns/span-block.ts'
import { SharedCells } from '../shared-cells.ts'
import { BackgroundCheck } from './background-check.ts'
import { BlockConsumer } from './consumer.ts'
import { DataFolder } from './folder.ts'
import { PartitionReader } from './partition-reader.ts'
import type { SealedPartition } from './retention.ts'
import { SealedTimes } from './sealed-times.ts'

const clock: Clock = { now: () => unixMillis(1_767_225_600_000), monotonic: () => millis(0) }
const HOUR = millis(3_600_000)
const LIMITS = { blockAge: HOUR, partitionAge: HOUR, openBytes: 2 ** 30 }
const MERGED = { partitionBytes: 2 ** 30 }

let path: string
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'hodoscope-merge-'))
})
afterEach(() => rmSync(path, { recursive: true }))

const folder = (): DataFolder => new DataFolder(path)
const open = (): BlockConsumer => new BlockConsumer(folder(), new SharedCells(), clock, LIMITS)
const names = (): string[] => readdirSync(join(path, 'partitions')).sort()
const sealedNow = (): SealedPartition[] => new SealedTimes().of(folder().partitions())

/** Eight partitions of which every other one is large enough to have full blocks, each of other services first. */
function fill(): StoredSpan[] {
  const consumer = open()
  const sent: StoredSpan[] = []
  let sequence = 0
  for (let partition = 0; partition < 8; partition++) {
    const spans = partition % 2 === 0 ? 9_000 : 900
    for (const { body } of spanRequests({ seed: partition, spans, perRequest: 300 })) {
      consumer.take({ sequence: ++sequence, received: 0n, traces: body, logs: undefined })
      sent.push(...spansOf(body).map((span, row) => ({ ...span, ordinal: { sequence, row } })))
    }
    consumer.seal()
  }
  consumer.close()
  return sent
}

function stored(): StoredSpan[] {
  return folder()
    .partitions()
    .flatMap(file => {
      const reader = new PartitionReader(file.path)
      const spans = reader.blocks.flatMap(meta => {
        const rows = Array.from({ length: meta.rows }, (_, row) => row)
        return (reader.open(meta) as SpanBlock).spans(rows)
      })
      reader.close()
      return spans
    })
}

function mergeAll(): void {
  const consumer = open()
  consumer.sealer.plan(sealedNow(), MERGED, Infinity)
  while (consumer.sealer.busy) consumer.sealer.step(0)
  consumer.close()
}

describe('a merge', () => {
  it('makes one file of eight, with the same spans in order of arrival, under the checksum of all', () => {
    const sent = fill()
    expect(names().length).toBe(8)
    const times = sealedNow()
    mergeAll()
    const [file, ...others] = folder().partitions()
    expect(others).toEqual([])
    expect(file).toMatchObject({ sealed: true, first: 1, last: sent.at(-1)!.ordinal.sequence })
    expect(sealedNow()[0]!.sealedAt).toBe(times.at(-1)!.sealedAt)
    expect(stored()).toEqual(sent)
    const found: string[] = []
    const check = new BackgroundCheck(folder(), (_, reason) => found.push(reason))
    check.begin()
    while (check.running) check.step(2 ** 20)
    expect(found).toEqual([])
  })

  it('keeps the sets of the dictionaries apart, and builds small blocks anew', () => {
    fill()
    mergeAll()
    const reader = new PartitionReader(folder().partitions()[0]!.path)
    const blocks = reader.blocks.map(({ set, rows }) => [set, rows])
    reader.close()
    expect(blocks.filter(([, rows]) => rows === 8192).map(([set]) => set)).toEqual([0, 1, 2, 3])
    expect(blocks.filter(([, rows]) => rows! < 8192).every(([set]) => set === 0)).toBe(true)
  })

  it('finds every trace by the one index', () => {
    const sent = fill()
    mergeAll()
    const reader = new PartitionReader(folder().partitions()[0]!.path)
    for (const { traceId } of sent.filter((_, i) => i % 611 === 0)) {
      const id = Buffer.from(traceId, 'hex')
      const found = reader.blocksOfId(id).flatMap(meta => {
        const block = reader.open(meta) as SpanBlock
        return block.spans(block.rowsOfTrace(id))
      })
      expect(found).toEqual(sent.filter(span => span.traceId === traceId))
    }
    reader.close()
  })

  it('merges what was merged before: its sets go along under new numbers', () => {
    const sent = fill()
    mergeAll()
    const consumer = open()
    for (let n = 1; n <= 7; n++) {
      const { body } = spanRequests({ seed: 90 + n, spans: 50, perRequest: 50 }).next().value!
      const sequence = sent.at(-1)!.ordinal.sequence + 1
      consumer.take({ sequence, received: 0n, traces: body, logs: undefined })
      sent.push(...spansOf(body).map((span, row) => ({ ...span, ordinal: { sequence, row } })))
      consumer.seal()
    }
    const alike = sealedNow().map(partition => ({ ...partition, bytes: 1 }))
    consumer.sealer.plan(alike, MERGED, Infinity)
    consumer.sealer.finish()
    consumer.sealer.plan(alike, MERGED, Infinity)
    while (consumer.sealer.busy) consumer.sealer.step(0)
    consumer.close()
    expect(names().length).toBe(1)
    expect(stored()).toEqual(sent)
    const reader = new PartitionReader(folder().partitions()[0]!.path)
    expect(new Set(reader.blocks.map(({ set }) => set))).toEqual(new Set([0, 1, 2, 3]))
    reader.close()
  })

  it('that is given up, or whose process ends, leaves the sources as they are', () => {
    const sent = fill()
    const before = names()
    const consumer = open()
    consumer.sealer.plan(sealedNow(), MERGED, Infinity)
    consumer.sealer.step(0)
    expect(names().filter(name => name.endsWith('.tmp')).length).toBe(1)
    consumer.sealer.letGo([before[3]!])
    expect([consumer.sealer.busy, names()]).toEqual([false, before])
    consumer.sealer.plan(sealedNow(), MERGED, Infinity)
    consumer.sealer.step(0)
    // The process ends here.
    open().close()
    expect(names().filter(name => !name.includes('.tmp'))).toEqual(before)
    expect(stored()).toEqual(sent)
    consumer.close()
  })

  it('that stands beside its sources covers them, and they are cleared away', () => {
    const sent = fill()
    const copy = mkdtempSync(join(tmpdir(), 'hodoscope-sources-'))
    const before = names()
    for (const name of before) copyFileSync(join(path, 'partitions', name), join(copy, name))
    mergeAll()
    const merged = names()
    for (const name of before) copyFileSync(join(copy, name), join(path, 'partitions', name))
    expect(stored()).toEqual(sent)
    open().close()
    expect(names()).toEqual(merged)
    rmSync(copy, { recursive: true })
  })

  it('is not begun without room for it beside its sources', () => {
    fill()
    const consumer = open()
    const bytes = sealedNow().reduce((sum, partition) => sum + partition.bytes, 0)
    consumer.sealer.plan(sealedNow(), MERGED, bytes - 1)
    expect(consumer.sealer.busy).toBe(false)
    consumer.sealer.plan(sealedNow(), MERGED, bytes)
    expect(consumer.sealer.busy).toBe(true)
    consumer.close()
  })

  it('of a damaged source is not made, and says that there is damage', () => {
    fill()
    const cells = new SharedCells()
    const consumer = new BlockConsumer(folder(), cells, clock, LIMITS)
    const sealed = sealedNow()
    const victim = folder().partitionPath(names()[2]!)
    const content = readFileSync(victim)
    writeFileSync(victim, content.fill(0, content.length / 4, content.length / 2))
    consumer.sealer.plan(sealed, MERGED, Infinity)
    while (consumer.sealer.busy) consumer.sealer.step(0)
    expect(cells.damageMet).toBe(1)
    expect(names().length).toBe(8)
    consumer.close()
  })
})
