/**
 * Numbers as people and exporters write them in text.
 */

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const INTEGER = /^[+-]?\d+$/

/** @returns the value of a text that is a decimal number as a whole; NaN for every other text */
export function decimalNumber(text: string): number {
  return DECIMAL.test(text) ? Number(text) : Number.NaN
}

/** A text that is an integer, exactly; undefined for every other text. */
export function exactInteger(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined
  return text.startsWith('+') ? BigInt(text.slice(1)) : BigInt(text)
}
