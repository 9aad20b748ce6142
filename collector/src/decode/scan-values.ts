/**
 * The hot path over attributes: checks the structure of KeyValues and AnyValues and finds the
 * values under correlation keys. Allocates nothing.
 *
 * Tags and lengths of one byte are read in line; `wire/varint.ts` has the rest.
 */
import { CORRELATION_KEYS } from '../model/attributes.ts'
import { WireError } from '../wire/errors.ts'
import { lengthEndAt, skipAt, tagAt, varintAt, varintEnd } from '../wire/varint.ts'
import { ANY_VALUE, KEY_VALUE, LIST, MAX_VALUE_DEPTH } from './fields.ts'
import type { ScanState } from './scan-state.ts'

const KEY = KEY_VALUE.key
const VALUE = KEY_VALUE.value
const {
  string: STRING,
  bool: BOOL,
  int: INT,
  double: DOUBLE,
  array: ARRAY,
  kvlist: KVLIST,
  bytes: BYTES,
} = ANY_VALUE

const correlationKeys = CORRELATION_KEYS.map(key => Buffer.from(key))
const correlationLengths = new Uint8Array(128)
for (const key of correlationKeys) correlationLengths[key.length] = 1

/**
 * A KeyValue in [start, end).
 * @param correlates its value is looked up when the key is a correlation key: so on records themselves only
 */
export function scanAttribute(state: ScanState, start: number, end: number, correlates: boolean): void {
  const bytes = state.bytes
  // Key, then value, lengths of one byte each: what nearly every sender writes.
  if (bytes[start] === KEY) {
    const keyLength = bytes[start + 1]!
    const valueTag = start + 2 + keyLength
    if (keyLength < 0x80 && valueTag + 2 <= end && bytes[valueTag] === VALUE) {
      const valueStart = valueTag + 2
      if (bytes[valueTag + 1]! < 0x80 && end === valueStart + bytes[valueTag + 1]!) {
        scanValue(state, valueStart, end, 1)
        if (
          correlates &&
          correlationLengths[keyLength] === 1 &&
          isCorrelationKey(bytes, start + 2, keyLength)
        )
          correlate(state, valueStart, end)
        return
      }
    }
  }
  scanAnyAttribute(state, start, end, correlates, 1)
}

/** A KeyValue of any shape. */
function scanAnyAttribute(
  state: ScanState,
  start: number,
  end: number,
  correlates: boolean,
  depth: number,
): void {
  const bytes = state.bytes
  let at = start
  let keyStart = 0
  let keyEnd = 0
  let valueStart = -1
  let valueEnd = 0
  while (at < end) {
    const tag = tagAt(bytes, at, end)
    at = varintEnd
    if (tag === KEY) {
      keyEnd = lengthEndAt(bytes, at, end)
      keyStart = varintEnd
      at = keyEnd
    } else if (tag === VALUE) {
      if (valueStart >= 0) state.odd = true
      valueEnd = lengthEndAt(bytes, at, end)
      valueStart = varintEnd
      scanValue(state, valueStart, valueEnd, depth)
      at = valueEnd
    } else at = skipAt(bytes, tag, at, end)
  }
  if (correlates && valueStart >= 0 && isCorrelationKey(bytes, keyStart, keyEnd - keyStart))
    correlate(state, valueStart, valueEnd)
}

/** An AnyValue in [start, end); one nested too deep makes the request odd and is not entered. */
export function scanValue(state: ScanState, start: number, end: number, depth: number): void {
  const bytes = state.bytes
  if (depth > MAX_VALUE_DEPTH) {
    state.odd = true
    return
  }
  // One string that fills the value.
  if (bytes[start] === STRING && bytes[start + 1]! < 0x80 && end === start + 2 + bytes[start + 1]!) return
  let at = start
  let members = 0
  while (at < end) {
    const tag = tagAt(bytes, at, end)
    at = varintEnd
    switch (tag) {
      case STRING:
      case BYTES:
        members++
        at = lengthEndAt(bytes, at, end)
        break
      case INT:
      case BOOL:
        members++
        varintAt(bytes, at, end)
        at = varintEnd
        break
      case DOUBLE:
        members++
        at += 8
        if (at > end) throw new WireError(at - 8, `a double runs past the end at byte ${end}`)
        break
      case ARRAY:
      case KVLIST: {
        members++
        const listEnd = lengthEndAt(bytes, at, end)
        scanList(state, varintEnd, listEnd, depth + 1, tag === KVLIST)
        at = listEnd
        break
      }
      default:
        at = skipAt(bytes, tag, at, end)
    }
  }
  if (members > 1) state.odd = true
}

function scanList(state: ScanState, start: number, end: number, depth: number, keyed: boolean): void {
  const bytes = state.bytes
  let at = start
  while (at < end) {
    const tag = tagAt(bytes, at, end)
    at = varintEnd
    if (tag === LIST.values) {
      const valueEnd = lengthEndAt(bytes, at, end)
      if (keyed) scanAnyAttribute(state, varintEnd, valueEnd, false, depth)
      else scanValue(state, varintEnd, valueEnd, depth)
      at = valueEnd
    } else at = skipAt(bytes, tag, at, end)
  }
}

function isCorrelationKey(bytes: Uint8Array, start: number, length: number): boolean {
  return correlationKeys.some(key => {
    if (key.length !== length) return false
    for (let i = length - 1; i >= 0; i--) if (bytes[start + i] !== key[i]) return false
    return true
  })
}

/** Looks up the string in an AnyValue, or the strings of an array: headers are arrays by convention. */
function correlate(state: ScanState, start: number, end: number, inArray = false): void {
  if (state.odd) return
  const bytes = state.bytes
  let at = start
  while (at < end) {
    const tag = tagAt(bytes, at, end)
    const stop = skipAt(bytes, tag, varintEnd, end)
    if (tag === STRING) state.correlation(varintEnd, stop)
    else if (tag === ARRAY && !inArray) correlateEach(state, varintEnd, stop)
    at = stop
  }
}

function correlateEach(state: ScanState, start: number, end: number): void {
  const bytes = state.bytes
  let at = start
  while (at < end) {
    const tag = tagAt(bytes, at, end)
    const stop = skipAt(bytes, tag, varintEnd, end)
    if (tag === LIST.values) correlate(state, varintEnd, stop, true)
    at = stop
  }
}
