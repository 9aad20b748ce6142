/** Records as text against OpenTelemetry's own serializers, and the bounds of what one may hold. */
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags, type LogRecord } from '@opentelemetry/api'
import {
  JsonLogsSerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
} from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import { TracerProvider, type ReadableSpan } from '@opentelemetry/sdk-trace'
import { describe, expect, it } from 'vitest'
import { requestBody } from './body.ts'
import { metricItems } from './metrics.ts'
import { attributesJson, valueJson } from './otlp-json.ts'
import { logItem, spanItem } from './records.ts'
import { ResourceText } from './resource-text.ts'

const resource = resourceFromAttributes({ 'service.name': 'shop', 'process.pid': 7 })
const text = new ResourceText()
text.see(resource)

/** Without what is empty or of the default value, which the two spell differently. */
function essence(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essence)
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? String(value) : value
  const entries = Object.entries(value)
    .map(([key, inner]) => [key, essence(inner)] as const)
    .filter(
      ([, inner]) => inner !== undefined && inner !== '0' && !(Array.isArray(inner) && inner.length === 0),
    )
  return Object.fromEntries(entries)
}

const parsed = (json: string | Uint8Array) =>
  essence(JSON.parse(typeof json === 'string' ? json : Buffer.from(json).toString()))

function span(build: (tracer: ReturnType<TracerProvider['getTracer']>) => void): ReadableSpan {
  const ended: ReadableSpan[] = []
  const provider = new TracerProvider({
    resource,
    spanProcessors: [
      {
        onStart() {},
        onEnd: one => void ended.push(one),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  })
  build(provider.getTracer('scope', '1.0'))
  return ended[0]!
}

function log(record: LogRecord): ReadableLogRecord {
  const emitted: ReadableLogRecord[] = []
  const provider = new LoggerProvider({
    resource,
    processors: [
      {
        onEmit: one => void emitted.push(one),
        forceFlush: () => Promise.resolve(),
        shutdown: () => Promise.resolve(),
      },
    ],
  })
  provider.getLogger('scope').emit(record)
  return emitted[0]!
}

const PARENT = {
  traceId: 'a'.repeat(32),
  spanId: 'b'.repeat(16),
  traceFlags: TraceFlags.SAMPLED,
  isRemote: true,
}

const rich = () =>
  span(tracer => {
    const options = {
      kind: SpanKind.SERVER,
      attributes: {
        text: 'ä "quoted" \u2028',
        whole: 3,
        real: 1.5,
        yes: true,
        list: ['a', 'b'],
        numbers: [1, 2.5],
      },
      links: [{ context: PARENT, attributes: { why: 'queue' } }],
    }
    const one = tracer.startSpan('GET /orders/:id', options, trace.setSpanContext(ROOT_CONTEXT, PARENT))
    one.addEvent('exception', { 'exception.type': 'TypeError' })
    one.setStatus({ code: SpanStatusCode.ERROR, message: 'broken' })
    one.end()
  })

describe('the same as OpenTelemetry’s serializer', () => {
  it('a span with everything', () => {
    const one = rich()
    expect(parsed(requestBody('traces', text.now(), [spanItem(one)]))).toEqual(
      parsed(JsonTraceSerializer.serializeRequest([one])!),
    )
  })

  it('a bare span', () => {
    const one = span(tracer => tracer.startSpan('bare').end())
    expect(parsed(requestBody('traces', text.now(), [spanItem(one)]))).toEqual(
      parsed(JsonTraceSerializer.serializeRequest([one])!),
    )
  })

  it('a log record with a nested body and attributes', () => {
    const one = log({
      body: { order: { id: 7, items: ['tea', { n: 1 }] } },
      severityNumber: 17,
      severityText: 'error',
      eventName: 'order.failed',
      attributes: { cart: { total: 1.5 }, bytes: new Uint8Array([1, 2, 3]) },
      context: trace.setSpanContext(ROOT_CONTEXT, PARENT),
    })
    expect(parsed(requestBody('logs', text.now(), [logItem(one)]))).toEqual(
      parsed(JsonLogsSerializer.serializeRequest([one])!),
    )
  })

  it('metrics of every kind', async () => {
    const metrics = await collected(meter => {
      meter.createCounter('c', { unit: '1', description: 'counts' }).add(2, { a: 'b' })
      meter.createUpDownCounter('u').add(-1.5)
      meter.createGauge('g').record(4)
      meter.createHistogram('h', { advice: { explicitBucketBoundaries: [0.5, 1] } }).record(0.7, { a: 1 })
    })
    // Counts are 64 bits, which JSON carries as text, and a value is a double whatever it was made of.
    const unified = (value: unknown) =>
      JSON.parse(JSON.stringify(value).replaceAll('"asInt"', '"asDouble"')) as unknown
    expect(unified(parsed(requestBody('metrics', text.now(), [...metricItems(metrics)])))).toEqual(
      unified(parsed(JsonMetricsSerializer.serializeRequest(metrics)!)),
    )
  })
})

async function collected(
  measure: (meter: ReturnType<MeterProvider['getMeter']>) => void,
): Promise<ResourceMetrics> {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e9 })
  const provider = new MeterProvider({ resource, readers: [reader] })
  measure(provider.getMeter('scope', '1.0'))
  await reader.forceFlush()
  const [metrics] = exporter.getMetrics()
  await provider.shutdown()
  return metrics!
}

