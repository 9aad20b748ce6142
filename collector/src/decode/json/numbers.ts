/**
 * Numbers of OTLP/JSON: 64-bit integers come as decimal strings or as numbers, doubles as numbers
 * or as strings. Integral decimals such as `1.0` and `1e3` are integers.
 *
 * Source: https://protobuf.dev/programming-guides/json/
 */
const INTEGER = /^-?\d{1,20}$/
const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,9}))?$/
/** Digits of 2^64. */
const MAX_DIGITS = 20

/** @returns undefined where the value is no integer */
export function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  if (typeof value !== 'string') return undefined
  return INTEGER.test(value) ? BigInt(value) : integralDecimal(value)
}

/** @returns undefined where the value is no integer in [low, high] */
export function integerWithin(value: unknown, low: bigint, high: bigint): bigint | undefined {
  const integer = integerOf(value)
  return integer === undefined || integer < low || integer > high ? undefined : integer
}

/** `12.50e1` is 125; what has a fraction left, or more digits than 64 bits, is undefined. */
function integralDecimal(text: string): bigint | undefined {
  const match = DECIMAL.exec(text)
  if (match === null) return undefined
  const [, sign, whole, fraction = '', exponent = '0'] = match
  const digits = (whole! + fraction).replace(/^0+/, '')
  if (digits === '') return 0n
  const shift = Number(exponent) - fraction.length
  if (digits.length + shift > MAX_DIGITS) return undefined
  const kept = shift < 0 ? digits.slice(0, shift) : digits + '0'.repeat(shift)
  if (shift < 0 && (kept === '' || !/^0*$/.test(digits.slice(shift)))) return undefined
  return BigInt(sign! + kept)
}

/** @returns undefined where the value is no double */
export function doubleOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
  return DECIMAL.test(value) ? Number(value) : undefined
}
