/** OTLP/JSON to the objects of the model, naively and straight: the judge of what a well-formed text says. */
import type { AnyValue, Attributes } from '../../src/model/attributes.ts'
import type { LogRecord, Resource, Scope, Span, SpanKind, StatusCode } from '../../src/model/telemetry.ts'
import { unixNano } from '../../src/model/time.ts'
import { RECEIVED_AT } from './decoding.ts'

// eslint-disable-next-line typescript/no-explicit-any -- the shape is what is under test
type Raw = any

/** JSON.parse that keeps the digits of integers: they become decimal strings. */
const parse = (text: string): Raw =>
  JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)
      ? context!.source
      : value,
  )

const nano = (value: Raw) => unixNano(BigInt(value ?? 0))

function anyValue(value: Raw): AnyValue {
  if (value?.stringValue !== undefined) return value.stringValue
  if (value?.boolValue !== undefined) return value.boolValue
  if (value?.intValue !== undefined) return BigInt(value.intValue)
  if (value?.doubleValue !== undefined) return Number(value.doubleValue)
  if (value?.bytesValue !== undefined) return new Uint8Array(Buffer.from(value.bytesValue, 'base64'))
  if (value?.arrayValue !== undefined)
    return { kind: 'array', values: (value.arrayValue.values ?? []).map(anyValue) }
  if (value?.kvlistValue !== undefined)
    return { kind: 'kvlist', entries: attributes(value.kvlistValue.values) }
  return null
}

const attributes = (list: Raw): Attributes =>
  (list ?? []).map((e: Raw) => ({ key: e.key, value: anyValue(e.value) }))

const attributed = (raw: Raw) => ({
  attributes: attributes(raw?.attributes),
  droppedAttributesCount: raw?.droppedAttributesCount ?? 0,
})

function items(
  groups: Raw[],
  scopes: string,
  records: string,
): { item: Raw; resource: Resource; scope: Scope }[] {
  return groups.flatMap(group => {
    const resource = { ...attributed(group.resource), schemaUrl: group.schemaUrl ?? '' }
    return group[scopes].flatMap((inner: Raw) => {
      const { name = '', version = '' } = inner.scope ?? {}
      const scope = { name, version, ...attributed(inner.scope), schemaUrl: inner.schemaUrl ?? '' }
      return inner[records].map((item: Raw) => ({ item, resource, scope }))
    })
  })
}

export const modelOfJson = {
  spans: (text: string): Span[] =>
    items(parse(text).resourceSpans, 'scopeSpans', 'spans').map(({ item, resource, scope }) => ({
      traceId: item.traceId.toLowerCase(),
      spanId: item.spanId.toLowerCase(),
      parentSpanId: (item.parentSpanId ?? '').toLowerCase(),
      traceState: item.traceState ?? '',
      flags: item.flags ?? 0,
      name: item.name ?? '',
      kind: (item.kind ?? 0) as SpanKind,
      startTimeUnixNano: nano(item.startTimeUnixNano),
      endTimeUnixNano: nano(item.endTimeUnixNano),
      ...attributed(item),
      events: (item.events ?? []).map((event: Raw) => ({
        timeUnixNano: nano(event.timeUnixNano),
        name: event.name ?? '',
        ...attributed(event),
      })),
      droppedEventsCount: item.droppedEventsCount ?? 0,
      links: (item.links ?? []).map((link: Raw) => ({
        traceId: link.traceId.toLowerCase(),
        spanId: link.spanId.toLowerCase(),
        traceState: link.traceState ?? '',
        ...attributed(link),
        flags: link.flags ?? 0,
      })),
      droppedLinksCount: item.droppedLinksCount ?? 0,
      status: { code: (item.status?.code ?? 0) as StatusCode, message: item.status?.message ?? '' },
      resource,
      scope,
    })),

  logs: (text: string): LogRecord[] =>
    items(parse(text).resourceLogs, 'scopeLogs', 'logRecords').map(({ item, resource, scope }) => {
      const [time, observed] = [nano(item.timeUnixNano), nano(item.observedTimeUnixNano)]
      return {
        timeUnixNano: time !== 0n ? time : observed !== 0n ? observed : RECEIVED_AT,
        observedTimeUnixNano: observed,
        severityNumber: item.severityNumber ?? 0,
        severityText: item.severityText ?? '',
        eventName: item.eventName ?? '',
        body: anyValue(item.body),
        ...attributed(item),
        flags: item.flags ?? 0,
        traceId: (item.traceId ?? '').toLowerCase(),
        spanId: (item.spanId ?? '').toLowerCase(),
        resource,
        scope,
      }
    }),
}
