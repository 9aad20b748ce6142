/**
 * Spans that were sent twice: equal in every field but the ordinal.
 */
import type { StoredSpan } from '../api.ts'

/** @param spans in list order; of equal ones the first is kept */
export function withoutDuplicates(spans: readonly StoredSpan[]): StoredSpan[] {
  const seen = new Map<string, Set<string> | StoredSpan>()
  return spans.filter(span => {
    const key = `${span.spanId} ${span.startTimeUnixNano} ${span.endTimeUnixNano} ${span.name}`
    const like = seen.get(key)
    if (like === undefined) {
      seen.set(key, span)
      return true
    }
    return isNew(span, like instanceof Set ? like : firstOf(seen, key, like))
  })
}

/** Whole spans are written out only where their ids and times already agree. */
function firstOf(seen: Map<string, Set<string> | StoredSpan>, key: string, first: StoredSpan): Set<string> {
  const texts = new Set([contentOf(first)])
  seen.set(key, texts)
  return texts
}

function isNew(span: StoredSpan, known: Set<string>): boolean {
  const text = contentOf(span)
  if (known.has(text)) return false
  known.add(text)
  return true
}

/** A text that two spans share exactly when they are equal in every field but the ordinal. */
export function contentOf(span: StoredSpan): string {
  const { traceId, spanId, parentSpanId, traceState, flags, name, kind } = span
  const { startTimeUnixNano, endTimeUnixNano, attributes, events, links, status } = span
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span
  const { resource, scope } = span
  return JSON.stringify(
    [
      [traceId, spanId, parentSpanId, traceState, flags, name, kind, startTimeUnixNano, endTimeUnixNano],
      [droppedAttributesCount, droppedEventsCount, droppedLinksCount, status.code, status.message],
      attributes.map(keyValue),
      events.map(e => [e.timeUnixNano, e.name, e.attributes.map(keyValue), e.droppedAttributesCount]),
      links.map(l => [
        [l.traceId, l.spanId, l.traceState, l.flags, l.droppedAttributesCount],
        l.attributes.map(keyValue),
      ]),
      [resource.attributes.map(keyValue), resource.droppedAttributesCount, resource.schemaUrl],
      [
        scope.name,
        scope.version,
        scope.attributes.map(keyValue),
        scope.droppedAttributesCount,
        scope.schemaUrl,
      ],
    ],
    bigintText,
  )
}

const bigintText = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? { int: String(value) } : value

type Value = StoredSpan['attributes'][number]['value']

const keyValue = ({ key, value }: { key: string; value: Value }): unknown => [key, tagged(value)]

/** Keeps apart what JSON would let fall together: 1 and 1n, NaN and null, bytes and text. */
function tagged(value: Value): unknown {
  if (typeof value === 'number')
    return Object.is(value, -0) || !Number.isFinite(value)
      ? { double: Object.is(value, -0) ? '-0' : String(value) }
      : value
  if (value === null || typeof value !== 'object') return value
  if (value instanceof Uint8Array) return { bytes: [...value] }
  return value.kind === 'array'
    ? { array: value.values.map(tagged) }
    : { kvlist: value.entries.map(keyValue) }
}