describe('numbers that JSON has no number for', () => {
  const LIMITS = { longest: 100, most: 10 }

  it.each([
    [NaN, '{"doubleValue":"NaN"}'],
    [Infinity, '{"doubleValue":"Infinity"}'],
    [-Infinity, '{"doubleValue":"-Infinity"}'],
    [2 ** 53, '{"doubleValue":9007199254740992}'],
    [1e21, '{"doubleValue":1e+21}'],
    [-0, '{"intValue":0}'],
    [2n ** 62n, '{"intValue":"4611686018427387904"}'],
    [10n ** 20n, '{"stringValue":"100000000000000000000"}'],
  ])('%s is %s', (value, expected) => {
    expect(valueJson(value, LIMITS)).toBe(expected)
  })

  it.each([
    ['half a surrogate', '\ud800', '{"stringValue":"\\ud800"}'],
    ['a pair that the limit would part', 'x'.repeat(99) + '😀', `{"stringValue":"${'x'.repeat(99)}"}`],
    [
      'a hostile key',
      JSON.parse('{"__proto__":1}'),
      '{"kvlistValue":{"values":[{"key":"__proto__","value":{"intValue":1}}]}}',
    ],
  ])('%s is plain data', (_name, value, expected) => {
    expect(valueJson(value, LIMITS)).toBe(expected)
  })

  it('a value that never ends is cut off', () => {
    const circular: Record<string, unknown> = { name: 'x' }
    for (let i = 0; i < 10; i++) circular[`self${i}`] = circular
    const json = attributesJson(circular, LIMITS)
    expect(JSON.parse(json)).toHaveLength(10)
    expect(json.length).toBeLessThan(300_000)
  })
})

describe('a record that is too large', () => {
  const MEBIBYTE = 1024 * 1024

  it('keeps its ids, its name and the beginning of each value, and says so', () => {
    const one = span(tracer => {
      const large = tracer.startSpan('large')
      for (let i = 0; i < 120; i++) large.setAttribute(`key ${i}`, 'x'.repeat(100_000))
      for (let i = 0; i < 100; i++) large.addEvent(`event ${i}`, { text: 'y'.repeat(100_000) })
      large.end()
    })
    const { text: json, bytes } = spanItem(one)
    expect(bytes).toBeLessThan(MEBIBYTE)
    expect(bytes).toBe(Buffer.byteLength(json))
    const written = JSON.parse(json) as { name: string; attributes: object[]; droppedEventsCount: number }
    expect(written).toMatchObject({ name: 'large', spanId: one.spanContext().spanId, droppedEventsCount: 92 })
    expect(written.attributes.at(-1)).toEqual({ key: 'hodoscope.truncated', value: { boolValue: true } })
  })

  it('is measured in bytes, not in letters', () => {
    const { text: json, bytes } = logItem(log({ body: '😀'.repeat(1000) }))
    expect(bytes).toBe(Buffer.byteLength(json))
    expect(bytes).toBeGreaterThan(4000)
  })
})

it.each([
  ['a failed span', () => rich(), 'high'],
  ['a span', () => span(tracer => tracer.startSpan('x').end()), 'middle'],
] as const)('%s is of its priority', (_name, make, priority) => {
  expect(spanItem(make()).priority).toBe(priority)
})

it.each([
  [1, 'low'],
  [5, 'low'],
  [9, 'middle'],
  [13, 'middle'],
  [17, 'high'],
  [21, 'high'],
] as const)('a log of severity %i is of priority %s', (severityNumber, priority) => {
  expect(logItem(log({ body: 'x', severityNumber })).priority).toBe(priority)
})
