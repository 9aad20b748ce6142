/**
 * An OTLP/HTTP receiver of a few lines: real HTTP, JSON bodies kept as plain objects.
 *
 * It answers as it is told, so that a test can be a collector that is slow, full, or mute.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SpanSeen {
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  name: string
  /** 2 server, 3 client. */
  kind: number
  attributes: Record<string, unknown>
  /** 0 unset, 1 ok, 2 error. */
  status: number
  statusMessage: string | undefined
  events: { name: string; attributes: Record<string, unknown> }[]
  links: { traceId: string; spanId: string }[]
  startNanos: bigint
  endNanos: bigint
  service: string
  scope: string
}

export interface LogSeen {
  traceId: string | undefined
  spanId: string | undefined
  severity: number
  level: string
  body: unknown
  attributes: Record<string, unknown>
  service: string
  scope: string
}

export interface ExemplarSeen {
  readonly timeUnixNano: string
  readonly asDouble: number
  readonly traceId: string
  readonly spanId: string
}

export interface MetricSeen {
  readonly name: string
  readonly unit: string
  readonly kind: 'sum' | 'gauge' | 'histogram' | 'exponentialHistogram'
  readonly points: {
    attributes: Record<string, unknown>
    value: number
    bounds: number[] | undefined
    exemplars: ExemplarSeen[]
  }[]
  readonly service: string
}

export interface Receiver {
  readonly url: string
  readonly spans: SpanSeen[]
  readonly logs: LogSeen[]
  readonly resources: Record<string, unknown>[]
  readonly requests: { path: string; headers: Record<string, unknown>; bytes: number }[]
  /** How the next requests are answered; `silent` never is. */
  answer: number | 'silent'
  /** A larger body is answered by 413. */
  limitBytes: number | undefined
  readonly metrics: MetricSeen[]
  close(): Promise<void>
}

export async function startReceiver(answer: number | 'silent' = 200): Promise<Receiver> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      receiver.requests.push({ path: request.url ?? '', headers: request.headers, bytes: body.length })
      const answer = body.length > (receiver.limitBytes ?? Infinity) ? 413 : receiver.answer
      if (answer === 200) keep(receiver, JSON.parse(body.toString()) as Export)
      respond(response, answer)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: [],
    logs: [],
    resources: [],
    requests: [],
    metrics: [],
    limitBytes: undefined,
    answer,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return receiver
}

function respond(response: ServerResponse, answer: number | 'silent'): void {
  if (answer === 'silent') return
  response.writeHead(answer, { 'content-type': 'application/json' })
  response.end('{}')
}

interface Any {
  stringValue?: string
  intValue?: number | string
  doubleValue?: number
  boolValue?: boolean
  arrayValue?: { values: Any[] }
}

type Pairs = { key: string; value: Any }[]

interface Export {
  resourceSpans?: {
    resource: { attributes: Pairs }
    scopeSpans: { scope: { name: string }; spans: RawSpan[] }[]
  }[]
  resourceLogs?: {
    resource: { attributes: Pairs }
    scopeLogs: { scope: { name: string }; logRecords: RawLog[] }[]
  }[]
  resourceMetrics?: {
    resource: { attributes: Pairs }
    scopeMetrics: { scope: { name: string }; metrics: RawMetric[] }[]
  }[]
}

interface RawMetric {
  name: string
  unit: string
  sum?: RawData
  gauge?: RawData
  histogram?: RawData
  exponentialHistogram?: RawData
}

interface RawData {
  dataPoints: {
    attributes: Pairs
    asDouble?: number
    count?: string
    explicitBounds?: number[]
    exemplars?: ExemplarSeen[]
  }[]
}

interface RawSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: Pairs
  status: { code: number; message?: string }
  events: { name: string; attributes: Pairs }[]
  links?: { traceId: string; spanId: string }[]
  startTimeUnixNano: string
  endTimeUnixNano: string
}

interface RawLog {
  traceId?: string
  spanId?: string
  severityNumber: number
  severityText: string
  body: Any
  attributes: Pairs
}

function keep(receiver: Receiver, data: Export): void {
  for (const { resource, scopeSpans } of data.resourceSpans ?? []) {
    const attributes = unpacked(resource.attributes)
    receiver.resources.push(attributes)
    for (const { scope, spans } of scopeSpans) {
      for (const span of spans)
        receiver.spans.push(spanSeen(span, String(attributes['service.name']), scope.name))
    }
  }
  for (const { resource, scopeLogs } of data.resourceLogs ?? []) {
    const attributes = unpacked(resource.attributes)
    receiver.resources.push(attributes)
    for (const { scope, logRecords } of scopeLogs) {
      for (const log of logRecords)
        receiver.logs.push(logSeen(log, String(attributes['service.name']), scope.name))
    }
  }
  for (const { resource, scopeMetrics } of data.resourceMetrics ?? []) {
    const service = String(unpacked(resource.attributes)['service.name'])
    for (const { metrics } of scopeMetrics) receiver.metrics.push(...metrics.map(m => metricSeen(m, service)))
  }
}

const METRIC_KINDS = ['sum', 'gauge', 'histogram', 'exponentialHistogram'] as const

/** The value of a histogram's point is its count. */
function metricSeen(metric: RawMetric, service: string): MetricSeen {
  const kind = METRIC_KINDS.find(name => metric[name] !== undefined)!
  const points = metric[kind]!.dataPoints.map(
    ({ attributes, asDouble, count, explicitBounds, exemplars = [] }) => ({
      attributes: unpacked(attributes),
      value: asDouble ?? Number(count),
      bounds: explicitBounds,
      exemplars,
    }),
  )
  return { name: metric.name, unit: metric.unit, kind, points, service }
}

function spanSeen(span: RawSpan, service: string, scope: string): SpanSeen {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId || undefined,
    name: span.name,
    kind: span.kind,
    attributes: unpacked(span.attributes),
    status: span.status.code,
    statusMessage: span.status.message,
    events: span.events.map(event => ({ name: event.name, attributes: unpacked(event.attributes) })),
    links: (span.links ?? []).map(({ traceId, spanId }) => ({ traceId, spanId })),
    startNanos: BigInt(span.startTimeUnixNano),
    endNanos: BigInt(span.endTimeUnixNano),
    service,
    scope,
  }
}

function logSeen(log: RawLog, service: string, scope: string): LogSeen {
  return {
    traceId: log.traceId || undefined,
    spanId: log.spanId || undefined,
    severity: log.severityNumber,
    level: log.severityText,
    body: plain(log.body),
    attributes: unpacked(log.attributes),
    service,
    scope,
  }
}

function unpacked(pairs: Pairs): Record<string, unknown> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)]))
}

function plain(value: Any): unknown {
  if (value.arrayValue) return value.arrayValue.values.map(plain)
  return value.stringValue ?? value.boolValue ?? value.doubleValue ?? Number(value.intValue)
}
