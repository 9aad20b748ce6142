/**
 * Spans and log records as objects: what a query answers with, and what the `memory` backend holds.
 *
 * The ingest path never makes these: it works on bytes (see `decode/`, `store/columns/`).
 * Field names are OTLP's own. Ids are lower-case hex, '' where OTLP leaves them empty.
 *
 * Source: opentelemetry-proto 1.11.0, trace.proto, logs.proto, resource.proto.
 */
import { attribute, type AnyValue, type Attributes } from './attributes.ts'
import type { UnixNano } from './time.ts'

/** Signals whose records are kept and looked at one by one. */
export type Signal = 'traces' | 'logs'
/** What OTLP sends; metrics are kept as series of samples. */
export type OtlpSignal = Signal | 'metrics'
/** What one request carries: a signal of OTLP, or `samples` of Prometheus remote-write. */
export type RequestKind = OtlpSignal | 'samples'
/** In the order in which they lie in the journal. */
export const REQUEST_KINDS: readonly RequestKind[] = ['traces', 'logs', 'metrics', 'samples']

export interface Resource {
  readonly attributes: Attributes
  readonly droppedAttributesCount: number
  readonly schemaUrl: string
}

export interface Scope {
  readonly name: string
  readonly version: string
  readonly attributes: Attributes
  readonly droppedAttributesCount: number
  readonly schemaUrl: string
}

/** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
export type SpanKind = 0 | 1 | 2 | 3 | 4 | 5
/** 0 unset, 1 ok, 2 error. */
export type StatusCode = 0 | 1 | 2

export interface SpanEvent {
  readonly timeUnixNano: UnixNano
  readonly name: string
  readonly attributes: Attributes
  readonly droppedAttributesCount: number
}

export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
  readonly traceState: string
  readonly attributes: Attributes
  readonly droppedAttributesCount: number
  readonly flags: number
}

export interface Span {
  readonly traceId: string
  readonly spanId: string
  /** '' for a root. */
  readonly parentSpanId: string
  readonly traceState: string
  readonly flags: number
  readonly name: string
  readonly kind: SpanKind
  readonly startTimeUnixNano: UnixNano
  readonly endTimeUnixNano: UnixNano
  readonly attributes: Attributes
  readonly droppedAttributesCount: number
  readonly events: readonly SpanEvent[]
  readonly droppedEventsCount: number
  readonly links: readonly SpanLink[]
  readonly droppedLinksCount: number
  readonly status: { readonly code: StatusCode; readonly message: string }
  readonly resource: Resource
  readonly scope: Scope
}

export interface LogRecord {
  /** Time of the event; where the sender left it 0, the observed time, else the time of receipt. */
  readonly timeUnixNano: UnixNano
  readonly observedTimeUnixNano: UnixNano
  /** 0 unspecified, 1-4 trace, 5-8 debug, 9-12 info, 13-16 warn, 17-20 error, 21-24 fatal. */
  readonly severityNumber: number
  readonly severityText: string
  readonly eventName: string
  readonly body: AnyValue
  readonly attributes: Attributes
  readonly droppedAttributesCount: number
  readonly flags: number
  /** '' when the record belongs to no trace. */
  readonly traceId: string
  readonly spanId: string
  readonly resource: Resource
  readonly scope: Scope
}

/** The service of a resource: `service.name`, or 'unknown_service' as the specification has it. */
export function serviceName(resource: Resource): string {
  const name = attribute(resource.attributes, 'service.name')
  return typeof name === 'string' && name !== '' ? name : 'unknown_service'
}

const SERVER = 2
const CONSUMER = 5

/** Whether a request enters its service with this span. */
export const isEntry = (kind: SpanKind, isRoot: boolean): boolean =>
  kind === SERVER || kind === CONSUMER || isRoot
