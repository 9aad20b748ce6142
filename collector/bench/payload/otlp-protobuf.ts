/**
 * Batches of the payload as OTLP protobuf: Export(Trace|Logs)ServiceRequest.
 *
 * Source: opentelemetry-proto 1.11.0, trace.proto, logs.proto; the tags below are
 * (field number << 3 | wire type).
 */
import { writeAttribute } from './attribute.ts'
import type { Batch } from './batches.ts'
import type { PayloadLog } from './logs.ts'
import { ProtobufWriter } from './protobuf-writer.ts'
import { EXCEPTION, RESOURCES } from './shop.ts'
import type { PayloadSpan } from './spans.ts'

/** flags (field 16, fixed32): sampled, and the parent is known not to be remote. */
const SPAN_FLAGS = Uint8Array.of(0x85, 0x01, 0x01, 0x01, 0, 0)
const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

const writer = new ProtobufWriter()

/** @param startUnixNano the instant from which the batch counts */
export function tracesProtobuf(batch: Batch<PayloadSpan>, startUnixNano: bigint): Uint8Array {
  return request(batch, '@opentelemetry/instrumentation-http', span => writeSpan(span, startUnixNano))
}

export function logsProtobuf(batch: Batch<PayloadLog>, startUnixNano: bigint): Uint8Array {
  return request(batch, '@opentelemetry/instrumentation-pino', log => writeLog(log, startUnixNano))
}

/** Both signals have one shape: resource (1), then scope (1) and items (2) within the scope's list (2). */
function request<T>(batch: Batch<T>, scope: string, writeItem: (item: T) => void): Uint8Array {
  const perResource = writer.open(0x0a)
  const resource = writer.open(0x0a)
  for (const attribute of RESOURCES[batch.service]!) writeAttribute(writer, 0x0a, attribute)
  writer.close(resource)
  const perScope = writer.open(0x12)
  const scopeAt = writer.open(0x0a)
  writer.text(0x0a, scope)
  writer.text(0x12, '0.301.0')
  writer.close(scopeAt)
  for (const item of batch.items) {
    const opened = writer.open(0x12)
    writeItem(item)
    writer.close(opened)
  }
  writer.close(perScope)
  writer.close(perResource)
  return writer.take()
}

function writeSpan(span: PayloadSpan, startUnixNano: bigint): void {
  const { ids } = span.trace
  writer.bytes(0x0a, ids, 0, TRACE_ID_BYTES)
  writeSpanId(0x12, ids, span.index)
  if (span.parent >= 0) writeSpanId(0x22, ids, span.parent)
  writer.text(0x2a, span.name)
  writer.varint(0x30, span.kind)
  writer.fixed64(0x39, startUnixNano + BigInt(span.start))
  const end = startUnixNano + BigInt(span.end)
  writer.fixed64(0x41, end)
  for (const attribute of span.attributes) writeAttribute(writer, 0x4a, attribute)
  if (span.failed) writeFailure(end)
  writer.raw(SPAN_FLAGS)
}

function writeSpanId(tag: number, ids: Uint8Array, index: number): void {
  const start = TRACE_ID_BYTES + index * SPAN_ID_BYTES
  writer.bytes(tag, ids, start, start + SPAN_ID_BYTES)
}

/** The exception event (11), and the status (15) with code error. */
function writeFailure(at: bigint): void {
  const event = writer.open(0x5a)
  writer.fixed64(0x09, at)
  writer.text(0x12, 'exception')
  for (const attribute of EXCEPTION) writeAttribute(writer, 0x1a, attribute)
  writer.close(event)
  const status = writer.open(0x7a)
  writer.varint(0x18, 2)
  writer.close(status)
}

function writeLog(log: PayloadLog, startUnixNano: bigint): void {
  writer.fixed64(0x09, startUnixNano + BigInt(log.start))
  writer.varint(0x10, log.severityNumber)
  writer.text(0x1a, log.severityText)
  const body = writer.open(0x2a)
  writer.text(0x0a, log.body)
  writer.close(body)
  for (const attribute of log.attributes) writeAttribute(writer, 0x32, attribute)
  writer.fixed32(0x45, 1)
  writer.bytes(0x4a, log.trace.ids, 0, TRACE_ID_BYTES)
  writer.bytes(0x52, log.spanId, 0, SPAN_ID_BYTES)
  writer.fixed64(0x59, startUnixNano + BigInt(log.end))
}
