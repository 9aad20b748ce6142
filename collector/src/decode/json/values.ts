/** Attributes of OTLP/JSON, written as protobuf. */
import type { Transcoder } from './transcoder.ts'
import { ANY_VALUE, KEY_VALUE, LIST, MAX_VALUE_DEPTH } from '../fields.ts'
import { TOO_DEEP } from '../normalise-values.ts'
import { doubleOf, integerWithin } from './numbers.ts'

const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** A list of KeyValues, each under `tag`. */
export function writeAttributes(to: Transcoder, tag: number, value: unknown, name: string, depth = 1): void {
  for (const element of to.list(value, name)) {
    const entry = to.object(element, name)
    if (entry === undefined) continue
    to.out.varint(tag)
    const opened = to.out.open()
    to.text(KEY_VALUE.key, entry['key'], 'an attribute key')
    writeValue(to, KEY_VALUE.value, entry['value'], depth)
    to.out.close(opened)
  }
}

/** An AnyValue; an empty one is written too, because an empty value is a value. Of two members the last counts. */
export function writeValue(to: Transcoder, tag: number, value: unknown, depth: number): void {
  const members = to.object(value, 'value')
  if (members === undefined) return
  if (depth > MAX_VALUE_DEPTH) return to.blame(TOO_DEEP)
  to.out.varint(tag)
  const opened = to.out.open()
  for (const name in members) {
    const before = to.out.length
    if (writeMember(to, name, members[name], depth) && before > opened + 1) keepLast(to, opened + 1, before)
  }
  to.out.close(opened)
}

/** Takes out the member in [from, before) that another one has followed. */
function keepLast(to: Transcoder, from: number, before: number): void {
  const last = to.out.copy(before, to.out.length)
  to.out.reset(from)
  to.out.raw(last, 0, last.length)
}

/** @returns false where the member is absent or none that OTLP knows */
function writeMember(to: Transcoder, name: string, value: unknown, depth: number): boolean {
  if (value === null) return false
  switch (name) {
    case 'stringValue':
    case 'string_value':
      return writeString(to, value)
    case 'intValue':
    case 'int_value':
      return writeInt(to, value)
    case 'doubleValue':
    case 'double_value':
      return writeDouble(to, value)
    case 'boolValue':
    case 'bool_value':
      return writeBool(to, value)
    case 'arrayValue':
    case 'array_value':
      return writeArray(to, value, depth + 1)
    case 'kvlistValue':
    case 'kvlist_value':
      return writeList(to, value, depth + 1)
    case 'bytesValue':
    case 'bytes_value':
      return writeBytes(to, value)
    default:
      return false
  }
}

function writeString(to: Transcoder, value: unknown): boolean {
  if (typeof value !== 'string') return fault(to, 'a stringValue is not a string')
  to.out.varint(ANY_VALUE.string)
  to.out.text(value)
  return true
}

function writeInt(to: Transcoder, value: unknown): boolean {
  to.out.varint(ANY_VALUE.int)
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) {
    to.out.varint(value)
    return true
  }
  const number = integerWithin(value, MIN_INT64, MAX_INT64)
  to.out.int64(number ?? 0n)
  return number !== undefined || fault(to, 'an intValue is not a 64-bit integer')
}

function writeDouble(to: Transcoder, value: unknown): boolean {
  const number = doubleOf(value)
  if (number === undefined) return fault(to, 'a doubleValue is not a number')
  to.out.varint(ANY_VALUE.double)
  to.out.double(number)
  return true
}

function writeBool(to: Transcoder, value: unknown): boolean {
  if (typeof value !== 'boolean') return fault(to, 'a boolValue is not a boolean')
  to.out.varint(ANY_VALUE.bool)
  to.out.byte(value ? 1 : 0)
  return true
}

/** Standard base64; the URL-safe alphabet and missing padding are accepted. */
function writeBytes(to: Transcoder, value: unknown): boolean {
  if (typeof value !== 'string' || !BASE64.test(value) || value.replace(/=+$/, '').length % 4 === 1)
    return fault(to, 'a bytesValue is not base64')
  to.out.varint(ANY_VALUE.bytes)
  to.out.blob(Buffer.from(value, 'base64'))
  return true
}

function writeArray(to: Transcoder, value: unknown, depth: number): boolean {
  const values = to.list(to.object(value, 'arrayValue')?.['values'], 'arrayValue.values')
  to.out.varint(ANY_VALUE.array)
  const opened = to.out.open()
  for (const element of values) writeValue(to, LIST.values, element, depth)
  to.out.close(opened)
  return true
}

function writeList(to: Transcoder, value: unknown, depth: number): boolean {
  to.out.varint(ANY_VALUE.kvlist)
  const opened = to.out.open()
  writeAttributes(to, LIST.values, to.object(value, 'kvlistValue')?.['values'], 'kvlistValue.values', depth)
  to.out.close(opened)
  return true
}

function fault(to: Transcoder, reason: string): false {
  to.blame(reason)
  return false
}
