/**
 * How many bytes a record is worth in the queue: an estimate of its OTLP/JSON, good enough to bound memory and
 * requests, cheap enough to make for each record.
 */
import type { Attributes, AttributeValue } from '@opentelemetry/api'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'

const SPAN_FRAME = 300
const LOG_FRAME = 250
const EVENT_FRAME = 60
const ATTRIBUTE_FRAME = 40

export function bytesOfSpan(span: ReadableSpan): number {
  let bytes = SPAN_FRAME + span.name.length + bytesOfAttributes(span.attributes)
  for (const event of span.events)
    bytes += EVENT_FRAME + event.name.length + bytesOfAttributes(event.attributes)
  for (const link of span.links) bytes += SPAN_FRAME + bytesOfAttributes(link.attributes)
  return bytes
}

export function bytesOfLog(record: ReadableLogRecord): number {
  return LOG_FRAME + bytesOfValue(record.body) + bytesOfAttributes(record.attributes)
}

function bytesOfAttributes(attributes: Attributes | undefined): number {
  let bytes = 0
  for (const key in attributes) bytes += ATTRIBUTE_FRAME + key.length + bytesOfValue(attributes[key])
  return bytes
}

function bytesOfValue(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  if (value instanceof Uint8Array) return value.length * 1.4
  if (Array.isArray(value)) return value.reduce<number>((sum, entry) => sum + 12 + bytesOfValue(entry), 12)
  return bytesOfAttributes(value as Record<string, AttributeValue>)
}
