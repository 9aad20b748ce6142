/**
 * An attribute value as plain JSON: what the HTTP API answers.
 *
 * Lossless but for the type: int64 beyond ±2^53, bytes (base64), NaN and infinities become strings,
 * because JSON has nothing that carries them. Where a key stands twice in a list, the last one wins.
 */
import type { AnyValue, KeyValueList } from './attributes.ts'

/** Structurally the `AttributeValue` of `serve/api-types.ts`; objects have no prototype, so `__proto__` is a key like any other. */
export type PlainJson = string | number | boolean | null | PlainJson[] | { [key: string]: PlainJson }

const EXACT_INTEGER = 2n ** 53n

export function valueJson(value: AnyValue): PlainJson {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'bigint')
    return value >= -EXACT_INTEGER && value <= EXACT_INTEGER ? Number(value) : String(value)
  if (value instanceof Uint8Array) return base64(value)
  return value.kind === 'array' ? value.values.map(valueJson) : objectOf(value)
}

function objectOf(list: KeyValueList): { [key: string]: PlainJson } {
  const object: { [key: string]: PlainJson } = Object.create(null)
  for (const { key, value } of list.entries) object[key] = valueJson(value)
  return object
}

/** Standard base64 with padding. */
export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
