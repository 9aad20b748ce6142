/**
 * Attribute values as OTLP/JSON text.
 *
 * The text is written piece by piece rather than by `JSON.stringify` of an object tree: half the time, and every
 * value is read under a guard. What JSON has no number for is written as protobuf's JSON mapping asks
 * (`"NaN"`, `"Infinity"`); a whole number beyond 2^53 is a double, as it is in the host.
 *
 * Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding, https://protobuf.dev/programming-guides/json/
 */
import { maskedDigits, redacted } from '../redaction.ts'

/** How deep and how far a nested value is followed; hosts log request objects with everything that hangs on them. */
const DEEPEST = 6
const MOST_NODES = 500
/** Keys recur in every record of a service; values do not. */
const REMEMBERED_KEYS = 2000
const LONGEST_KEY = 256

const keys = new Map<string, string>()

export interface Limits {
  /** Longest string, UTF-16 units. */
  readonly longest: number
  /** Most entries of an attribute list. */
  readonly most: number
}

interface Walk extends Limits {
  nodes: number
}

/** @returns `[{"key":…,"value":…},…]` */
export function attributesJson(attributes: object | undefined, limits: Limits): string {
  if (attributes === undefined) return '[]'
  return pairs(attributes, { ...limits, nodes: MOST_NODES }, 0)
}

/** @returns an `AnyValue`; `{}` for what has no value */
export function valueJson(value: unknown, limits: Limits): string {
  return anyValue(value, { ...limits, nodes: MOST_NODES }, 0)
}

export function textJson(text: unknown, longest: number): string {
  return JSON.stringify(typeof text === 'string' ? cut(redacted(text), longest) : '')
}

function pairs(object: object, walk: Walk, depth: number): string {
  let text = ''
  let count = 0
  for (const key of Object.keys(object)) {
    // Each attribute has its own allowance: none is lost to a large one before it.
    if (depth === 0) walk.nodes = MOST_NODES
    if (count === walk.most || --walk.nodes < 0) break
    const value = read(object, key)
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') continue
    text += `${count === 0 ? '' : ','}${keyJson(key)}${anyValue(value, walk, depth)}}`
    count++
  }
  return `[${text}]`
}

/** `{"key":"…","value":` */
function keyJson(key: string): string {
  const known = keys.get(key)
  if (known !== undefined) return known
  if (keys.size >= REMEMBERED_KEYS) keys.clear()
  const text = `{"key":${JSON.stringify(cut(key, LONGEST_KEY))},"value":`
  keys.set(key, text)
  return text
}

function anyValue(value: unknown, walk: Walk, depth: number): string {
  switch (typeof value) {
    case 'string':
      return textValue(redacted(value), walk)
    case 'number':
      return digits(value, number, walk)
    case 'boolean':
      return value ? '{"boolValue":true}' : '{"boolValue":false}'
    case 'bigint':
      return digits(value, bigint, walk)
    case 'object':
      return value === null ? '{}' : readable(value, walk, depth)
    default:
      return '{}'
  }
}

function textValue(text: string, { longest }: Limits): string {
  return `{"stringValue":${JSON.stringify(cut(text, longest))}}`
}

/** A number that is to be masked is a text from then on. */
function digits<N extends number | bigint>(value: N, encode: (value: N) => string, limits: Limits): string {
  const masked = maskedDigits(value)
  return masked === undefined ? encode(value) : textValue(masked, limits)
}

function bigint(value: bigint): string {
  return BigInt.asIntN(64, value) === value ? `{"intValue":"${value}"}` : `{"stringValue":"${value}"}`
}

function number(value: number): string {
  if (Number.isSafeInteger(value)) return `{"intValue":${Object.is(value, -0) ? 0 : value}}`
  return Number.isFinite(value) ? `{"doubleValue":${value}}` : `{"doubleValue":"${value}"}`
}

/** A proxy of the host may throw at any touch. */
function readable(value: object, walk: Walk, depth: number): string {
  try {
    return nested(value, walk, depth)
  } catch {
    return '{"stringValue":"[unreadable]"}'
  }
}

function nested(value: object, walk: Walk, depth: number): string {
  if (depth >= DEEPEST) return '{"stringValue":"[too deep]"}'
  if (value instanceof Uint8Array) {
    const bytes = value.subarray(0, walk.longest)
    return `{"bytesValue":"${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}"}`
  }
  if (!Array.isArray(value)) return `{"kvlistValue":{"values":${pairs(value, walk, depth + 1)}}}`
  const entries: string[] = []
  for (const entry of value.slice(0, MOST_NODES)) {
    if (--walk.nodes < 0) break
    entries.push(anyValue(entry, walk, depth + 1))
  }
  return `{"arrayValue":{"values":[${entries.join(',')}]}}`
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key]
  } catch {
    return '[unreadable]'
  }
}

/** A pair of surrogates is not parted: half of one is not text. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text
  const last = text.charCodeAt(longest - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? longest - 1 : longest)
}
