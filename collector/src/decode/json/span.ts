/** A span of OTLP/JSON, written as protobuf. Lower camel case is the rule; snake case is accepted where that is absent. */
import { EVENT, LINK, SPAN, STATUS } from '../fields.ts'
import { writeHex } from './ids.ts'
import type { JsonObject, Transcoder } from './transcoder.ts'
import { writeAttributes } from './values.ts'

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map(
  n => `SPAN_KIND_${n}`,
)
const STATUS_CODES = ['UNSET', 'OK', 'ERROR'].map(n => `STATUS_CODE_${n}`)

export const UNKNOWN_NAME = 'an unknown enum name is stored as 0'

export function writeSpan(to: Transcoder, span: JsonObject): void {
  writeId(to, SPAN.traceId, span['traceId'] ?? span['trace_id'], 'trace_id')
  writeId(to, SPAN.spanId, span['spanId'] ?? span['span_id'], 'span_id')
  to.text(SPAN.traceState, span['traceState'] ?? span['trace_state'], 'traceState')
  writeId(to, SPAN.parentSpanId, span['parentSpanId'] ?? span['parent_span_id'], 'parent_span_id')
  to.text(SPAN.name, span['name'], 'name')
  writeEnum(to, SPAN.kind, span['kind'], KINDS)
  to.fixed64(
    SPAN.startTimeUnixNano,
    span['startTimeUnixNano'] ?? span['start_time_unix_nano'],
    'startTimeUnixNano',
  )
  to.fixed64(SPAN.endTimeUnixNano, span['endTimeUnixNano'] ?? span['end_time_unix_nano'], 'endTimeUnixNano')
  writeAttributes(to, SPAN.attributes, span['attributes'], 'attributes')
  writeDropped(to, SPAN.droppedAttributesCount, span, 'droppedAttributesCount', 'dropped_attributes_count')
  for (const event of to.list(span['events'], 'events')) writeEvent(to, to.object(event, 'events'))
  writeDropped(to, SPAN.droppedEventsCount, span, 'droppedEventsCount', 'dropped_events_count')
  for (const link of to.list(span['links'], 'links')) writeLink(to, to.object(link, 'links'))
  writeDropped(to, SPAN.droppedLinksCount, span, 'droppedLinksCount', 'dropped_links_count')
  writeStatus(to, to.object(span['status'], 'status'))
  to.fixed32(SPAN.flags, span['flags'], 'flags')
}

function writeEvent(to: Transcoder, event: JsonObject | undefined): void {
  if (event === undefined) return
  to.out.varint(SPAN.events)
  const opened = to.out.open()
  to.fixed64(EVENT.timeUnixNano, event['timeUnixNano'] ?? event['time_unix_nano'], 'timeUnixNano of an event')
  to.text(EVENT.name, event['name'], 'name of an event')
  writeAttributes(to, EVENT.attributes, event['attributes'], 'events.attributes')
  writeDropped(to, EVENT.droppedAttributesCount, event, 'droppedAttributesCount', 'dropped_attributes_count')
  to.out.close(opened)
}

function writeLink(to: Transcoder, link: JsonObject | undefined): void {
  if (link === undefined) return
  to.out.varint(SPAN.links)
  const opened = to.out.open()
  writeId(to, LINK.traceId, link['traceId'] ?? link['trace_id'], "a link's trace_id")
  writeId(to, LINK.spanId, link['spanId'] ?? link['span_id'], "a link's span_id")
  to.text(LINK.traceState, link['traceState'] ?? link['trace_state'], 'traceState of a link')
  writeAttributes(to, LINK.attributes, link['attributes'], 'links.attributes')
  writeDropped(to, LINK.droppedAttributesCount, link, 'droppedAttributesCount', 'dropped_attributes_count')
  to.fixed32(LINK.flags, link['flags'], 'flags of a link')
  to.out.close(opened)
}

function writeStatus(to: Transcoder, status: JsonObject | undefined): void {
  if (status === undefined) return
  to.out.varint(SPAN.status)
  const opened = to.out.open()
  to.text(STATUS.message, status['message'], 'message of the status')
  writeEnum(to, STATUS.code, status['code'], STATUS_CODES)
  to.out.close(opened)
}

function writeId(to: Transcoder, tag: number, value: unknown, name: string): void {
  if (value === undefined || value === null || value === '') return
  if (typeof value !== 'string' || !writeHex(to.out, tag, value)) to.blame(`${name} is not hexadecimal`)
}

/** An unknown number is tolerated in silence, as in protobuf; a name should not have been sent at all. */
function writeEnum(to: Transcoder, tag: number, value: unknown, names: readonly string[]): void {
  if (!to.enum(tag, value, names) && typeof value === 'string') to.findings.warn(UNKNOWN_NAME)
}

export function writeDropped(
  to: Transcoder,
  tag: number,
  from: JsonObject,
  camel: string,
  snake: string,
): void {
  to.uint32(tag, from[camel] ?? from[snake], camel)
}
