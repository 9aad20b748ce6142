/**
 * OTLP protobuf to the objects of the model by another implementation, protobufjs by reflection:
 * the judge of what a request says.
 */
import protobuf from 'protobufjs'
import type { AnyValue, Attributes } from '../../src/model/attributes.ts'
import type { LogRecord, Resource, Scope, Span, SpanKind, StatusCode } from '../../src/model/telemetry.ts'
import { unixNano, type UnixNano } from '../../src/model/time.ts'

const SCHEMA = `
edition = "2023"; option features.utf8_validation = NONE; option features.field_presence = IMPLICIT;
message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
  ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
message KeyValue { string key = 1; AnyValue value = 2; }
message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; uint32 dropped_attributes_count = 4; }
message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4;
  uint32 dropped_attributes_count = 5; fixed32 flags = 6; }
message Status { string message = 2; int32 code = 3; }
message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5;
  int32 kind = 6; fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
  uint32 dropped_attributes_count = 10; repeated Event events = 11; uint32 dropped_events_count = 12; repeated Link links = 13;
  uint32 dropped_links_count = 14; Status status = 15; fixed32 flags = 16; }
message LogRecord { fixed64 time_unix_nano = 1; int32 severity_number = 2; string severity_text = 3; AnyValue body = 5;
  repeated KeyValue attributes = 6; uint32 dropped_attributes_count = 7; fixed32 flags = 8; bytes trace_id = 9; bytes span_id = 10;
  fixed64 observed_time_unix_nano = 11; string event_name = 12; }
message ScopeSpans { Scope scope = 1; repeated Span items = 2; string schema_url = 3; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans groups = 2; string schema_url = 3; }
message traces { repeated ResourceSpans groups = 1; }
message ScopeLogs { Scope scope = 1; repeated LogRecord items = 2; string schema_url = 3; }
message ResourceLogs { Resource resource = 1; repeated ScopeLogs groups = 2; string schema_url = 3; }
message logs { repeated ResourceLogs groups = 1; }`

const root = protobuf.parse(SCHEMA).root

interface RawValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: string
  doubleValue?: number
  arrayValue?: { values: RawValue[] }
  kvlistValue?: { values: RawKeyValue[] }
  bytesValue?: Uint8Array
}
type RawKeyValue = { key: string; value?: RawValue | null }
type Raw = Record<string, unknown> & { attributes: RawKeyValue[]; droppedAttributesCount: number }
interface RawGroup {
  resource?: Raw | null
  scope?: (Raw & { name: string; version: string }) | null
  groups: RawGroup[]
  items: Raw[]
  schemaUrl: string
}

type Item = { item: Raw; resource: Resource; scope: Scope }

function items(signal: 'traces' | 'logs', body: Uint8Array): Item[] {
  const type = root.lookupType(signal)
  const plain = type.toObject(type.decode(body), { longs: String, defaults: true, arrays: true }) as RawGroup
  return plain.groups.flatMap(group => {
    const resource = {
      attributes: attributes(group.resource?.attributes),
      droppedAttributesCount: group.resource?.droppedAttributesCount ?? 0,
      schemaUrl: group.schemaUrl,
    }
    return group.groups.flatMap(({ scope: raw, items, schemaUrl }) => {
      const scope = {
        name: raw?.name ?? '',
        version: raw?.version ?? '',
        attributes: attributes(raw?.attributes),
        droppedAttributesCount: raw?.droppedAttributesCount ?? 0,
        schemaUrl,
      }
      return items.map(item => ({ item, resource, scope }))
    })
  })
}

const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex')
const nano = (decimal: unknown): UnixNano => unixNano(BigInt(decimal as string))

const attributes = (list: RawKeyValue[] = []): Attributes =>
  list.map(({ key, value }) => ({ key, value: anyValue(value) }))

function anyValue(value: RawValue | null | undefined): AnyValue {
  if (value?.stringValue !== undefined) return value.stringValue
  if (value?.boolValue !== undefined) return value.boolValue
  if (value?.intValue !== undefined) return BigInt(value.intValue)
  if (value?.doubleValue !== undefined) return value.doubleValue
  if (value?.bytesValue !== undefined) return new Uint8Array(value.bytesValue)
  if (value?.arrayValue !== undefined) return { kind: 'array', values: value.arrayValue.values.map(anyValue) }
  if (value?.kvlistValue !== undefined)
    return { kind: 'kvlist', entries: attributes(value.kvlistValue.values) }
  return null
}

export const oracleSpans = (body: Uint8Array): Span[] =>
  items('traces', body).map(({ item, resource, scope }) => ({
    traceId: hex(item['traceId']),
    spanId: hex(item['spanId']),
    parentSpanId: hex(item['parentSpanId']),
    traceState: item['traceState'] as string,
    flags: item['flags'] as number,
    name: item['name'] as string,
    kind: item['kind'] as SpanKind,
    startTimeUnixNano: nano(item['startTimeUnixNano']),
    endTimeUnixNano: nano(item['endTimeUnixNano']),
    attributes: attributes(item.attributes),
    droppedAttributesCount: item.droppedAttributesCount,
    events: (item['events'] as Raw[]).map(event => ({
      timeUnixNano: nano(event['timeUnixNano']),
      name: event['name'] as string,
      attributes: attributes(event.attributes),
      droppedAttributesCount: event.droppedAttributesCount,
    })),
    droppedEventsCount: item['droppedEventsCount'] as number,
    links: (item['links'] as Raw[]).map(link => ({
      traceId: hex(link['traceId']),
      spanId: hex(link['spanId']),
      traceState: link['traceState'] as string,
      attributes: attributes(link.attributes),
      droppedAttributesCount: link.droppedAttributesCount,
      flags: link['flags'] as number,
    })),
    droppedLinksCount: item['droppedLinksCount'] as number,
    status: status(item['status'] as { code: number; message: string } | null),
    resource,
    scope,
  }))

const status = (raw: { code: number; message: string } | null): Span['status'] => ({
  code: (raw?.code ?? 0) as StatusCode,
  message: raw?.message ?? '',
})

export const oracleLogs = (body: Uint8Array, receivedAt: UnixNano): LogRecord[] =>
  items('logs', body).map(({ item, resource, scope }) => {
    const observed = nano(item['observedTimeUnixNano'])
    const time = nano(item['timeUnixNano'])
    return {
      timeUnixNano: time !== 0n ? time : observed !== 0n ? observed : receivedAt,
      observedTimeUnixNano: observed,
      severityNumber: item['severityNumber'] as number,
      severityText: item['severityText'] as string,
      eventName: item['eventName'] as string,
      body: anyValue(item['body'] as RawValue | null),
      attributes: attributes(item.attributes),
      droppedAttributesCount: item.droppedAttributesCount,
      flags: item['flags'] as number,
      traceId: hex(item['traceId']),
      spanId: hex(item['spanId']),
      resource,
      scope,
    }
  })
