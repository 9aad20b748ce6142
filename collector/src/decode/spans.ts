/** Spans, from canonical bytes to objects. */
import type { KeyValue } from '../model/attributes.ts'
import type { Resource, Scope, Span, SpanEvent, SpanKind, SpanLink, StatusCode } from '../model/telemetry.ts'
import { unixNano } from '../model/time.ts'
import { WireReader } from '../wire/reader.ts'
import { itemsOf } from './containers.ts'
import { EVENT, LINK, SPAN, STATUS } from './fields.ts'
import { keyValueOf, nested } from './values.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** The spans of a canonical body of the signal `traces`, in their order. */
export const spansOf = (body: Uint8Array): Span[] => itemsOf(body, spanOf)

/** A Span message in [start, end). */
export function spanOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  resource: Resource,
  scope: Scope,
): Span {
  const attributes: KeyValue[] = []
  const events: SpanEvent[] = []
  const links: SpanLink[] = []
  const span: Mutable<Span> = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    traceState: '',
    flags: 0,
    name: '',
    kind: 0,
    startTimeUnixNano: unixNano(0n),
    endTimeUnixNano: unixNano(0n),
    attributes,
    droppedAttributesCount: 0,
    events,
    droppedEventsCount: 0,
    links,
    droppedLinksCount: 0,
    status: UNSET,
    resource,
    scope,
  }
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    switch (tag) {
      case SPAN.attributes:
        attributes.push(nested(reader, keyValueOf))
        break
      case SPAN.events:
        events.push(nested(reader, spanEventOf))
        break
      case SPAN.links:
        links.push(nested(reader, spanLinkOf))
        break
      case SPAN.status:
        span.status = nested(reader, statusOf)
        break
      default:
        readScalar(span, reader, tag)
    }
  return span
}

function readScalar(span: Mutable<Span>, reader: WireReader, tag: number): void {
  switch (tag) {
    case SPAN.traceId:
      span.traceId = reader.hex()
      break
    case SPAN.spanId:
      span.spanId = reader.hex()
      break
    case SPAN.parentSpanId:
      span.parentSpanId = reader.hex()
      break
    case SPAN.traceState:
      span.traceState = reader.text()
      break
    case SPAN.name:
      span.name = reader.text()
      break
    case SPAN.kind:
      span.kind = reader.uint32() as SpanKind
      break
    case SPAN.startTimeUnixNano:
      span.startTimeUnixNano = unixNano(reader.fixed64())
      break
    case SPAN.endTimeUnixNano:
      span.endTimeUnixNano = unixNano(reader.fixed64())
      break
    case SPAN.flags:
      span.flags = reader.fixed32()
      break
    case SPAN.droppedAttributesCount:
      span.droppedAttributesCount = reader.uint32()
      break
    case SPAN.droppedEventsCount:
      span.droppedEventsCount = reader.uint32()
      break
    case SPAN.droppedLinksCount:
      span.droppedLinksCount = reader.uint32()
      break
    default:
      reader.skip(tag)
  }
}

const UNSET: Span['status'] = Object.freeze({ code: 0, message: '' })

/** A Status message in [start, end). */
export function statusOf(bytes: Uint8Array, start: number, end: number): Span['status'] {
  let code: StatusCode = 0
  let message = ''
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === STATUS.code) code = reader.uint32() as StatusCode
    else if (tag === STATUS.message) message = reader.text()
    else reader.skip(tag)
  return { code, message }
}

/** A Span.Event message in [start, end). */
export function spanEventOf(bytes: Uint8Array, start: number, end: number): SpanEvent {
  const attributes: KeyValue[] = []
  let timeUnixNano = unixNano(0n)
  let name = ''
  let droppedAttributesCount = 0
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === EVENT.timeUnixNano) timeUnixNano = unixNano(reader.fixed64())
    else if (tag === EVENT.name) name = reader.text()
    else if (tag === EVENT.attributes) attributes.push(nested(reader, keyValueOf))
    else if (tag === EVENT.droppedAttributesCount) droppedAttributesCount = reader.uint32()
    else reader.skip(tag)
  return { timeUnixNano, name, attributes, droppedAttributesCount }
}

/** A Span.Link message in [start, end). */
export function spanLinkOf(bytes: Uint8Array, start: number, end: number): SpanLink {
  const attributes: KeyValue[] = []
  let traceId = ''
  let spanId = ''
  let traceState = ''
  let droppedAttributesCount = 0
  let flags = 0
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === LINK.traceId) traceId = reader.hex()
    else if (tag === LINK.spanId) spanId = reader.hex()
    else if (tag === LINK.traceState) traceState = reader.text()
    else if (tag === LINK.attributes) attributes.push(nested(reader, keyValueOf))
    else if (tag === LINK.droppedAttributesCount) droppedAttributesCount = reader.uint32()
    else if (tag === LINK.flags) flags = reader.fixed32()
    else reader.skip(tag)
  return { traceId, spanId, traceState, attributes, droppedAttributesCount, flags }
}
