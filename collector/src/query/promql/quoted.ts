/**
 * String literals as Go writes them: double and single quotes with escapes, backticks without.
 */
import { malformed } from './fault.ts'

const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

/** Digits that follow each numeric escape, and their base. */
const NUMERIC: Readonly<Record<string, readonly [digits: number, base: number]>> = {
  x: [2, 16],
  u: [4, 16],
  U: [8, 16],
}

/**
 * @param start where the opening quote stands
 * @returns what it stands for, and where the text goes on
 * @throws HodoscopeError `query_malformed`
 */
export function readQuoted(text: string, start: number): { value: string; end: number } {
  const quote = text.charAt(start)
  let value = ''
  for (let at = start + 1; at < text.length;) {
    const here = text.charAt(at)
    if (here === quote) return { value, end: at + 1 }
    if (here === '\n' && quote !== '`') break
    if (here !== '\\' || quote === '`') {
      value += here
      at++
    } else {
      const escape = readEscape(text, at)
      value += escape.value
      at = escape.end
    }
  }
  throw malformed('the quote is never closed', start)
}

function readEscape(text: string, at: number): { value: string; end: number } {
  const letter = text.charAt(at + 1)
  if (Object.hasOwn(SIMPLE, letter)) return { value: SIMPLE[letter]!, end: at + 2 }
  if (Object.hasOwn(NUMERIC, letter)) {
    const [digits, base] = NUMERIC[letter]!
    return numeric(text, at, at + 2, digits, base)
  }
  if (/[0-7]/.test(letter)) return numeric(text, at, at + 1, 3, 8)
  throw malformed(`'\\${letter}' is no escape; a backslash is written '\\\\'`, at)
}

function numeric(text: string, at: number, from: number, digits: number, base: number) {
  const end = from + digits
  const code = text.slice(from, end)
  const valid = base === 8 ? /^[0-7]{3}$/ : /^[\da-fA-F]+$/
  const value = valid.test(code) && code.length === digits ? Number.parseInt(code, base) : Infinity
  if (value > 0x10ffff) throw malformed(`'${text.slice(at, end)}' is no escape`, at)
  return { value: String.fromCodePoint(value), end }
}

/** Double quotes around it, with what needs an escape escaped. */
export function quote(text: string): string {
  return JSON.stringify(text)
}
