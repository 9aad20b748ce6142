/** A span in canonical form, or the reason why it cannot be kept. */
import type { WireWriter } from '../wire/writer.ts'
import { varintAt, varintHigh } from '../wire/varint.ts'
import { eachField, lastField, mergedField } from './each-field.ts'
import {
  EVENT,
  LINK,
  MAX_SPAN_KIND,
  MAX_STATUS_CODE,
  SPAN,
  SPAN_ID_BYTES,
  STATUS,
  TRACE_ID_BYTES,
} from './fields.ts'
import { TOO_DEEP, writeAttribute } from './normalise-values.ts'
import { isZero } from './scan-state.ts'

/** Written once, whatever the number of their occurrences. */
const written: ReadonlySet<number> = new Set([SPAN.traceId, SPAN.spanId, SPAN.parentSpanId, SPAN.status])

export function writeSpan(out: WireWriter, span: Uint8Array): string | undefined {
  const traceId = lastField(span, SPAN.traceId)
  const spanId = lastField(span, SPAN.spanId)
  const parent = lastField(span, SPAN.parentSpanId)
  const fault =
    faultyId('trace_id', traceId, TRACE_ID_BYTES) ??
    faultyId('span_id', spanId, SPAN_ID_BYTES) ??
    faultyLength('parent_span_id', parent, SPAN_ID_BYTES)
  if (fault !== undefined) return fault
  writeId(out, SPAN.traceId, traceId)
  writeId(out, SPAN.spanId, spanId)
  if (parent !== undefined && !isZero(parent, 0, parent.length)) writeId(out, SPAN.parentSpanId, parent)
  let reason: string | undefined
  eachField(span, (tag, at, start, end) => {
    const value = span.subarray(start, end)
    if (tag === SPAN.attributes) reason ??= deep(writeAttribute(out, tag, value))
    else if (tag === SPAN.events) reason ??= writeEvent(out, value)
    else if (tag === SPAN.links) reason ??= writeLink(out, value)
    else if (tag === SPAN.kind) writeEnum(out, tag, value, MAX_SPAN_KIND)
    else if (!written.has(tag)) out.raw(span, at, end)
  })
  const status = mergedField(span, SPAN.status)
  if (status !== undefined) writeStatus(out, status)
  return reason
}

function writeEvent(out: WireWriter, event: Uint8Array): string | undefined {
  let reason: string | undefined
  out.varint(SPAN.events)
  const opened = out.open()
  eachField(event, (tag, at, start, end) => {
    if (tag === EVENT.attributes) reason ??= deep(writeAttribute(out, tag, event.subarray(start, end)))
    else out.raw(event, at, end)
  })
  out.close(opened)
  return reason
}

/** A link may name no trace: the specification keeps links with zero ids for their attributes. */
function writeLink(out: WireWriter, link: Uint8Array): string | undefined {
  const traceId = lastField(link, LINK.traceId)
  const spanId = lastField(link, LINK.spanId)
  let reason =
    faultyLength("a link's trace_id", traceId, TRACE_ID_BYTES) ??
    faultyLength("a link's span_id", spanId, SPAN_ID_BYTES)
  out.varint(SPAN.links)
  const opened = out.open()
  writeId(out, LINK.traceId, traceId)
  writeId(out, LINK.spanId, spanId)
  eachField(link, (tag, at, start, end) => {
    if (tag === LINK.attributes) reason ??= deep(writeAttribute(out, tag, link.subarray(start, end)))
    else if (tag !== LINK.traceId && tag !== LINK.spanId) out.raw(link, at, end)
  })
  out.close(opened)
  return reason
}

function writeStatus(out: WireWriter, status: Uint8Array): void {
  out.varint(SPAN.status)
  const opened = out.open()
  eachField(status, (tag, at, start, end) => {
    if (tag === STATUS.code) writeEnum(out, tag, status.subarray(start, end), MAX_STATUS_CODE)
    else out.raw(status, at, end)
  })
  out.close(opened)
}

/** An enum's varint; 0 for a value that OTLP does not know. */
export function writeEnum(out: WireWriter, tag: number, value: Uint8Array, max: number): boolean {
  const number = varintAt(value, 0, value.length)
  const known = varintHigh === 0 && number <= max
  out.varint(tag)
  out.varint(known ? number : 0)
  return known
}

export function writeId(out: WireWriter, tag: number, id: Uint8Array | undefined): void {
  if (id === undefined) return
  out.varint(tag)
  out.blob(id)
}

const deep = (kept: boolean): string | undefined => (kept ? undefined : TOO_DEEP)

function faultyId(name: string, id: Uint8Array | undefined, bytes: number): string | undefined {
  if (id === undefined || id.length === 0) return `${name} is missing`
  return faultyLength(name, id, bytes) ?? (isZero(id, 0, bytes) ? `${name} is all zero` : undefined)
}

function faultyLength(name: string, id: Uint8Array | undefined, bytes: number): string | undefined {
  return id === undefined || id.length === 0 || id.length === bytes
    ? undefined
    : `${name} is not ${bytes} bytes long`
}
