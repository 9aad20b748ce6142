/**
 * Where the fields of one LogRecord stand in its bytes. One object is reused for every record.
 *
 * A log whose trace id is not 16 bytes, or all zero, belongs to no trace; the record is kept.
 * Source: opentelemetry-proto 1.11.0, logs.proto, field numbers of LogRecord.
 */
import { fieldEnd } from './dictionaries.ts'
import { Ranges, uint32, varint32 } from './span-fields.ts'

export class LogFields {
  /** -1 where the record has none. */
  traceId = -1
  spanId = -1
  timeLow = 0
  timeHigh = 0
  observedLow = 0
  observedHigh = 0
  severity = 0
  flags = 0
  droppedAttributes = 0
  severityTextStart = 0
  severityTextEnd = 0
  eventNameStart = 0
  eventNameEnd = 0
  /** The bytes of the body's AnyValue. */
  bodyStart = 0
  bodyEnd = 0
  readonly attributes = new Ranges()
}

function reset(fields: LogFields): void {
  fields.traceId = fields.spanId = -1
  fields.timeLow = fields.timeHigh = fields.observedLow = fields.observedHigh = 0
  fields.severity = fields.flags = fields.droppedAttributes = 0
  fields.severityTextStart = fields.severityTextEnd = 0
  fields.eventNameStart = fields.eventNameEnd = 0
  fields.bodyStart = fields.bodyEnd = 0
  fields.attributes.count = 0
}

export function readLog(bytes: Uint8Array, start: number, end: number, fields: LogFields): void {
  reset(fields)
  let at = start
  while (at < end) {
    const tag = bytes[at]!
    const next = fieldEnd(bytes, at)
    if ((tag & 7) === 2 && tag < 0x80) {
      at++
      while (bytes[at++]! > 0x7f);
      readMessage(bytes, tag, at, next, fields)
    } else readScalar(bytes, tag, at + 1, fields)
    at = next
  }
}

function readMessage(bytes: Uint8Array, tag: number, start: number, end: number, fields: LogFields): void {
  switch (tag) {
    case 0x32:
      fields.attributes.push(start, end)
      return
    case 0x2a:
      fields.bodyStart = start
      fields.bodyEnd = end
      return
    case 0x4a:
      fields.traceId = end - start === 16 && anyBit(bytes, start, end) ? start : -1
      return
    case 0x52:
      fields.spanId = end - start === 8 && anyBit(bytes, start, end) ? start : -1
      return
    case 0x1a:
      fields.severityTextStart = start
      fields.severityTextEnd = end
      return
    case 0x62:
      fields.eventNameStart = start
      fields.eventNameEnd = end
  }
}

function readScalar(bytes: Uint8Array, tag: number, at: number, fields: LogFields): void {
  switch (tag) {
    case 0x09:
      fields.timeLow = uint32(bytes, at)
      fields.timeHigh = uint32(bytes, at + 4)
      return
    case 0x59:
      fields.observedLow = uint32(bytes, at)
      fields.observedHigh = uint32(bytes, at + 4)
      return
    case 0x10:
      fields.severity = varint32(bytes, at)
      return
    case 0x38:
      fields.droppedAttributes = varint32(bytes, at)
      return
    case 0x45:
      fields.flags = uint32(bytes, at)
  }
}

function anyBit(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] !== 0) return true
  return false
}
