/**
 * Where the fields of one Span stand in its bytes. One object is reused for every span.
 *
 * Relies on `decode/`: lengths are checked, ids are 16 and 8 bytes long.
 * Source: opentelemetry-proto 1.11.0, trace.proto, field numbers of Span and Status.
 */
import { fieldEnd } from './dictionaries.ts'

/** Starts and ends of the messages of a repeated field. */
export class Ranges {
  ranges = new Int32Array(64)
  count = 0

  push(start: number, end: number): void {
    if (this.count * 2 === this.ranges.length) {
      const grown = new Int32Array(this.ranges.length * 2)
      grown.set(this.ranges)
      this.ranges = grown
    }
    this.ranges[this.count * 2] = start
    this.ranges[this.count * 2 + 1] = end
    this.count++
  }
}

export class SpanFields {
  traceId = 0
  spanId = 0
  /** -1 where the span has none. */
  parentId = -1
  nameStart = 0
  nameEnd = 0
  traceStateStart = 0
  traceStateEnd = 0
  messageStart = 0
  messageEnd = 0
  startLow = 0
  startHigh = 0
  endLow = 0
  endHigh = 0
  kind = 0
  status = 0
  flags = 0
  droppedAttributes = 0
  droppedEvents = 0
  droppedLinks = 0
  readonly attributes = new Ranges()
  readonly events = new Ranges()
  readonly links = new Ranges()
}

export const uint32 = (b: Uint8Array, at: number): number =>
  (b[at]! | (b[at + 1]! << 8) | (b[at + 2]! << 16) | (b[at + 3]! << 24)) >>> 0

/** The low 32 bits of a varint, as protobuf truncates it. */
export function varint32(bytes: Uint8Array, at: number): number {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]!
    if (shift < 32) value |= (byte & 0x7f) << shift
    if (byte < 0x80) return value >>> 0
  }
}

function reset(fields: SpanFields): void {
  fields.parentId = -1
  fields.nameStart = fields.nameEnd = 0
  fields.traceStateStart = fields.traceStateEnd = 0
  fields.messageStart = fields.messageEnd = 0
  fields.startLow = fields.startHigh = fields.endLow = fields.endHigh = 0
  fields.kind = fields.status = fields.flags = 0
  fields.droppedAttributes = fields.droppedEvents = fields.droppedLinks = 0
  fields.attributes.count = fields.events.count = fields.links.count = 0
}

export function readSpan(bytes: Uint8Array, start: number, end: number, fields: SpanFields): void {
  reset(fields)
  let at = start
  while (at < end) {
    const tag = bytes[at]!
    if (isMessage(tag)) {
      let length = 0
      let byte = 0x80
      at++
      for (let shift = 0; byte > 0x7f; shift += 7) length |= ((byte = bytes[at++]!) & 0x7f) << shift
      readMessage(bytes, tag, at, at + length, fields)
      at += length
    } else {
      readScalar(bytes, tag, at + 1, fields)
      at = fieldEnd(bytes, at)
    }
  }
}

const isMessage = (tag: number): boolean => (tag & 7) === 2 && tag < 0x80

function readMessage(bytes: Uint8Array, tag: number, start: number, end: number, fields: SpanFields): void {
  switch (tag) {
    case 0x4a:
      fields.attributes.push(start, end)
      return
    case 0x0a:
      fields.traceId = start
      return
    case 0x12:
      fields.spanId = start
      return
    case 0x22:
      fields.parentId = end - start === 8 ? start : -1
      return
    case 0x2a:
      fields.nameStart = start
      fields.nameEnd = end
      return
    case 0x7a:
      readStatus(bytes, start, end, fields)
      return
    case 0x5a:
      fields.events.push(start, end)
      return
    case 0x6a:
      fields.links.push(start, end)
      return
    case 0x1a:
      fields.traceStateStart = start
      fields.traceStateEnd = end
  }
}

function readScalar(bytes: Uint8Array, tag: number, at: number, fields: SpanFields): void {
  switch (tag) {
    case 0x39:
      fields.startLow = uint32(bytes, at)
      fields.startHigh = uint32(bytes, at + 4)
      return
    case 0x41:
      fields.endLow = uint32(bytes, at)
      fields.endHigh = uint32(bytes, at + 4)
      return
    case 0x30:
      fields.kind = varint32(bytes, at)
      return
    case 0x85:
      if (bytes[at] === 0x01) fields.flags = uint32(bytes, at + 1)
      return
    case 0x50:
      fields.droppedAttributes = varint32(bytes, at)
      return
    case 0x60:
      fields.droppedEvents = varint32(bytes, at)
      return
    case 0x70:
      fields.droppedLinks = varint32(bytes, at)
  }
}

/** A status that comes twice is merged, as protobuf has it. */
function readStatus(bytes: Uint8Array, start: number, end: number, fields: SpanFields): void {
  for (let at = start; at < end;) {
    const next = fieldEnd(bytes, at)
    if (bytes[at] === 0x18) fields.status = varint32(bytes, at + 1)
    else if (bytes[at] === 0x12) {
      let from = at + 1
      while (bytes[from++]! > 0x7f);
      fields.messageStart = from
      fields.messageEnd = next
    }
    at = next
  }
}
