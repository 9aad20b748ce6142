/**
 * Which values of a column contain a text, ignoring case, or are a text: found in the bytes of all
 * values at once, so that no value becomes a string of its own.
 *
 * Patterns are searched with the digits of the text made `0`; where one holds it, the digits of each
 * of its rows are compared.
 *
 * What is not ASCII changes its length when it is made lower case, and U+212A and U+0130 become
 * ASCII: a needle or a column with such is left to the caller (`undefined`).
 */
import { isDigit, type Needle } from './string-facts.ts'
import type { StringParts } from './strings.ts'

/** 1 for each value that passes; `none` when no value does. */
export type Passing = Uint8Array | 'none'

export function valuesContaining(parts: StringParts, needle: Needle): Passing | undefined {
  if (!needle.ascii || needle.text === '' || hasOdd(parts.bytes)) return undefined
  return parts.digits === undefined ? inValues(parts, needle.text) : inPatterns(parts, needle)
}

/** Values that are exactly this text; not for patterns, whose values stand nowhere as a whole. */
export function valuesEqual(parts: StringParts, value: Buffer): Passing | undefined {
  if (parts.digits !== undefined) return undefined
  const { bytes, starts } = parts
  const size = starts.length - 1
  let passing: Passing = 'none'
  if (value.length === 0) {
    for (let index = 0; index < size; index++)
      if (starts[index] === starts[index + 1]) (passing = marked(passing, size))[index] = 1
    return passing
  }
  for (let at = bytes.indexOf(value); at >= 0; at = bytes.indexOf(value, at + 1)) {
    const index = valueAt(starts, at)
    if (starts[index] === at && starts[index + 1] === at + value.length)
      (passing = marked(passing, size))[index] = 1
  }
  return passing
}

const marked = (passing: Passing, size: number): Uint8Array =>
  passing === 'none' ? new Uint8Array(size) : passing

const KELVIN = Buffer.from('\u212a')
const DOTTED_I = Buffer.from('\u0130')
const hasOdd = (bytes: Buffer): boolean => bytes.includes(KELVIN) || bytes.includes(DOTTED_I)

/** Bytes as characters: lower case of ASCII is right, and what it does to others the needle does not meet. */
const lowered = (bytes: Buffer): string => bytes.toString('latin1').toLowerCase()

function inValues({ bytes, starts }: StringParts, needle: string): Passing {
  const text = lowered(bytes)
  const size = starts.length - 1
  let passing: Passing = 'none'
  for (let at = text.indexOf(needle); at >= 0;) {
    const index = valueAt(starts, at)
    const end = starts[index + 1]!
    const inside = at + needle.length <= end
    if (inside) (passing = marked(passing, size))[index] = 1
    at = text.indexOf(needle, inside ? end : at + 1)
  }
  return passing
}

/** The value in whose bytes a place lies: the last one that begins there or before, empty ones aside. */
function valueAt(starts: Uint32Array, at: number): number {
  let low = 0
  for (let high = starts.length - 1; high - low > 1;) {
    const middle = (low + high) >> 1
    if (starts[middle]! <= at) low = middle
    else high = middle
  }
  return low
}

function inPatterns({ bytes, starts, indexes, digits }: StringParts, needle: Needle): Passing {
  const wanted = needle.bytes.filter(isDigit)
  const folded = needle.text.replaceAll(/\d/g, '0')
  const text = lowered(bytes)
  let any = false
  const patterns = Array.from({ length: starts.length - 1 }, (_, i) => {
    const pattern = patternOf(text.slice(starts[i], starts[i + 1]), folded)
    any ||= pattern.places.length > 0
    return pattern
  })
  if (!any) return 'none'
  const rows = indexes!.length
  let passing: Passing = 'none'
  for (let row = 0, before = 0; row < rows; row++) {
    const pattern = patterns[indexes![row]!]!
    for (const place of pattern.places)
      if (sameDigits(digits!, before + place, wanted)) {
        passing = marked(passing, rows)
        passing[row] = 1
        break
      }
    before += pattern.digits
  }
  return passing
}

/** Where the folded needle stands in a pattern, each place as the number of digits before it. */
function patternOf(text: string, folded: string): { places: number[]; digits: number } {
  const found: number[] = []
  for (let at = text.indexOf(folded); at >= 0; at = text.indexOf(folded, at + 1)) found.push(at)
  const places: number[] = []
  let digits = 0
  for (let i = 0, next = 0; i < text.length; i++) {
    if (i === found[next]) {
      places.push(digits)
      next++
    }
    if (text.charCodeAt(i) === 0x30) digits++
  }
  return { places, digits }
}

function sameDigits(digits: Uint8Array, from: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (digits[from + i] !== wanted[i]) return false
  return true
}
