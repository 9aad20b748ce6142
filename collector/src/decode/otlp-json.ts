/**
 * Spans as OTLP/JSON: what `?format=otlp` answers, and what any OTLP receiver takes.
 *
 * Source: opentelemetry-proto docs/specification.md, "JSON Protobuf Encoding": ids in hex, 64-bit
 * integers as decimal strings, enums as integers, lowerCamelCase; proto3 JSON for NaN and bytes.
 */
import type { AnyValue, Attributes } from '../model/attributes.ts'
import type { Resource, Scope, Span } from '../model/telemetry.ts'
import { base64, type PlainJson } from '../model/value-json.ts'
import { runs, sameResource, sameScope } from './encode.ts'

interface JsonObject {
  [key: string]: PlainJson
}

/** Spans that follow one another under the same resource and scope share a group. Fields at their default are left out. */
export const otlpJsonOf = (spans: readonly Span[]): { resourceSpans: JsonObject[] } => ({
  resourceSpans: [...runs(spans, span => span.resource, sameResource)].map(([resource, ofResource]) =>
    given({
      resource: resourceJson(resource),
      scopeSpans: [...runs(ofResource, span => span.scope, sameScope)].map(([scope, ofScope]) =>
        given({ scope: scopeJson(scope), spans: ofScope.map(spanJson), schemaUrl: scope.schemaUrl }),
      ),
      schemaUrl: resource.schemaUrl,
    }),
  ),
})

const resourceJson = (resource: Resource): JsonObject =>
  given({
    attributes: attributesJson(resource.attributes),
    droppedAttributesCount: resource.droppedAttributesCount,
  })

const scopeJson = (scope: Scope): JsonObject =>
  given({
    name: scope.name,
    version: scope.version,
    attributes: attributesJson(scope.attributes),
    droppedAttributesCount: scope.droppedAttributesCount,
  })

const spanJson = (span: Span): JsonObject =>
  given({
    traceId: span.traceId,
    spanId: span.spanId,
    traceState: span.traceState,
    parentSpanId: span.parentSpanId,
    flags: span.flags,
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: String(span.startTimeUnixNano),
    endTimeUnixNano: String(span.endTimeUnixNano),
    attributes: attributesJson(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(event =>
      given({
        timeUnixNano: String(event.timeUnixNano),
        name: event.name,
        attributes: attributesJson(event.attributes),
        droppedAttributesCount: event.droppedAttributesCount,
      }),
    ),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(link => given({ ...link, attributes: attributesJson(link.attributes) })),
    droppedLinksCount: span.droppedLinksCount,
    status: given({ message: span.status.message, code: span.status.code }),
  })

const attributesJson = (attributes: Attributes): JsonObject[] =>
  attributes.map(({ key, value }) => ({ key, value: valueJson(value) }))

function valueJson(value: AnyValue): JsonObject {
  if (value === null) return {}
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'bigint') return { intValue: String(value) }
  if (typeof value === 'number') return { doubleValue: doubleJson(value) }
  if (value instanceof Uint8Array) return { bytesValue: base64(value) }
  if (value.kind === 'array') return { arrayValue: { values: value.values.map(valueJson) } }
  return { kvlistValue: { values: attributesJson(value.entries) } }
}

/** JSON has no -0, no NaN and no infinity. */
const doubleJson = (value: number): number | string =>
  Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value)

/** Without the fields that are at their default. */
function given(fields: JsonObject): JsonObject {
  const kept: JsonObject = {}
  for (const name of Object.keys(fields)) {
    const value = fields[name]!
    if (value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0)) kept[name] = value
  }
  return kept
}
