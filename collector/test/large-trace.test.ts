/**
 * A large trace on real files, read a window at a time: every span stands in exactly one window, where
 * the tree has it. The whole size, a million spans, and what it takes are a row of the benchmark.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { largeTraceRequests } from '../bench/payload/payload.ts'
import { decodeRequest } from '../src/decode/request.ts'
import { millis, systemClock } from '../src/model/time.ts'
import type { TraceAnswer } from '../src/query/answers/index.ts'
import { runJob } from '../src/query/jobs.ts'
import { encodeAnswer } from '../src/query/json-list.ts'
import type { Snapshot, StoreReader, StoreWriter } from '../src/store/api.ts'
import { openSqliteStore } from '../src/store/sqlite/index.ts'
import openReader from '../src/store/sqlite/reader.ts'
import { patient } from './conformance/scene.ts'

const SPANS = 60_000
const ROWS = 2_000
/** As the payload makes it: see `bench/payload/large-trace.ts`. */
const BATCHES = SPANS / 1000

const folder = mkdtempSync(join(tmpdir(), 'hodoscope-large-trace-'))
let writer: StoreWriter
let reader: StoreReader
let snapshot: Snapshot
let traceId = ''

beforeAll(async () => {
  const limits = { retention: millis(86_400_000), maxBytes: 2 ** 40 }
  const opened = await openSqliteStore({ folder, clock: systemClock, limits })
  writer = opened.writer
  for (const request of largeTraceRequests({ seed: 1, perRequest: 512, spans: SPANS })) {
    traceId = request.traceId
    await writer.append(decodeRequest('traces', 'protobuf', request.body).request!)
  }
  await writer.drain()
  reader = openReader(opened.readerSource.options)
  snapshot = reader.snapshot()
}, 60_000)
afterAll(async () => {
  snapshot.release()
  reader.close()
  await writer.close()
  rmSync(folder, { recursive: true })
})

const read = (params: object): TraceAnswer =>
  JSON.parse(
    Buffer.from(encodeAnswer(runJob('trace', snapshot, { traceId, ...params }, patient, () => 0))).toString(),
  ) as TraceAnswer

describe('a large trace', { timeout: 60_000 }, () => {
  it('is told in windows that hold each span once, parents before children', () => {
    const seen = new Map<string, number>()
    for (let row: number | null = 0; row !== null;) {
      const { spans, window, ancestors, descendants, spanCount } = read({ row, limit: ROWS })
      expect([spanCount, window.rowCount, spans.length, descendants.length]).toEqual([
        SPANS,
        SPANS,
        Math.min(ROWS, SPANS - row),
        spans.length,
      ])
      expect(ancestors).toHaveLength(spans[0]!.depth)
      for (const span of spans) {
        expect(seen.has(span.spanId)).toBe(false)
        expect(span.depth).toBe(span.parentSpanId === '' ? 0 : seen.get(span.parentSpanId)! + 1)
        seen.set(span.spanId, span.depth)
      }
      row = window.nextRow
    }
    expect(seen.size).toBe(SPANS)
  })

  it('is whole to look at when it is folded', () => {
    const { spans, window, descendants, warnings } = read({ depth: 1 })
    expect(window).toEqual({
      row: 0,
      rowCount: 1 + BATCHES,
      nextRow: null,
      foldedCount: SPANS - 1 - BATCHES,
      outsideCount: 0,
    })
    expect(spans.map(span => span.depth)).toEqual([0, ...Array.from({ length: BATCHES }, () => 1)])
    // The last batch lacks the one span that the root took.
    expect(descendants).toEqual([SPANS - 1, ...Array.from({ length: BATCHES - 1 }, () => 999), 998])
    expect(warnings.map(warning => warning.kind)).toEqual(['truncated'])
  })

  it('one of its batches is told alone, and a moment of it', () => {
    const batch = read({ depth: 1 }).spans[7]!
    const under = read({ under: batch.spanId, limit: 10 })
    expect(under.window).toMatchObject({ rowCount: 1000, nextRow: 10 })
    expect(under.spans[0]).toMatchObject({ spanId: batch.spanId, parent: -1, depth: 1 })
    const from = Number(BigInt(batch.startTimeUnixNano) - BigInt(under.startTimeUnixNano))
    const moment = read({ fromNano: from, toNano: from + 1 })
    expect(moment.spans.map(span => span.depth)).toEqual([0, 1])
    expect(moment.spans[1]!.spanId).toBe(batch.spanId)
  })

  it('goes out as OTLP in parts that are one document', () => {
    const parts: string[] = []
    runJob('traceOtlp', snapshot, { traceId }, { ...patient, part: text => void parts.push(text) }, () => 0)
    expect(parts.length).toBeGreaterThan(10)
    const { resourceSpans } = JSON.parse(parts.join('')) as {
      resourceSpans: { scopeSpans: { spans: { spanId: string }[] }[] }[]
    }
    const ids = resourceSpans.flatMap(of => of.scopeSpans).flatMap(of => of.spans.map(span => span.spanId))
    expect([ids.length, new Set(ids).size]).toEqual([SPANS, SPANS])
  })
})
