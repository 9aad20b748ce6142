/**
 * The tags of OTLP's traces and logs: field number and wire type in one number, as they stand on the wire.
 *
 * Source: opentelemetry-proto 1.11.0, common, resource, trace and logs.proto.
 */
const varint = (field: number): number => field << 3
const fixed64 = (field: number): number => (field << 3) | 1
const message = (field: number): number => (field << 3) | 2
const fixed32 = (field: number): number => (field << 3) | 5

/** Export{Trace,Logs}ServiceRequest: the same shape for both signals. */
export const REQUEST = { groups: message(1) } as const
/** ResourceSpans and ResourceLogs. */
export const RESOURCE_GROUP = {
  resource: message(1),
  scopeGroups: message(2),
  schemaUrl: message(3),
} as const
/** ScopeSpans and ScopeLogs. */
export const SCOPE_GROUP = { scope: message(1), items: message(2), schemaUrl: message(3) } as const

export const RESOURCE = { attributes: message(1), droppedAttributesCount: varint(2) } as const
export const SCOPE = {
  name: message(1),
  version: message(2),
  attributes: message(3),
  droppedAttributesCount: varint(4),
} as const

export const SPAN = {
  traceId: message(1),
  spanId: message(2),
  traceState: message(3),
  parentSpanId: message(4),
  name: message(5),
  kind: varint(6),
  startTimeUnixNano: fixed64(7),
  endTimeUnixNano: fixed64(8),
  attributes: message(9),
  droppedAttributesCount: varint(10),
  events: message(11),
  droppedEventsCount: varint(12),
  links: message(13),
  droppedLinksCount: varint(14),
  status: message(15),
  flags: fixed32(16),
} as const

export const EVENT = {
  timeUnixNano: fixed64(1),
  name: message(2),
  attributes: message(3),
  droppedAttributesCount: varint(4),
} as const

export const LINK = {
  traceId: message(1),
  spanId: message(2),
  traceState: message(3),
  attributes: message(4),
  droppedAttributesCount: varint(5),
  flags: fixed32(6),
} as const

export const STATUS = { message: message(2), code: varint(3) } as const

export const LOG = {
  timeUnixNano: fixed64(1),
  severityNumber: varint(2),
  severityText: message(3),
  body: message(5),
  attributes: message(6),
  droppedAttributesCount: varint(7),
  flags: fixed32(8),
  traceId: message(9),
  spanId: message(10),
  observedTimeUnixNano: fixed64(11),
  eventName: message(12),
} as const

export const KEY_VALUE = { key: message(1), value: message(2) } as const
export const ANY_VALUE = {
  string: message(1),
  bool: varint(2),
  int: varint(3),
  double: fixed64(4),
  array: message(5),
  kvlist: message(6),
  bytes: message(7),
} as const
/** ArrayValue and KeyValueList. */
export const LIST = { values: message(1) } as const

/** AnyValues in one another: an attribute's own value has depth 1. Deeper ones are not stored. */
export const MAX_VALUE_DEPTH = 64
export const TRACE_ID_BYTES = 16
export const SPAN_ID_BYTES = 8
export const MAX_SPAN_KIND = 5
export const MAX_STATUS_CODE = 2
export const MAX_SEVERITY = 24
