/**
 * Spans and log records as OTLP/JSON text, made when they are finished.
 *
 * Encoding at once spreads the work over the requests that cause it: what is left for the export is to join texts,
 * so that no batch, however large, holds the event loop. What waits is then counted in its true bytes, and the host's
 * objects are let go.
 *
 * Source: https://github.com/open-telemetry/opentelemetry-proto (trace.proto, logs.proto)
 */
import {
  SpanKind,
  SpanStatusCode,
  type HrTime,
  type Link,
  type SpanContext,
  type TraceState,
} from '@opentelemetry/api'
import type { InstrumentationScope } from '@opentelemetry/core'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { attributesJson, textJson, valueJson, type Limits } from './otlp-json.ts'
import type { Item, Priority } from './item.ts'

const LONGEST_NAME = 1024
const LONGEST_BODY = 32_768
/** The SDK has cut attributes to the user's limits; these hold for what it does not bound. */
const USUAL: Limits = { longest: 1_048_576, most: 1024 }
/** For a record that is still too large. */
const NARROW: Limits = { longest: 1024, most: 64 }
const LARGEST_RECORD_BYTES = 1_048_576
const MOST_EVENTS_WHEN_NARROW = 8
/** Set on a record that lost more than the limits of the environment ask for. */
const TRUNCATED = '{"key":"hodoscope.truncated","value":{"boolValue":true}}'

/** OTLP counts from 1; the host may have made up the kind. */
const KINDS = new Map<SpanKind, number>([
  [SpanKind.INTERNAL, 1],
  [SpanKind.SERVER, 2],
  [SpanKind.CLIENT, 3],
  [SpanKind.PRODUCER, 4],
  [SpanKind.CONSUMER, 5],
])

const IS_REMOTE_KNOWN = 0x100
const IS_REMOTE = 0x200
const WARN = 13
const ERROR = 17
const INFO = 9
const MOST_SEVERE = 24

export function spanItem(span: ReadableSpan): Item {
  return item(
    narrow => spanJson(span, narrow),
    span.instrumentationScope,
    span.status.code === SpanStatusCode.ERROR ? 'high' : 'middle',
  )
}

export function logItem(record: ReadableLogRecord): Item {
  return item(
    narrow => logJson(record, narrow),
    record.instrumentationScope,
    priorityOf(severityOf(record) || INFO),
  )
}

/** The events and links of a span that hit the limit are as many as the SDK lets through. */
function item(encode: (narrow: boolean) => string, scope: InstrumentationScope, priority: Priority): Item {
  const full = encode(false)
  // Counting also makes the text one flat string, which is what takes no more memory than it counts.
  const bytes = Buffer.byteLength(full)
  if (bytes <= LARGEST_RECORD_BYTES) return { text: full, bytes, scope: scopeJson(scope), priority }
  const narrow = encode(true)
  return { text: narrow, bytes: Buffer.byteLength(narrow), scope: scopeJson(scope), priority }
}

function priorityOf(severity: number): Priority {
  if (severity >= ERROR) return 'high'
  return severity >= INFO && severity < WARN + 4 ? 'middle' : 'low'
}

function spanJson(span: ReadableSpan, narrow: boolean): string {
  const limits = narrow ? NARROW : USUAL
  const { traceId, spanId, traceFlags, traceState } = span.spanContext()
  const parent = span.parentSpanContext
  const state = stateOf(traceState)
  const events = narrow ? span.events.slice(0, MOST_EVENTS_WHEN_NARROW) : span.events
  const links = narrow ? span.links.slice(0, MOST_EVENTS_WHEN_NARROW) : span.links
  return (
    `{"traceId":"${traceId}","spanId":"${spanId}"` +
    (state ? `,"traceState":${textJson(state, LONGEST_NAME)}` : '') +
    (parent ? `,"parentSpanId":"${parent.spanId}"` : '') +
    `,"flags":${flagsOf(traceFlags, parent?.isRemote)}` +
    `,"name":${textJson(span.name, LONGEST_NAME)},"kind":${KINDS.get(span.kind) ?? 1}` +
    `,"startTimeUnixNano":"${nanos(span.startTime)}","endTimeUnixNano":"${nanos(span.endTime)}"` +
    `,"attributes":${flagged(attributesJson(span.attributes, limits), narrow)}` +
    dropped('droppedAttributesCount', span.droppedAttributesCount) +
    `,"events":[${events.map(event => eventJson(event, limits)).join(',')}]` +
    dropped('droppedEventsCount', span.droppedEventsCount + span.events.length - events.length) +
    `,"links":[${links
      .filter(hasIds)
      .map(link => linkJson(link, limits))
      .join(',')}]` +
    dropped('droppedLinksCount', span.droppedLinksCount + span.links.length - links.length) +
    `,"status":${statusJson(span)}}`
  )
}

