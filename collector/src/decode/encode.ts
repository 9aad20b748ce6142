/**
 * Objects of `model/telemetry.ts` back to canonical bytes.
 *
 * Proto3's rule for defaults holds: a scalar that is 0, '' or false is not written, save for the
 * members of an AnyValue, whose presence is their meaning.
 */
import type { AnyValue, Attributes } from '../model/attributes.ts'
import type { LogRecord, Resource, Scope, Span, SpanEvent, SpanLink } from '../model/telemetry.ts'
import { WireWriter } from '../wire/writer.ts'
import {
  ANY_VALUE,
  EVENT,
  KEY_VALUE,
  LINK,
  LIST,
  LOG,
  REQUEST,
  RESOURCE,
  RESOURCE_GROUP,
  SCOPE,
  SCOPE_GROUP,
  SPAN,
  STATUS,
} from './fields.ts'

/** Spans that follow one another under the same (identical or equal) resource and scope share a group. */
export const encodeSpans = (spans: readonly Span[]): Uint8Array => encodeItems(spans, writeSpan)

/** The records' resolved times are written as their own. */
export const encodeLogs = (logs: readonly LogRecord[]): Uint8Array => encodeItems(logs, writeLog)

interface Item {
  readonly resource: Resource
  readonly scope: Scope
}

function encodeItems<T extends Item>(
  items: readonly T[],
  write: (out: WireWriter, item: T) => void,
): Uint8Array {
  const out = new WireWriter(items.length * 256)
  for (const [resource, ofResource] of runs(items, item => item.resource, sameResource))
    message(out, REQUEST.groups, () => {
      message(out, RESOURCE_GROUP.resource, () => writeResource(out, resource))
      for (const [scope, ofScope] of runs(ofResource, item => item.scope, sameScope))
        message(out, RESOURCE_GROUP.scopeGroups, () => {
          message(out, SCOPE_GROUP.scope, () => writeScope(out, scope))
          for (const item of ofScope) message(out, SCOPE_GROUP.items, () => write(out, item))
          text(out, SCOPE_GROUP.schemaUrl, scope.schemaUrl)
        })
      text(out, RESOURCE_GROUP.schemaUrl, resource.schemaUrl)
    })
  return out.finish()
}

/** Splits a list where the key changes. */
export function* runs<T, K>(
  items: readonly T[],
  keyOf: (item: T) => K,
  same: (a: K, b: K) => boolean,
): Generator<[K, readonly T[]]> {
  for (let start = 0, end = 0; start < items.length; start = end) {
    const key = keyOf(items[start]!)
    for (end = start + 1; end < items.length; end++) {
      const next = keyOf(items[end]!)
      if (next !== key && !same(next, key)) break
    }
    yield [key, items.slice(start, end)]
  }
}

/** Equality by encoded form: what is written the same is the same. */
export const sameResource = (a: Resource, b: Resource): boolean =>
  a.schemaUrl === b.schemaUrl && sameBytes(writeResource, a, b)
export const sameScope = (a: Scope, b: Scope): boolean =>
  a.schemaUrl === b.schemaUrl && sameBytes(writeScope, a, b)

function sameBytes<T>(write: (out: WireWriter, value: T) => void, a: T, b: T): boolean {
  const [left, right] = [a, b].map(value => {
    const out = new WireWriter()
    write(out, value)
    return out.finish()
  })
  return Buffer.compare(left!, right!) === 0
}

function writeResource(out: WireWriter, resource: Resource): void {
  attributes(out, RESOURCE.attributes, resource.attributes)
  number(out, RESOURCE.droppedAttributesCount, resource.droppedAttributesCount)
}

function writeScope(out: WireWriter, scope: Scope): void {
  text(out, SCOPE.name, scope.name)
  text(out, SCOPE.version, scope.version)
  attributes(out, SCOPE.attributes, scope.attributes)
  number(out, SCOPE.droppedAttributesCount, scope.droppedAttributesCount)
}

