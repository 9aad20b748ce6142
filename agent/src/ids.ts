/**
 * Random ids, cut from a long text of random digits: one call into the system and one conversion for some hundreds.
 */
import { randomFillSync } from 'node:crypto'

const BYTES = 4096

const bytes = Buffer.allocUnsafe(BYTES)
let digits = ''
let used = 0

/** @returns 32 hexadecimal digits */
export function newTraceId(): string {
  return take(32)
}

/** @returns 16 hexadecimal digits */
export function newSpanId(): string {
  return take(16)
}

/** Zero alone is no id; it does not happen, and would break a trace if it did. */
function take(length: number): string {
  if (used + length > digits.length) {
    digits = randomFillSync(bytes).toString('hex')
    used = 0
  }
  const id = digits.slice(used, used + length)
  used += length
  return /[^0]/.test(id) ? id : take(length)
}
