/**
 * Numbers as PromQL reads and writes them.
 *
 * Source: Go's strconv, whose forms `f` and `e` Prometheus uses.
 */

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const HEX = /^[+-]?0[xX][\da-fA-F]+$/
const INFINITE = /^([+-]?)inf(inity)?$/i

/** @returns undefined when all of the text is no number */
export function parseNumber(text: string): number | undefined {
  const digits = text.replaceAll(/(?<=\d)_(?=\d)/g, '')
  if (DECIMAL.test(digits)) return Number(digits)
  const infinite = INFINITE.exec(text)
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity
  if (/^[+-]?nan$/i.test(text)) return Number.NaN
  if (!HEX.test(digits)) return undefined
  return digits.startsWith('-') ? -Number(digits.slice(1)) : Number(digits.replace('+', ''))
}

/** A number in an expression; one that begins with 0 is octal, as in Go. */
export function parseLiteral(text: string): number | undefined {
  return /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : parseNumber(text)
}

/** Without an exponent, shortest digits; `NaN`, `+Inf`, `-Inf`. */
export function formatPlain(value: number): string {
  const special = formatSpecial(value)
  if (special !== undefined) return special
  const text = String(value)
  return text.includes('e') ? expandExponent(text) : text
}

/** As values stand in answers: with an exponent where the number is very small or very large. */
export function formatValue(value: number): string {
  const special = formatSpecial(value)
  if (special !== undefined) return special
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) return shortExponent(value)
  const text = String(value)
  return text.includes('e') ? expandExponent(text) : text
}

function formatSpecial(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  return Object.is(value, -0) ? '-0' : undefined
}

/** `1e-7` as Go writes it: `1e-07`, at least two digits of exponent. */
function shortExponent(value: number): string {
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

function expandExponent(text: string): string {
  const [, sign, whole, fraction = '', exponent] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text)!
  const digits = whole! + fraction
  const point = whole!.length + Number(exponent)
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