function writeSpan(out: WireWriter, span: Span): void {
  id(out, SPAN.traceId, span.traceId)
  id(out, SPAN.spanId, span.spanId)
  text(out, SPAN.traceState, span.traceState)
  id(out, SPAN.parentSpanId, span.parentSpanId)
  text(out, SPAN.name, span.name)
  number(out, SPAN.kind, span.kind)
  instant(out, SPAN.startTimeUnixNano, span.startTimeUnixNano)
  instant(out, SPAN.endTimeUnixNano, span.endTimeUnixNano)
  attributes(out, SPAN.attributes, span.attributes)
  number(out, SPAN.droppedAttributesCount, span.droppedAttributesCount)
  for (const event of span.events) message(out, SPAN.events, () => writeEvent(out, event))
  number(out, SPAN.droppedEventsCount, span.droppedEventsCount)
  for (const link of span.links) message(out, SPAN.links, () => writeLink(out, link))
  number(out, SPAN.droppedLinksCount, span.droppedLinksCount)
  const { code, message: told } = span.status
  if (code !== 0 || told !== '')
    message(out, SPAN.status, () => {
      text(out, STATUS.message, told)
      number(out, STATUS.code, code)
    })
  flags(out, SPAN.flags, span.flags)
}

function writeEvent(out: WireWriter, event: SpanEvent): void {
  instant(out, EVENT.timeUnixNano, event.timeUnixNano)
  text(out, EVENT.name, event.name)
  attributes(out, EVENT.attributes, event.attributes)
  number(out, EVENT.droppedAttributesCount, event.droppedAttributesCount)
}

function writeLink(out: WireWriter, link: SpanLink): void {
  id(out, LINK.traceId, link.traceId)
  id(out, LINK.spanId, link.spanId)
  text(out, LINK.traceState, link.traceState)
  attributes(out, LINK.attributes, link.attributes)
  number(out, LINK.droppedAttributesCount, link.droppedAttributesCount)
  flags(out, LINK.flags, link.flags)
}

function writeLog(out: WireWriter, log: LogRecord): void {
  instant(out, LOG.timeUnixNano, log.timeUnixNano)
  number(out, LOG.severityNumber, log.severityNumber)
  text(out, LOG.severityText, log.severityText)
  if (log.body !== null) anyValue(out, LOG.body, log.body)
  attributes(out, LOG.attributes, log.attributes)
  number(out, LOG.droppedAttributesCount, log.droppedAttributesCount)
  flags(out, LOG.flags, log.flags)
  id(out, LOG.traceId, log.traceId)
  id(out, LOG.spanId, log.spanId)
  instant(out, LOG.observedTimeUnixNano, log.observedTimeUnixNano)
  text(out, LOG.eventName, log.eventName)
}

function attributes(out: WireWriter, tag: number, list: Attributes): void {
  for (const { key, value } of list)
    message(out, tag, () => {
      text(out, KEY_VALUE.key, key)
      anyValue(out, KEY_VALUE.value, value)
    })
}

function anyValue(out: WireWriter, tag: number, value: AnyValue): void {
  message(out, tag, () => {
    if (value === null) return
    if (typeof value === 'string') {
      out.varint(ANY_VALUE.string)
      out.text(value)
    } else if (typeof value === 'boolean') {
      out.varint(ANY_VALUE.bool)
      out.varint(value ? 1 : 0)
    } else if (typeof value === 'bigint') {
      out.varint(ANY_VALUE.int)
      out.int64(value)
    } else if (typeof value === 'number') {
      out.varint(ANY_VALUE.double)
      out.double(value)
    } else if (value instanceof Uint8Array) {
      out.varint(ANY_VALUE.bytes)
      out.blob(value)
    } else if (value.kind === 'array')
      message(out, ANY_VALUE.array, () => {
        for (const element of value.values) anyValue(out, LIST.values, element)
      })
    else message(out, ANY_VALUE.kvlist, () => attributes(out, LIST.values, value.entries))
  })
}

function message(out: WireWriter, tag: number, write: () => void): void {
  out.varint(tag)
  const opened = out.open()
  write()
  out.close(opened)
}

function text(out: WireWriter, tag: number, value: string): void {
  if (value === '') return
  out.varint(tag)
  out.text(value)
}

function number(out: WireWriter, tag: number, value: number): void {
  if (value === 0) return
  out.varint(tag)
  out.varint(value)
}

function instant(out: WireWriter, tag: number, value: bigint): void {
  if (value === 0n) return
  out.varint(tag)
  out.fixed64(value)
}

function flags(out: WireWriter, tag: number, value: number): void {
  if (value === 0) return
  out.varint(tag)
  out.fixed32(value)
}

function id(out: WireWriter, tag: number, hex: string): void {
  if (hex === '') return
  out.varint(tag)
  out.blob(Buffer.from(hex, 'hex'))
}
