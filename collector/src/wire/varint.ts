/**
 * Varints over bytes, as functions: for scans that keep their position in a local variable.
 *
 * A scan handles the one-byte case in line, because nearly every tag and length is one byte, and
 * comes here for the others. A function cannot return two numbers without allocating, so the
 * position behind the varint is left in `varintEnd`, the upper half of a value in `varintHigh`.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
import { WireError } from './errors.ts'

/** Where the varint that was read last ended. */
export let varintEnd = 0
/** Bits 32 to 63 of the varint that was read last. */
export let varintHigh = 0

/** @returns bits 0 to 31 of the varint at `at`, unsigned; throws a WireError when it passes `end` or 10 bytes */
export function varintAt(bytes: Uint8Array, at: number, end: number): number {
  let low = 0
  let high = 0
  for (let i = 0; i < 10; i++) {
    const position = at + i
    if (position >= end) throw new WireError(at, 'a varint is cut short')
    const byte = bytes[position]!
    const bits = byte & 0x7f
    if (i < 4) low |= bits << (7 * i)
    else if (i === 4) {
      low |= bits << 28
      high = bits >>> 4
    } else high |= bits << (7 * i - 32)
    if (byte < 0x80) {
      varintEnd = position + 1
      varintHigh = high >>> 0
      return low >>> 0
    }
  }
  throw new WireError(at, 'a varint is longer than 10 bytes')
}

/** @returns a field's tag; field number 0 and tags beyond 32 bits are refused */
export function tagAt(bytes: Uint8Array, at: number, end: number): number {
  const tag = varintAt(bytes, at, end)
  if (varintHigh !== 0 || tag >>> 3 === 0) throw new WireError(at, 'a field number is out of range')
  // Who walks over checked bytes knows the fields that are ours by one byte.
  if (tag >>> 0 < 0x80 && varintEnd > at + 1) throw new WireError(at, 'a tag takes more bytes than it needs')
  return tag
}

/** @returns where the length-delimited value whose length stands at `at` ends; it begins at `varintEnd` */
export function lengthEndAt(bytes: Uint8Array, at: number, end: number): number {
  const length = varintAt(bytes, at, end)
  const valueEnd = varintEnd + length
  if (varintHigh !== 0 || valueEnd > end)
    throw new WireError(
      at,
      `a length of ${varintHigh * 2 ** 32 + length} bytes runs past the end at byte ${end}`,
    )
  return valueEnd
}

/** @returns where the value of a field that begins at `at` ends */
export function skipAt(bytes: Uint8Array, tag: number, at: number, end: number): number {
  let next = at
  switch (tag & 7) {
    case 0:
      varintAt(bytes, at, end)
      next = varintEnd
      break
    case 1:
      next = at + 8
      break
    case 2:
      next = lengthEndAt(bytes, at, end)
      break
    case 5:
      next = at + 4
      break
    default:
      throw new WireError(at, `field ${tag >>> 3} has wire type ${tag & 7}; groups are not part of OTLP`)
  }
  if (tag >>> 3 === 0) throw new WireError(at, 'a field number is out of range')
  if (next > end) throw new WireError(at, `a fixed-width value runs past the end at byte ${end}`)
  return next
}
