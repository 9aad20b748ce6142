/**
 * A column of whole numbers as bytes: the least is taken off, and what is left stands in as few
 * bytes as the range needs, plane by plane (all lowest bytes, then all second bytes, …). Planes
 * let the compressor see that the high bytes hardly change.
 *
 *   values        1000, 1003, 1300    least 1000, width 2
 *   planes        00 03 2c | 00 00 01
 *
 * Values are exact doubles; a range of 2^53 or more does not fit and is the caller's to split.
 */

export interface IntegerEncoding {
  readonly count: number
  readonly least: number
  /** Bytes a value, 0 to 7; 0 when all are equal. */
  readonly width: number
  /** Each value but the first is the difference from the one before; `first` stands apart. */
  readonly delta: boolean
  readonly first: number
}

export const MAX_RANGE = 2 ** 53

/** @returns the planes; `delta` pays where neighbours are alike */
export function encodeIntegers(
  values: Float64Array,
  delta: boolean,
): { encoding: IntegerEncoding; bytes: Uint8Array } {
  const source = delta ? differences(values) : values
  let least = Infinity
  let most = -Infinity
  for (let i = 0; i < source.length; i++) {
    const value = source[i]!
    if (value < least) least = value
    if (value > most) most = value
  }
  const count = values.length
  if (count === 0)
    return { encoding: { count, least: 0, width: 0, delta: false, first: 0 }, bytes: new Uint8Array(0) }
  // Neighbours far apart in both directions differ by twice the range of the values themselves.
  if (delta && !(most - least < MAX_RANGE)) return encodeIntegers(values, false)
  if (!(most - least < MAX_RANGE))
    throw new RangeError(`integers range over ${most - least}, which is not below 2^53`)
  const width = widthOf(most - least)
  return {
    encoding: { count, least, width, delta, first: values[0]! },
    bytes: planesOf(source, least, width),
  }
}

function differences(values: Float64Array): Float64Array {
  const result = new Float64Array(values.length)
  let before = 0
  for (let i = 0; i < values.length; i++) {
    result[i] = values[i]! - before
    before = values[i]!
  }
  // The first difference would be the value itself and widen every other one.
  if (values.length > 1) result[0] = result[1]!
  return result
}

function widthOf(range: number): number {
  let width = 0
  for (let reach = 1; reach <= range; reach *= 256) width++
  return width
}

function planesOf(values: Float64Array, least: number, width: number): Uint8Array {
  const count = values.length
  const bytes = new Uint8Array(count * width)
  const low = Math.min(width, 4)
  for (let i = 0; i < count; i++) {
    const value = values[i]! - least
    const word = value >>> 0
    for (let plane = 0, at = i; plane < low; plane++, at += count) bytes[at] = word >>> (plane * 8)
    if (width > 4) {
      const high = Math.floor(value / 0x1_0000_0000)
      for (let plane = 4, at = i + 4 * count; plane < width; plane++, at += count)
        bytes[at] = high >>> ((plane - 4) * 8)
    }
  }
  return bytes
}

/** Numbers as they are decoded: in the narrowest array that holds them, for most columns are small. */
export type Integers = Uint8Array | Uint16Array | Int32Array | Float64Array

export function decodeIntegers(encoding: IntegerEncoding, bytes: Uint8Array): Integers {
  const { count, least, width, delta } = encoding
  // Nothing is added to the bytes: they are the numbers.
  if (width === 1 && least === 0 && !delta) return bytes
  const values = delta ? new Float64Array(count) : arrayFor(least, width, count)
  if (width === 0) values.fill(least)
  else if (width === 1) for (let i = 0; i < count; i++) values[i] = least + bytes[i]!
  else if (width === 2)
    for (let i = 0; i < count; i++) values[i] = least + (bytes[i]! | (bytes[i + count]! << 8))
  else wide(values, encoding, bytes)
  return delta && count > 0 ? summedUp(values, encoding) : values
}

/** The same as doubles, in one pass where the column is narrow. */
export function decodeDoubles(encoding: IntegerEncoding, bytes: Uint8Array): Float64Array {
  const { count, least, width, delta } = encoding
  const values = new Float64Array(count)
  if (width > 2) wide(values, encoding, bytes)
  if (delta && count > 0) return summedInPlace(values, encoding, bytes)
  if (width === 0) values.fill(least)
  else if (width === 1) for (let i = 0; i < count; i++) values[i] = least + bytes[i]!
  else if (width === 2)
    for (let i = 0; i < count; i++) values[i] = least + (bytes[i]! | (bytes[i + count]! << 8))
  return values
}

/** @param values hold the differences where they are wider than 2 bytes */
function summedInPlace(
  values: Float64Array,
  { first, least, width, count }: IntegerEncoding,
  bytes: Uint8Array,
): Float64Array {
  let value = (values[0] = first)
  if (width === 0) for (let i = 1; i < count; i++) values[i] = value += least
  else if (width === 1) for (let i = 1; i < count; i++) values[i] = value += least + bytes[i]!
  else if (width === 2)
    for (let i = 1; i < count; i++) values[i] = value += least + (bytes[i]! | (bytes[i + count]! << 8))
  else for (let i = 1; i < count; i++) values[i] = value += values[i]!
  return values
}

const INT32_MAX = 0x7fff_ffff

function arrayFor(least: number, width: number, count: number): Integers {
  const most = least + 256 ** width - 1
  if (least >= 0 && most <= 0xff) return new Uint8Array(count)
  if (least >= 0 && most <= 0xffff) return new Uint16Array(count)
  if (least >= -INT32_MAX && most <= INT32_MAX) return new Int32Array(count)
  return new Float64Array(count)
}

/** Turns differences into the values themselves, the first of which stands apart. */
function summedUp(differences: Integers, { first, least, width, count }: IntegerEncoding): Integers {
  const reach = Math.abs(first) + count * Math.max(Math.abs(least), Math.abs(least + 256 ** width - 1))
  const values = reach <= INT32_MAX ? new Int32Array(count) : new Float64Array(count)
  let value = (values[0] = first)
  for (let i = 1; i < count; i++) values[i] = value += differences[i]!
  return values
}

function wide(values: Integers, { count, least, width }: IntegerEncoding, bytes: Uint8Array): void {
  for (let i = 0; i < count; i++) {
    let word = bytes[i]! | (bytes[i + count]! << 8) | (bytes[i + 2 * count]! << 16)
    if (width > 3) word |= bytes[i + 3 * count]! << 24
    let high = 0
    for (let plane = width - 1; plane >= 4; plane--) high = high * 256 + bytes[i + plane * count]!
    values[i] = least + high * 0x1_0000_0000 + (word >>> 0)
  }
}
