/**
 * The forms in which a column of float64 values is written: the first that loses nothing and is small.
 *
 *   one        all values are equal, bit by bit
 *   whole      n / 10^shift, n whole: as they are, or as differences from the one before
 *   bits       64 bits, each value XORed with the one before, in eight planes
 */
import { decodeDoubles, encodeIntegers, MAX_RANGE, type IntegerEncoding } from '../columns/integers.ts'
import type { ByteSink, ByteSource } from '../../wire/bytes.ts'
import type { Piece } from './piece.ts'

/** `width`: bytes a value in the data. */
export type ValueForm =
  | { readonly kind: 'one'; readonly value: number; readonly width: 0 }
  | {
      readonly kind: 'whole'
      readonly shift: number
      readonly delta: boolean
      readonly least: number
      readonly first: number
      readonly width: number
    }
  | { readonly kind: 'bits'; readonly width: 8 }

const KIND = { one: 0, bits: 1, whole: 2, differences: 3 } as const
const EMPTY = new Uint8Array(0)
const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]

export function encodeValues({ values: given, stale }: Piece): { form: ValueForm; bytes: Uint8Array } {
  const values = stale === undefined ? given : bridged(given, stale)
  if (allEqual(values)) return { form: { kind: 'one', value: values[0] ?? 0, width: 0 }, bytes: EMPTY }
  const shift = decimalShift(values)
  if (shift === undefined) return { form: { kind: 'bits', width: 8 }, bytes: xorPlanes(values) }
  const whole = shift === 0 ? values : values.map(value => Math.round(value * POWERS[shift]!))
  const plain = tryEncode(whole, false)
  const differences = tryEncode(whole, true)
  const best =
    plain === undefined || (differences !== undefined && differences.encoding.width <= plain.encoding.width)
      ? differences
      : plain
  if (best === undefined) return { form: { kind: 'bits', width: 8 }, bytes: xorPlanes(values) }
  const { least, first, width, delta } = best.encoding
  return { form: { kind: 'whole', shift, delta, least, first, width }, bytes: best.bytes }
}

/** The value of a stale marker means nothing: the one before it takes no room. */
function bridged(values: Float64Array, stale: Uint8Array): Float64Array {
  const result = values.slice()
  let known = values.find((_, i) => stale[i] === 0) ?? 0
  for (let i = 0; i < result.length; i++)
    if (stale[i] === 1) result[i] = known
    else known = result[i]!
  return result
}

function allEqual(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (!Object.is(values[i], values[0])) return false
  return true
}

/** By how many places the decimal point moves until all values are whole, and come back as they were. */
function decimalShift(values: Float64Array): number | undefined {
  let shift = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (Object.is(value, -0)) return undefined
    for (;;) {
      const scaled = value * POWERS[shift]!
      const whole = Math.round(scaled)
      if (!(Math.abs(whole) < MAX_RANGE / 2)) return undefined
      if (value === whole / POWERS[shift]!) break
      if (++shift === POWERS.length) return undefined
    }
  }
  // A value that came back at a smaller shift need not at the one that was needed later.
  const power = POWERS[shift]!
  for (let i = 0; i < values.length; i++) {
    const whole = Math.round(values[i]! * power)
    if (!(Math.abs(whole) < MAX_RANGE / 2) || whole / power !== values[i] || Object.is(whole, -0))
      return undefined
  }
  return shift
}

function tryEncode(
  values: Float64Array,
  delta: boolean,
): { encoding: IntegerEncoding; bytes: Uint8Array } | undefined {
  const encoded = encodeIntegers(values, delta)
  return encoded.encoding.delta === delta || values.length < 2 ? encoded : undefined
}

function xorPlanes(values: Float64Array): Uint8Array {
  const count = values.length
  const words = new Uint32Array(values.slice().buffer)
  const bytes = new Uint8Array(count * 8)
  let low = 0
  let high = 0
  for (let i = 0; i < count; i++) {
    const nextLow = words[2 * i]!
    const nextHigh = words[2 * i + 1]!
    const a = low ^ nextLow
    const b = high ^ nextHigh
    for (let plane = 0, at = i; plane < 4; plane++, at += count) {
      bytes[at] = a >>> (plane * 8)
      bytes[at + 4 * count] = b >>> (plane * 8)
    }
    low = nextLow
    high = nextHigh
  }
  return bytes
}

export function writeForm(head: ByteSink, form: ValueForm): void {
  if (form.kind === 'one') {
    head.varint(KIND.one)
    head.float64(form.value)
  } else if (form.kind === 'bits') head.varint(KIND.bits)
  else {
    head.varint(form.delta ? KIND.differences : KIND.whole)
    head.varint(form.shift * 8 + form.width)
    head.float64(form.least)
    head.float64(form.first)
  }
}

export function readForm(source: ByteSource): ValueForm {
  const kind = source.varint()
  if (kind === KIND.one) return { kind: 'one', value: source.float64(), width: 0 }
  if (kind === KIND.bits) return { kind: 'bits', width: 8 }
  const code = source.varint()
  return {
    kind: 'whole',
    delta: kind === KIND.differences,
    shift: code >> 3,
    width: code & 7,
    least: source.float64(),
    first: source.float64(),
  }
}

/** @param bytes begin with the column */
export function decodeValues(form: ValueForm, bytes: Uint8Array, count: number): Float64Array {
  if (form.kind === 'one') return new Float64Array(count).fill(form.value)
  if (form.kind === 'bits') return xored(bytes, count)
  const { least, first, width, delta, shift } = form
  const values = decodeDoubles({ count, least, first, width, delta }, bytes)
  if (shift > 0) {
    const power = POWERS[shift]!
    for (let i = 0; i < count; i++) values[i] = values[i]! / power
  }
  return values
}

function xored(bytes: Uint8Array, count: number): Float64Array {
  const values = new Float64Array(count)
  const words = new Uint32Array(values.buffer)
  let low = 0
  let high = 0
  for (let i = 0; i < count; i++) {
    low ^=
      bytes[i]! | (bytes[i + count]! << 8) | (bytes[i + 2 * count]! << 16) | (bytes[i + 3 * count]! << 24)
    high ^=
      bytes[i + 4 * count]! |
      (bytes[i + 5 * count]! << 8) |
      (bytes[i + 6 * count]! << 16) |
      (bytes[i + 7 * count]! << 24)
    words[2 * i] = low
    words[2 * i + 1] = high
  }
  return values
}
