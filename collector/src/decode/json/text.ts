/**
 * The bytes of a JSON body to text that is safe to give to `JSON.parse`.
 *
 * One pass over the bytes before the parser sees them: it bounds nesting and the number of objects
 * (the parser does neither), and finds the numbers that a double cannot hold exactly. Those are put
 * into quotes, which OTLP/JSON allows for every 64-bit integer and every double, so that their
 * digits survive.
 */
import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import { HodoscopeError } from '../../model/errors.ts'
import { BudgetError } from '../scan-state.ts'

/** Brackets in one another; an AnyValue of depth 64 takes at most 266. */
export const MAX_BRACKETS = 300
/** An integer of fewer digits is exact as a double. */
const EXACT_DIGITS = 15

const QUOTE = 0x22
const BACKSLASH = 0x5c
const MINUS = 0x2d
const COLON = 0x3a

/**
 * A text in parts. Of a large body the objects in the lists of the outermost object (resources with all
 * that is theirs) are left out, and are had one at a time: parsed at once they take five times their bytes.
 */
export interface JsonParts {
  /** The body, in which `{"part":n}` stands for what was left out. */
  readonly outer: string
  /** What a member of one of those lists stands for, as text; undefined where it is what it is. */
  part(element: unknown): string | undefined
}

/** A smaller body is parsed at once. */
const LARGE_BYTES = 4 * 1024 * 1024

/**
 * @param maxContainers objects and arrays that the text may hold
 * @param largeBytes a body of this size is parted
 */
export function jsonParts(body: Uint8Array, maxContainers: number, largeBytes = LARGE_BYTES): JsonParts {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const ascii = isAscii(bytes)
  if (!ascii && !isUtf8(bytes))
    throw new HodoscopeError('payload_malformed', 'the JSON body is not valid UTF-8')
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const found = inspect(bytes, start, maxContainers)
  const text = (from: number, to: number): string =>
    quoted(bytes, from, to, found.bigNumbers, ascii ? 'latin1' : 'utf8')
  if (bytes.length < largeBytes) return { outer: text(start, bytes.length), part: () => undefined }
  const { parts } = found
  return {
    outer: withoutParts(parts, start, bytes.length, text),
    part: element => {
      const number = (element as { readonly part?: number } | null)?.part
      return number === undefined ? undefined : text(parts[2 * number]!, parts[2 * number + 1]!)
    },
  }
}

/** @param parts start and end of each, one behind the other */
function withoutParts(
  parts: readonly number[],
  start: number,
  end: number,
  text: (from: number, to: number) => string,
): string {
  const pieces: string[] = []
  let at = start
  for (let i = 0; i < parts.length; i += 2) {
    pieces.push(text(at, parts[i]!), `{"part":${i / 2}}`)
    at = parts[i + 1]!
  }
  return pieces.join('') + text(at, end)
}

interface Found {
  /** Start and end of each number that needs quotes, one behind the other. */
  readonly bigNumbers: readonly number[]
  /** The same of each object in a list of the outermost object. */
  readonly parts: readonly number[]
}

/** The outermost object, a list of it, an object in that. */
const PART_DEPTH = 3

function inspect(bytes: Uint8Array, start: number, maxContainers: number): Found {
  const bigNumbers: number[] = []
  const parts: number[] = []
  const end = bytes.length
  let depth = 0
  let inList = false
  let containers = 0
  let at = start
  while (at < end) {
    const byte = bytes[at]!
    if (byte === QUOTE) {
      at++
      while (at < end && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
      at++
    } else if (byte === 0x7b || byte === 0x5b) {
      at++
      if (++containers > maxContainers) throw new BudgetError()
      if (++depth > MAX_BRACKETS)
        throw new HodoscopeError(
          'payload_malformed',
          `the JSON body is nested deeper than ${MAX_BRACKETS} brackets at byte ${at}`,
        )
      if (depth === PART_DEPTH - 1) inList = byte === 0x5b
      if (depth === PART_DEPTH && inList && byte === 0x7b) parts.push(at - 1)
    } else if (byte === 0x7d || byte === 0x5d) {
      at++
      if (depth-- === PART_DEPTH && parts.length % 2 === 1) parts.push(at)
    } else if (byte === MINUS || (byte >= 0x30 && byte <= 0x39)) {
      const numberEnd = endOfNumber(bytes, at, end)
      if (numberEnd < 0) bigNumbers.push(at, -numberEnd)
      at = Math.abs(numberEnd)
    } else at++
  }
  if (parts.length % 2 === 1) parts.push(end)
  return { bigNumbers, parts }
}

/** @returns the end of the number at `at`; negative where a double may not hold it exactly */
function endOfNumber(bytes: Uint8Array, at: number, end: number): number {
  let next = bytes[at] === MINUS ? at + 1 : at
  const digits = next
  while (next < end && bytes[next]! >= 0x30 && bytes[next]! <= 0x39) next++
  let big = next - digits > EXACT_DIGITS
  for (; next < end && isNumberByte(bytes[next]!); next++)
    if ((bytes[next]! | 0x20) === 0x65 && bytes[next + 1] !== MINUS) big = true
  return big && isNumber(bytes, at, next) ? -next : next
}

/** A digit, a sign, a point or an exponent's letter. */
const isNumberByte = (byte: number): boolean =>
  (byte >= 0x30 && byte <= 0x39) || byte === 0x2e || byte === 0x2b || byte === MINUS || (byte | 0x20) === 0x65

/** What is no JSON number, or stands where a key should, is left as it is, for the parser to refuse. */
function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  let next = end
  while (next < bytes.length && bytes[next]! <= 0x20) next++
  if (bytes[next] === COLON) return false
  const token = Buffer.from(bytes.subarray(start, end)).toString('latin1')
  return /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(token)
}

/** @param numbers start and end of each that gets quotes, ascending */
function quoted(
  bytes: Buffer,
  from: number,
  to: number,
  numbers: readonly number[],
  encoding: 'latin1' | 'utf8',
): string {
  const pieces: string[] = []
  let at = from
  for (let i = 2 * firstFrom(numbers, from); i < numbers.length && numbers[i]! < to; i += 2) {
    pieces.push(bytes.toString(encoding, at, numbers[i]), '"')
    pieces.push(bytes.toString('latin1', numbers[i], numbers[i + 1]), '"')
    at = numbers[i + 1]!
  }
  if (pieces.length === 0) return bytes.toString(encoding, from, to)
  pieces.push(bytes.toString(encoding, at, to))
  return pieces.join('')
}

/** @returns the place of the first number that does not begin before `from` */
function firstFrom(numbers: readonly number[], from: number): number {
  let [low, high] = [0, numbers.length / 2]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[2 * middle]! < from) low = middle + 1
    else high = middle
  }
  return low
}
