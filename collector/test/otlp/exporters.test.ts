/** The real exporters of OpenTelemetry JS send to a real server. */
import { ExportResultCode, type ExportResult } from '@opentelemetry/core'
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { OTLPTraceExporter as JsonTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { logsOf, spansOf } from '../../src/decode/objects.ts'
import { attribute } from '../../src/model/attributes.ts'
import { HodoscopeError } from '../../src/model/errors.ts'
import { RECEIVED_AT } from './decoding.ts'
import { startCollector, type Collector } from './harness.ts'
import { sdkLogs, sdkSpans } from './sdk.ts'

let collector: Collector
beforeAll(async () => {
  collector = await startCollector()
})
afterAll(() => collector.close())
beforeEach(() => {
  collector.appended.length = 0
  collector.beforeAppend = undefined
})

interface Exporter<T> {
  export(items: T, callback: (result: ExportResult) => void): void
  shutdown(): Promise<void>
}

async function send<T>(exporter: Exporter<T>, items: T): Promise<ExportResult> {
  const result = await new Promise<ExportResult>(resolve => exporter.export(items, resolve))
  await exporter.shutdown()
  return result
}

const { GZIP, NONE } = CompressionAlgorithm
const ways = [
  { title: 'JSON', json: true, compression: NONE },
  { title: 'JSON, gzip', json: true, compression: GZIP },
  { title: 'protobuf', json: false, compression: NONE },
  { title: 'protobuf, gzip', json: false, compression: GZIP },
]
const traceExporter = ({ json, compression }: (typeof ways)[number]) => {
  const config = { url: `${collector.url}/v1/traces`, compression }
  return json ? new JsonTraceExporter(config) : new ProtobufTraceExporter(config)
}
const logExporter = ({ json, compression }: (typeof ways)[number]) => {
  const config = { url: `${collector.url}/v1/logs`, compression }
  return json ? new JsonLogExporter(config) : new ProtobufLogExporter(config)
}

describe('spans', () => {
  it.each(ways)('by $title', async way => {
    const sent = await sdkSpans()
    expect(await send(traceExporter(way), sent)).toEqual({ code: ExportResultCode.SUCCESS })
    const stored = collector.appended.flatMap(r => spansOf(r.body))
    expect(stored.map(s => [s.name, s.traceId, s.spanId])).toEqual(
      sent.map(s => [s.name, s.spanContext().traceId, s.spanContext().spanId]),
    )
    const [child, parent] = stored
    expect(child).toMatchObject({
      kind: 3,
      parentSpanId: parent!.spanId,
      startTimeUnixNano: 1_700_000_000_000_000_002n,
      endTimeUnixNano: 1_700_000_001_123_456_789n,
      status: { code: 2, message: 'no such table' },
      events: [{ name: 'exception', timeUnixNano: 1_700_000_000_999_999_999n }],
    })
    expect(attribute(child!.events[0]!.attributes, 'exception.message')).toBe('no such table: orders')
    expect(parent).toMatchObject({ kind: 2, parentSpanId: '', links: [{ spanId: child!.spanId }] })
    expect(Object.fromEntries(parent!.attributes.map(a => [a.key, a.value]))).toMatchObject({
      int: 42n,
      negative: -7n,
      large: 9007199254740991n,
      double: 0.1,
      exponent: 1.5e-7,
      strings: { kind: 'array', values: ['a', 'ä', '😀'] },
      numbers: { kind: 'array', values: [1n, 2.5, -3n] },
      empty: '',
    })
    expect(parent!.scope).toMatchObject({
      name: 'lib',
      version: '1.2.3',
      schemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
    })
    expect(attribute(parent!.resource.attributes, 'process.pid')).toBe(4711n)
  })
  it('are stored alike by all of them', async () => {
    const sent = await sdkSpans()
    for (const way of ways) await send(traceExporter(way), sent)
    const [first, ...others] = collector.appended.map(r => spansOf(r.body))
    expect(others).toEqual([first, first, first])
    expect(
      new Set(collector.appended.map(r => [r.items, r.times?.from, r.times?.to, ...r.lookups].join())).size,
    ).toBe(1)
  })
})

describe('log records', () => {
  it.each(ways)('by $title', async way => {
    const sent = await sdkLogs()
    expect(await send(logExporter(way), sent)).toEqual({ code: ExportResultCode.SUCCESS })
    const stored = collector.appended.flatMap(r => logsOf(r.body, RECEIVED_AT))
    expect(stored.map(l => [l.severityNumber, l.eventName, l.traceId !== ''])).toEqual([
      [18, '', true],
      [0, 'user.login', false],
      [0, '', false],
      [5, '', false],
    ])
    expect(stored.map(l => l.body)).toEqual([
      'payment failed\nline two',
      {
        kind: 'kvlist',
        entries: [
          { key: 'a', value: 1n },
          { key: 'list', value: { kind: 'array', values: [true] } },
        ],
      },
      new Uint8Array([1, 2, 255]),
      null,
    ])
    expect(stored[0]).toMatchObject({
      traceId: sent[0]!.spanContext!.traceId,
      timeUnixNano: 1_700_000_000_000_000_005n,
    })
  })
})

it('a value that JSON cannot carry costs itself, and not the batch', async () => {
  const sent = await sdkSpans({ nan: Number.NaN, infinite: -Infinity, fine: 1 })
  expect(await send(traceExporter(ways[0]!), sent)).toEqual({ code: ExportResultCode.SUCCESS })
  const parent = spansOf(collector.appended[0]!.body)[1]!
  expect(parent.attributes).toEqual([
    { key: 'nan', value: null },
    { key: 'infinite', value: null },
    { key: 'fine', value: 1n },
  ])
})

it('an integer beyond 64 bits costs its span, and not the batch', async () => {
  const sent = await sdkSpans({ huge: 1e21 })
  expect(await send(traceExporter(ways[0]!), sent)).toMatchObject({ code: ExportResultCode.SUCCESS })
  expect(spansOf(collector.appended[0]!.body).map(s => s.name)).toEqual(['SELECT', ''])
})

it.each(ways)('a busy store is asked again after a second, and nothing is lost ($title)', async way => {
  let refusals = 1
  collector.beforeAppend = () =>
    refusals-- > 0 ? Promise.reject(new HodoscopeError('store_busy', 'behind')) : Promise.resolve()
  expect(await send(traceExporter(way), await sdkSpans())).toEqual({ code: ExportResultCode.SUCCESS })
  expect(collector.appended.map(r => r.items)).toEqual([3])
})
