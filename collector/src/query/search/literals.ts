/**
 * The values that may stand behind an operator: numbers, durations, and the fixed words of some
 * intrinsics, each as people type them.
 */
import { nearest } from '../../config/suggest.ts'
import type { Comparison, Field, Intrinsic, Literal } from '../../filter/ast.ts'
import { KIND_NAMES, STATUS_NAMES } from '../../filter/intrinsics.ts'
import { decimalNumber } from '../../filter/number.ts'
import { SEVERITY_CLASSES } from '../../filter/severity.ts'

const UNIT_NANOS: ReadonlyMap<string, number> = new Map([
  ['ns', 1],
  ['us', 1e3],
  ['µs', 1e3],
  ['μs', 1e3],
  ['ms', 1e6],
  ['s', 1e9],
  ['m', 60e9],
  ['h', 3_600e9],
  ['d', 86_400e9],
])

const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|μs|ms|s|m|h|d))+$/
const DURATION_PART = /(\d+(?:\.\d+)?)(ns|us|µs|μs|ms|s|m|h|d)/g

/** @returns nanoseconds of `300ms`, `1.5s`, `1m30s`; NaN for every other text */
export function durationNanos(text: string): number {
  if (!DURATION.test(text)) return Number.NaN
  let sum = 0
  for (const [, amount, unit] of text.matchAll(DURATION_PART)) sum += Number(amount) * UNIT_NANOS.get(unit!)!
  return Math.round(sum)
}

/** @returns a literal; a duration's number is nanoseconds */
export function literalOf(text: string): Literal {
  const number = decimalNumber(text)
  return { text, number: Number.isNaN(number) ? durationNanos(text) : number }
}

/** The only values that an intrinsic has; undefined where any text may stand. */
export const FIXED_VALUES: Readonly<Partial<Record<Intrinsic, readonly string[]>>> = {
  kind: KIND_NAMES,
  status: STATUS_NAMES,
  severity: SEVERITY_CLASSES,
  root: ['true', 'false'],
}

const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['severity warning', 'warn'],
  ['severity err', 'error'],
  ['severity information', 'info'],
  ['severity critical', 'fatal'],
  ['status err', 'error'],
  ['root yes', 'true'],
  ['root no', 'false'],
])

const IDS: ReadonlySet<Intrinsic> = new Set(['traceId', 'spanId', 'parentId'])

/** A literal for a comparison with this field, or why the text cannot stand there. */
export function literalFor(field: Field, op: Comparison, text: string): Literal | { readonly fault: string } {
  if (field.in === 'intrinsic') {
    if (IDS.has(field.name)) return literalOf(text.toLowerCase())
    if (field.name === 'duration') return durationLiteral(text)
    const words = FIXED_VALUES[field.name]
    if (words !== undefined) return wordLiteral(field.name, words, text)
  }
  const literal = literalOf(text)
  if (op === '=' || !Number.isNaN(literal.number)) return literal
  return { fault: `'${op}' compares numbers, and '${text}' is none` }
}

function durationLiteral(text: string): Literal | { readonly fault: string } {
  const number = durationNanos(text)
  if (!Number.isNaN(number)) return { text, number }
  const meant = Number.isNaN(decimalNumber(text)) ? '300ms' : `${text}ms`
  return { fault: `a duration needs a unit (ns, us, ms, s, m, h): did you mean '${meant}'?` }
}

function wordLiteral(
  name: Intrinsic,
  words: readonly string[],
  text: string,
): Literal | { readonly fault: string } {
  const lower = text.toLowerCase()
  const word = OTHER_WORDS.get(`${name} ${lower}`) ?? lower
  if (words.includes(word)) return { text: word, number: Number.NaN }
  const number = decimalNumber(text)
  if (name === 'severity' && !Number.isNaN(number)) return { text, number }
  const meant = nearest(lower, words)
  const hint = meant === undefined ? '' : `: did you mean '${meant}'?`
  return { fault: `${name} is one of ${words.join(', ')}; '${text}' is none of them${hint}` }
}
