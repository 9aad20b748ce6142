/**
 * Attribute values as OTLP carries them, in JavaScript's own types.
 *
 * Nothing is lost: an int64 is a bigint, a double a number, and neither becomes the other.
 * Attributes are lists, not objects: order and repeated keys survive, and a key such as
 * `__proto__` is plain data.
 *
 * Source: opentelemetry-proto, common.proto, AnyValue and KeyValue.
 */

/** `null` is an AnyValue of which no member is set. */
export type AnyValue = string | boolean | bigint | number | Uint8Array | null | ArrayValue | KeyValueList

export interface ArrayValue {
  readonly kind: 'array'
  readonly values: readonly AnyValue[]
}

export interface KeyValueList {
  readonly kind: 'kvlist'
  readonly entries: Attributes
}

export interface KeyValue {
  readonly key: string
  readonly value: AnyValue
}

export type Attributes = readonly KeyValue[]

/** The value of a key; the last one where a key stands twice; undefined where it is absent. */
export function attribute(attributes: Attributes, key: string): AnyValue | undefined {
  for (let i = attributes.length - 1; i >= 0; i--) {
    const entry = attributes[i]!
    if (entry.key === key) return entry.value
  }
  return undefined
}

/** Attribute keys that carry a correlation id; a value under any of them is indexed. */
export const CORRELATION_KEYS = [
  'correlation.id',
  'request.id',
  'http.request.header.x-correlation-id',
  'http.request.header.x-request-id',
] as const

const CORRELATES: ReadonlySet<string> = new Set(CORRELATION_KEYS)

/**
 * The correlation values that stand in a list: strings under a correlation key, and strings in an
 * array there, for the conventions have request headers as arrays. Repeats are kept.
 */
export function correlationValues(attributes: Attributes): string[] {
  const values: string[] = []
  for (const { key, value } of attributes) {
    if (!CORRELATES.has(key)) continue
    if (typeof value === 'string') values.push(value)
    else if (
      value !== null &&
      typeof value === 'object' &&
      'values' in value &&
      !(value instanceof Uint8Array)
    )
      for (const entry of value.values) if (typeof entry === 'string') values.push(entry)
  }
  return values
}
