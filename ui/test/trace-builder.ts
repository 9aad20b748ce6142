/** Builds traces in the shape of the API: spans in depth-first order, logs, resources shared by a world. */
import type {
  AttributeList,
  LogJson,
  ResourceJson,
  ScopeJson,
  SpanJson,
  TraceAnswer,
} from '../../collector/src/serve/api-types.ts'
import type { Random } from './random.ts'

/** Nanoseconds; places and lengths are given in milliseconds. */
export const MILLI = 1_000_000

/** Builds one trace in depth-first order. */
export class TraceBuilder {
  readonly spans: SpanJson[] = []
  readonly logs: LogJson[] = []
  readonly traceId: string
  readonly correlationId: string
  readonly start: bigint
  readonly rnd: Random
  readonly world: World

  constructor(world: World, start: bigint, rnd: Random) {
    this.world = world
    this.rnd = rnd
    this.start = start
    this.traceId = rnd.hex(16)
    this.correlationId = `req-${rnd.hex(3)}`
  }

  span(
    service: string,
    name: string,
    parent: number,
    at: number,
    long: number,
    more: Partial<SpanJson> = {},
  ): number {
    this.spans.push({
      spanId: this.rnd.hex(8),
      parentSpanId: parent < 0 ? '' : this.spans[parent]!.spanId,
      name,
      service,
      kind: 'internal',
      startTimeUnixNano: (this.start + BigInt(Math.round(at * MILLI))).toString(),
      durationNano: Math.round(long * MILLI),
      status: 'unset',
      statusMessage: '',
      traceState: '',
      flags: 257,
      attributes: [{ key: 'correlation.id', value: this.correlationId }],
      events: [],
      links: [],
      droppedAttributesCount: 0,
      droppedEventsCount: 0,
      droppedLinksCount: 0,
      resource: this.world.resourceOf(service),
      scope: 0,
      parent,
      depth: parent < 0 ? 0 : this.spans[parent]!.depth + 1,
      ...more,
    })
    return this.spans.length - 1
  }

  log(
    span: number,
    at: number,
    severity: LogJson['severity'],
    body: string,
    attributes: AttributeList = [],
  ): void {
    const time = (this.start + BigInt(Math.round(at * MILLI))).toString()
    const { service, spanId } = this.spans[span]!
    this.logs.push({
      id: `log-${this.traceId.slice(0, 8)}-${this.logs.length}`,
      timeUnixNano: time,
      observedTimeUnixNano: time,
      severity,
      severityNumber: { unspecified: 0, trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21 }[
        severity
      ],
      severityText: severity.toUpperCase(),
      eventName: '',
      body,
      service,
      traceId: this.traceId,
      spanId,
      flags: 1,
      attributes: [{ key: 'correlation.id', value: this.correlationId }, ...attributes],
      droppedAttributesCount: 0,
      resource: this.world.resourceOf(service),
      scope: 0,
    })
  }

  #below(index: number): number {
    const { depth } = this.spans[index]!
    const behind = this.spans.slice(index + 1)
    const end = behind.findIndex(span => span.depth <= depth)
    return end < 0 ? behind.length : end
  }

  answer(): TraceAnswer {
    const services = new Map<string, { name: string; spanCount: number; errorCount: number }>()
    let end = 0
    for (const span of this.spans) {
      const row = services.get(span.service) ?? { name: span.service, spanCount: 0, errorCount: 0 }
      row.spanCount++
      if (span.status === 'error') row.errorCount++
      services.set(span.service, row)
      end = Math.max(end, Number(BigInt(span.startTimeUnixNano) - this.start) + span.durationNano)
    }
    const root = this.spans[0]!
    return {
      traceId: this.traceId,
      startTimeUnixNano: this.start.toString(),
      durationNano: end,
      root: { service: root.service, name: root.name },
      spanCount: this.spans.length,
      errorCount: this.spans.filter(span => span.status === 'error').length,
      services: [...services.values()].sort(
        (a, b) => b.spanCount - a.spanCount || (a.name < b.name ? -1 : 1),
      ),
      window: {
        row: 0,
        rowCount: this.spans.length,
        nextRow: null,
        foldedCount: 0,
        outsideCount: 0,
      },
      spans: this.spans,
      descendants: this.spans.map((_, index) => this.#below(index)),
      ancestors: [],
      logs: this.logs,
      resources: this.world.resources,
      scopes: this.world.scopes,
      warnings: [],
      correlationIds: [this.correlationId],
      partial: [],
      stats: { tookMillis: 3 },
    }
  }
}

export class World {
  readonly resources: ResourceJson[] = []
  readonly scopes: ScopeJson[] = [
    {
      name: '@opentelemetry/instrumentation-http',
      version: '0.301.0',
      attributes: [],
      droppedAttributesCount: 0,
      schemaUrl: '',
    },
  ]
  resourceOf(service: string): number {
    const known = this.resources.findIndex(resource => resource.service === service)
    if (known >= 0) return known
    return (
      this.resources.push({
        service,
        attributes: [
          { key: 'service.name', value: service },
          { key: 'service.version', value: '2.4.1' },
          { key: 'host.name', value: `${service}-7c9f` },
          { key: 'process.pid', value: 4242 },
          { key: 'process.runtime.name', value: 'nodejs' },
          { key: 'process.runtime.version', value: '24.21.0' },
        ],
        droppedAttributesCount: 0,
        schemaUrl: '',
      }) - 1
    )
  }
}
