import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { otlpTypes } from '../otlp-types.ts'
import { logRequests, spanRequests, spanRequestsJson } from './payload.ts'
import { SERVICES } from './shop.ts'

interface Attribute {
  key: string
  value: { stringValue?: string; intValue?: string }
}
interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  kind: number
  startTimeUnixNano: string
  endTimeUnixNano: string
  attributes: Attribute[]
  events?: unknown[]
}
interface Traces {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { scope: unknown; spans: Span[] }[] }[]
}
interface Log {
  body: { stringValue: string }
  attributes: Attribute[]
  traceId: string
  spanId: string
}
interface Logs {
  resourceLogs: { scopeLogs: { logRecords: Log[] }[] }[]
}

const { traces, logs } = otlpTypes()
const readable = { longs: String, bytes: Array }
const hex = (bytes: unknown) => Buffer.from(bytes as number[]).toString('hex')
const decodeTraces = (body: Uint8Array) => traces.toObject(traces.decode(body), readable) as Traces
const decodeLogs = (body: Uint8Array) => logs.toObject(logs.decode(body), readable) as Logs
const spansOf = (request: Traces) => request.resourceSpans.flatMap(r => r.scopeSpans.flatMap(s => s.spans))
const digest = (bodies: Iterable<{ body: Uint8Array }>) => {
  const hash = createHash('sha256')
  for (const { body } of bodies) hash.update(body)
  return hash.digest('hex').slice(0, 16)
}

describe('the same seed', () => {
  it('gives the same bytes everywhere', () => {
    expect(digest(spanRequests({ seed: 1, spans: 20_000, perRequest: 512 }))).toBe('df354402d819c7e9')
    expect(digest(logRequests({ seed: 1, logs: 20_000, perRequest: 512 }))).toBe('f33f82e0e4fc9c95')
    expect(digest(spanRequestsJson({ seed: 1, spans: 2_000, perRequest: 512 }))).toBe('fdbba7dfd0c92aec')
  })

  it('is what makes them the same: another gives others', () => {
    const first = digest(spanRequests({ seed: 1, spans: 900, perRequest: 512 }))
    expect(digest(spanRequests({ seed: 2, spans: 900, perRequest: 512 }))).not.toBe(first)
  })
})

describe('spans', () => {
  const options = { seed: 7, spans: 27_000, perRequest: 512 }
  const requests = [...spanRequests(options)]
  const decoded = requests.map(r => decodeTraces(r.body))
  const spans = decoded.flatMap(spansOf)

  it('are as many as asked for, 285 to 295 bytes each, 512 a request', () => {
    expect(spans.length).toBe(27_000)
    const bytes = requests.reduce((sum, r) => sum + r.body.length, 0)
    expect(bytes / spans.length).toBeGreaterThan(285)
    expect(bytes / spans.length).toBeLessThan(295)
    expect(requests.filter(r => r.spans !== 512).length).toBeLessThanOrEqual(SERVICES.length)
    expect(requests[0]!.traceId).toBe(hex(spansOf(decoded[0]!)[0]!.traceId))
  })

  it('come one service a request, with 14 resource attributes', () => {
    expect(decoded.every(r => r.resourceSpans.length === 1)).toBe(true)
    const resources = decoded.map(r => r.resourceSpans[0]!.resource.attributes)
    expect(resources.every(attributes => attributes.length === 14)).toBe(true)
    expect(new Set(resources.map(a => a[0]!.value.stringValue))).toEqual(new Set(SERVICES))
  })

  it('form traces of nine, each child inside its parent', () => {
    const byTrace = Map.groupBy(spans, span => hex(span.traceId))
    expect(byTrace.size).toBe(3_000)
    for (const members of byTrace.values()) {
      expect(members.length).toBe(9)
      const byId = new Map(members.map(span => [hex(span.spanId), span]))
      expect(byId.size).toBe(9)
      expect(members.filter(span => !span.parentSpanId?.length).length).toBe(1)
      for (const span of members.filter(s => s.parentSpanId?.length)) {
        const parent = byId.get(hex(span.parentSpanId))!
        expect(BigInt(span.startTimeUnixNano) >= BigInt(parent.startTimeUnixNano)).toBe(true)
        expect(BigInt(span.endTimeUnixNano) <= BigInt(parent.endTimeUnixNano)).toBe(true)
        expect(BigInt(span.endTimeUnixNano) > BigInt(span.startTimeUnixNano)).toBe(true)
      }
    }
  })

  it('carry 11, 3, 7 and 7 attributes by role, and an exception on one in a hundred', () => {
    const role = (span: Span) =>
      span.kind !== 3 ? span.kind : span.attributes[0]!.key === 'db.system.name' ? 'database' : 'client'
    const counts = new Set(spans.map(span => `${role(span)} ${span.attributes.length}`))
    expect([...counts].sort()).toEqual(['1 3', '2 11', 'client 7', 'database 7'])
    const failed = spans.filter(span => (span.events?.length ?? 0) > 0).length
    expect(failed / spans.length).toBeCloseTo(0.01, 2)
  })

  it('say the same in JSON', () => {
    const json = JSON.parse(Buffer.from(spanRequestsJson(options).next().value!.body).toString()) as Traces
    const [first, other] = [spansOf(decoded[0]!)[100]!, spansOf(json)[100]!]
    expect(other.traceId).toBe(hex(first.traceId))
    expect(other.spanId).toBe(hex(first.spanId))
    expect(other.startTimeUnixNano).toBe(first.startTimeUnixNano)
    expect(other.attributes).toEqual(first.attributes)
  })
})

describe('logs', () => {
  const requests = [...logRequests({ seed: 7, logs: 60_000, perRequest: 512 })]
  const records = requests.flatMap(r =>
    decodeLogs(r.body).resourceLogs.flatMap(rl => rl.scopeLogs.flatMap(sl => sl.logRecords)),
  )

  it('are six a trace, 4 attributes, about 48 bytes of text and 215 bytes each', () => {
    expect(records.length).toBe(60_000)
    expect(new Set(records.map(r => hex(r.traceId))).size).toBe(10_000)
    expect(records.every(r => r.attributes.length === 4)).toBe(true)
    const text = records.reduce((sum, r) => sum + r.body.stringValue.length, 0) / records.length
    expect(text).toBeGreaterThan(44)
    expect(text).toBeLessThan(52)
    const bytes = requests.reduce((sum, r) => sum + r.body.length, 0) / records.length
    expect(bytes).toBeGreaterThan(210)
    expect(bytes).toBeLessThan(220)
  })

  it('belong to the traces of the spans of their seed', () => {
    const [spans] = spanRequests({ seed: 7, spans: 512, perRequest: 512 })
    const ids = new Set(records.map(r => hex(r.traceId)))
    expect(ids.has(spans!.traceId)).toBe(true)
  })
})