/** What the host has made up instead of a trace state is none. */
function stateOf(traceState: TraceState | undefined): unknown {
  try {
    return traceState?.serialize()
  } catch {
    return undefined
  }
}

function eventJson(event: ReadableSpan['events'][number], limits: Limits): string {
  return (
    `{"timeUnixNano":"${nanos(event.time)}","name":${textJson(event.name, LONGEST_NAME)}` +
    `,"attributes":${attributesJson(event.attributes, limits)}` +
    `${dropped('droppedAttributesCount', event.droppedAttributesCount ?? 0)}}`
  )
}

function flagsOf(traceFlags: number, isRemote: boolean | undefined): number {
  return (traceFlags & 0xff) | IS_REMOTE_KNOWN | (isRemote ? IS_REMOTE : 0)
}

/** The host may have made up the context. */
function hasIds(link: Link): boolean {
  try {
    const { traceId = '', spanId = '' } = (link.context as SpanContext | undefined) ?? {}
    return /^[0-9a-f]{32}$/i.test(traceId) && /^[0-9a-f]{16}$/i.test(spanId)
  } catch {
    return false
  }
}

function linkJson(link: Link, limits: Limits): string {
  const { traceId, spanId, traceFlags, isRemote } = link.context
  const ids = `"traceId":"${traceId}","spanId":"${spanId}","flags":${flagsOf(traceFlags, isRemote)}`
  return `{${ids},"attributes":${attributesJson(link.attributes, limits)}}`
}

function statusJson({ status }: ReadableSpan): string {
  if (status.code === SpanStatusCode.UNSET) return '{"code":0}'
  const code = status.code === SpanStatusCode.ERROR ? 2 : 1
  return status.message === undefined
    ? `{"code":${code}}`
    : `{"code":${code},"message":${textJson(status.message, LONGEST_BODY)}}`
}

function logJson(record: ReadableLogRecord, narrow: boolean): string {
  const limits = narrow ? NARROW : USUAL
  const { spanContext } = record
  return (
    `{"timeUnixNano":"${nanos(record.hrTime)}","observedTimeUnixNano":"${nanos(record.hrTimeObserved)}"` +
    `,"severityNumber":${severityOf(record)}` +
    `,"severityText":${textJson(record.severityText, LONGEST_NAME)}` +
    `,"body":${valueJson(record.body, { ...limits, longest: narrow ? NARROW.longest : LONGEST_BODY })}` +
    (record.eventName ? `,"eventName":${textJson(record.eventName, LONGEST_NAME)}` : '') +
    `,"attributes":${flagged(attributesJson(record.attributes, limits), narrow)}` +
    dropped('droppedAttributesCount', record.droppedAttributesCount) +
    (spanContext
      ? `,"flags":${spanContext.traceFlags},"traceId":"${spanContext.traceId}","spanId":"${spanContext.spanId}"`
      : '') +
    '}'
  )
}

/** The host may have made it up. */
function severityOf(record: ReadableLogRecord): number {
  const severity = record.severityNumber as number | undefined
  return severity !== undefined && Number.isInteger(severity) && severity >= 0 && severity <= MOST_SEVERE
    ? severity
    : 0
}

function dropped(name: string, count: number): string {
  return count > 0 ? `,"${name}":${count}` : ''
}

function flagged(attributes: string, narrow: boolean): string {
  if (!narrow) return attributes
  return `${attributes.slice(0, -1)}${attributes === '[]' ? '' : ','}${TRUNCATED}]`
}

/** @returns nanoseconds since the Unix epoch; 0 for what is no time after it */
export function nanos([seconds, nanoseconds]: HrTime): string {
  if (!(seconds > 0 && seconds < 9_000_000_000)) return '0'
  return `${Math.floor(seconds)}${String(Math.floor(nanoseconds) || 0).padStart(9, '0')}`
}

const scopes = new WeakMap<InstrumentationScope, string>()

/** The same text for the same scope, which is what a request groups by. */
export function scopeJson(scope: InstrumentationScope): string {
  const known = scopes.get(scope)
  if (known !== undefined) return known
  const version = scope.version ? `,"version":${textJson(scope.version, LONGEST_NAME)}` : ''
  const text = `{"name":${textJson(scope.name, LONGEST_NAME)}${version}}`
  scopes.set(scope, text)
  return text
}
