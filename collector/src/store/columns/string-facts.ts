/**
 * What a block filter knows of a column of texts, and how it answers "may a value be this one" and
 * "may a value contain this one, ignoring case". A `false` is certain.
 *
 * - `longest`, `mask`: no value is longer, none has another ASCII byte (upper case counted as lower).
 * - `grams`: every run of three ASCII bytes of every value is in the Bloom filter, upper case as
 *   lower and every digit as `0`: numbers make texts distinct, and their words are few.
 * - `digits`: every six digits in a row of every value are in it too. Random hexadecimal ids hold so
 *   many that without them nearly every block might hold any number.
 * - `values`: every whole value is in it. What is as long as the longest value is a whole value.
 * - `indexed`: whole values stand in the lookup index instead.
 *
 * Only U+212A and U+0130 become ASCII when they are made lower case: where a value has one of
 * them, `odd` is set and nothing is excluded.
 */
import { lookupHash, mix } from '../../model/lookup-hash.ts'
import { bloomHolds } from './bloom.ts'
import type { ByteSink, ByteSource } from '../../wire/bytes.ts'

export const FACT = { odd: 1, upper: 2, grams: 4, values: 8, indexed: 16, digits: 32 } as const
/** Fewer digits in a row are in every block. */
const DIGITS = 6
const MASK_BYTES = 16

export interface StringFacts {
  /** Seed of its whole values' hashes. */
  readonly seed: number
  readonly flags: number
  /** Bytes of the longest value. */
  readonly longest: number
  /** Bit n: ASCII byte n occurs. */
  readonly mask: Uint8Array
}

export function writeFacts(sink: ByteSink, facts: StringFacts): void {
  for (const number of [facts.seed, facts.flags, facts.longest]) sink.varint(number)
  sink.push(facts.mask, 0, MASK_BYTES)
}

export function readFacts(source: ByteSource): StringFacts {
  const [seed, flags, longest] = [source.varint(), source.varint(), source.varint()] as const
  const mask = source.bytes.subarray(source.position, (source.position += MASK_BYTES))
  return { seed, flags, longest, mask }
}

const SCALE = 2 ** 20

/** Hash of a whole value of the column with this seed. */
export const valueHash = (seed: number, bytes: Uint8Array, start: number, end: number): number => {
  const hash = lookupHash(bytes, start, end)
  return (
    (Math.floor(hash / 0x1_0000_0000) ^ (mix(seed + 1) & 0xfffff)) * 0x1_0000_0000 +
    ((hash ^ mix(seed + 7)) >>> 0)
  )
}
/** @param gram three 7-bit bytes, below 2^21 */
export const gramHash = (gram: number): number => (mix(gram + 1) >>> 0) + (gram % SCALE) * 0x1_0000_0000

/** Behind all grams. */
const DIGITS_SEED = 2 ** 22
/** @param number six digits as a number, below 2^20 */
const digitsHash = (number: number): number => (mix(number + DIGITS_SEED) >>> 0) + number * 0x1_0000_0000

/** Calls with the hash of every six digits in a row, runs of more overlapping. */
export function eachDigits(
  bytes: Uint8Array,
  start: number,
  end: number,
  visit: (hash: number) => void,
): void {
  let [number, run] = [0, 0]
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - 0x30
    if (digit < 0 || digit > 9) run = 0
    else {
      number = ((run === 0 ? 0 : number) * 10 + digit) % 10 ** DIGITS
      if (++run >= DIGITS) visit(digitsHash(number))
    }
  }
}

export const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39
/** ASCII upper case as lower, digits as `0`. */
export const folded = (byte: number): number =>
  byte >= 0x41 && byte <= 0x5a ? byte + 32 : isDigit(byte) ? 0x30 : byte

/** What is searched for, prepared once for all blocks. */
export interface Needle {
  /** In lower case. */
  readonly text: string
  readonly bytes: Buffer
  readonly ascii: boolean
  readonly grams: readonly number[]
  readonly digits: readonly number[]
}

export function needleOf(text: string): Needle {
  const lower = text.toLowerCase()
  const bytes = Buffer.from(lower)
  return {
    text: lower,
    bytes,
    ascii: bytes.every(byte => byte < 0x80),
    grams: gramsOf(bytes),
    digits: digitsOf(bytes),
  }
}

function gramsOf(bytes: Uint8Array): number[] {
  const grams: number[] = []
  for (let i = 0; i + 2 < bytes.length; i++) {
    const [a, b, c] = [folded(bytes[i]!), folded(bytes[i + 1]!), folded(bytes[i + 2]!)]
    if ((a | b | c) < 0x80) grams.push((a << 14) | (b << 7) | c)
  }
  return [...new Set(grams)].map(gramHash)
}

function digitsOf(bytes: Uint8Array): number[] {
  const hashes: number[] = []
  eachDigits(bytes, 0, bytes.length, hash => hashes.push(hash))
  return hashes
}

/** Answers from the lookup index whether a whole value may stand in the block. */
export type Indexed = (value: Buffer) => boolean

/** Whether a value of the column may be exactly this one. */
export function mayBe(facts: StringFacts, bloom: Uint8Array, value: Buffer, indexed: Indexed): boolean {
  if (value.length > facts.longest) return false
  if ((facts.flags & FACT.indexed) !== 0) return indexed(value)
  return (facts.flags & FACT.values) === 0 || bloomHolds(bloom, valueHash(facts.seed, value, 0, value.length))
}

/** Whether a value of the column may contain the needle, ignoring case. */
export function mayContain(facts: StringFacts, bloom: Uint8Array, needle: Needle, indexed: Indexed): boolean {
  const { flags, longest, mask } = facts
  if ((flags & FACT.odd) !== 0) return true
  if (needle.ascii && needle.bytes.length > longest) return false
  for (const byte of needle.bytes)
    if (byte < 0x80 && (mask[byte >>> 3]! & (1 << (byte & 7))) === 0) return false
  if ((flags & FACT.grams) !== 0 && !needle.grams.every(gram => bloomHolds(bloom, gram))) return false
  if ((flags & FACT.digits) !== 0 && !needle.digits.every(six => bloomHolds(bloom, six))) return false
  const whole = needle.ascii && needle.bytes.length === longest && (flags & FACT.upper) === 0
  return !whole || mayBe(facts, bloom, needle.bytes, indexed)
}
