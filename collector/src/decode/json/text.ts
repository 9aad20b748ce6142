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

/** @param maxContainers objects and arrays that the text may hold */
export function jsonText(body: Uint8Array, maxContainers: number): string {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const ascii = isAscii(bytes)
  if (!ascii && !isUtf8(bytes))
    throw new HodoscopeError('payload_malformed', 'the JSON body is not valid UTF-8')
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const bigNumbers = inspect(bytes, start, maxContainers)
  if (bigNumbers.length === 0) return bytes.toString(ascii ? 'latin1' : 'utf8', start)
  return quoted(bytes, start, bigNumbers)
}

/** @returns start and end of each number that needs quotes, one behind the other */
function inspect(bytes: Uint8Array, start: number, maxContainers: number): number[] {
  const bigNumbers: number[] = []
  const end = bytes.length
  let depth = 0
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
    } else if (byte === 0x7d || byte === 0x5d) {
      at++
      depth--
    } else if (byte === MINUS || (byte >= 0x30 && byte <= 0x39)) {
      const numberEnd = endOfNumber(bytes, at, end)
      if (numberEnd < 0) bigNumbers.push(at, -numberEnd)
      at = Math.abs(numberEnd)
    } else at++
  }
  return bigNumbers
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

function quoted(bytes: Buffer, start: number, numbers: readonly number[]): string {
  const parts: string[] = []
  let at = start
  for (let i = 0; i < numbers.length; i += 2) {
    const [from, to] = [numbers[i]!, numbers[i + 1]!]
    parts.push(bytes.toString('utf8', at, from), '"', bytes.toString('latin1', from, to), '"')
    at = to
  }
  parts.push(bytes.toString('utf8', at))
  return parts.join('')
}
