/** Telemetry made by the real OpenTelemetry SDK, with everything that its API can say. */
import {
  ROOT_CONTEXT,
  SeverityNumber,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
} from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  InMemoryLogRecordExporter,
  LoggerProvider,
  SimpleLogRecordProcessor,
  type ReadableLogRecord,
} from '@opentelemetry/sdk-logs'
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace'

export const resource = resourceFromAttributes({
  'service.name': 'shop',
  'process.pid': 4711,
  'host.names': ['a', 'b'],
})

export const ATTRIBUTES: Attributes = {
  'http.route': '/orders/:id',
  int: 42,
  negative: -7,
  large: Number.MAX_SAFE_INTEGER,
  double: 0.1,
  exponent: 1.5e-7,
  bool: true,
  strings: ['a', 'ä', '😀'],
  numbers: [1, 2.5, -3],
  bools: [true, false],
  empty: '',
  __proto__x: 'plain',
  'correlation.id': 'c-1',
}

/** A server span with an event and a link, its failing child, and a span of another scope. */
export async function sdkSpans(attributes: Attributes = ATTRIBUTES): Promise<ReadableSpan[]> {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  const tracer = provider.getTracer('lib', '1.2.3', { schemaUrl: 'https://opentelemetry.io/schemas/1.30.0' })
  const parent = tracer.startSpan('GET /orders/:id', {
    kind: SpanKind.SERVER,
    attributes,
    startTime: [1_700_000_000, 1],
  })
  const context: Context = trace.setSpan(ROOT_CONTEXT, parent)
  const child = tracer.startSpan('SELECT', { kind: SpanKind.CLIENT, startTime: [1_700_000_000, 2] }, context)
  child.recordException(new Error('no such table: orders'), [1_700_000_000, 999_999_999])
  child.setStatus({ code: SpanStatusCode.ERROR, message: 'no such table' })
  child.end([1_700_000_001, 123_456_789])
  parent.addEvent('cache miss', attributes, [1_700_000_001, 0])
  parent.addLink({ context: child.spanContext(), attributes })
  parent.end([1_700_000_002, 999_999_999])
  const other = provider
    .getTracer('other')
    .startSpan('', { kind: SpanKind.PRODUCER, startTime: [1_700_000_000, 3] })
  other.end([1_700_000_000, 3])
  await provider.forceFlush()
  return exporter.getFinishedSpans()
}

export async function sdkLogs(): Promise<ReadableLogRecord[]> {
  const exporter = new InMemoryLogRecordExporter()
  const provider = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter })] })
  const logger = provider.getLogger('pino', '10.0')
  const [span] = await sdkSpans()
  const context = trace.setSpanContext(ROOT_CONTEXT, span!.spanContext())
  logger.emit({
    timestamp: [1_700_000_000, 5],
    severityNumber: SeverityNumber.ERROR2,
    severityText: 'ERROR',
    body: 'payment failed\nline two',
    attributes: { amount: 12.5, nested: { a: [1, 'b', { c: null }] }, 'request.id': 'r-1' },
    context,
  })
  logger.emit({ body: { a: 1, list: [true] }, eventName: 'user.login' })
  logger.emit({ body: new Uint8Array([1, 2, 255]) })
  logger.emit({ severityNumber: SeverityNumber.DEBUG })
  await provider.forceFlush()
  return exporter.getFinishedLogRecords()
}
