/**
 * The order of spans by start, equal starts as they stand: a radix sort, digit by digit of 16 bits,
 * for a comparison a pair takes a million spans half a second.
 */
const DIGIT = 0x1_0000
/** Below this many the counts of all digits take longer than comparing. */
const COMPARED = 20_000

/** @param starts whole, from 0 to 2^53 */
export function orderOf(starts: Float64Array): Int32Array {
  let order = Int32Array.from(starts, (_, place) => place)
  if (isAscending(starts)) return order
  if (starts.length < COMPARED) return order.sort((a, b) => starts[a]! - starts[b]! || a - b)
  let most = 0
  for (const start of starts) if (start > most) most = start
  for (let scale = 1; scale <= most; scale *= DIGIT) order = byDigit(starts, order, scale)
  return order
}

/** The same for instants that are too far apart to be exact as doubles. */
export const orderOfInstants = (instants: BigUint64Array): Int32Array =>
  Int32Array.from(instants, (_, place) => place).sort((a, b) => {
    const [one, other] = [instants[a]!, instants[b]!]
    return one === other ? a - b : one < other ? -1 : 1
  })

function isAscending(starts: Float64Array): boolean {
  for (let i = 1; i < starts.length; i++) if (starts[i]! < starts[i - 1]!) return false
  return true
}

/** Stable: what has the same digit keeps its order. */
function byDigit(starts: Float64Array, order: Int32Array, scale: number): Int32Array<ArrayBuffer> {
  const ends = new Int32Array(DIGIT)
  const digits = new Uint16Array(order.length)
  for (let i = 0; i < order.length; i++) {
    const digit = Math.floor(starts[order[i]!]! / scale) % DIGIT
    digits[i] = digit
    ends[digit]!++
  }
  for (let digit = 1; digit < DIGIT; digit++) ends[digit]! += ends[digit - 1]!
  const sorted = new Int32Array(order.length)
  for (let i = order.length - 1; i >= 0; i--) sorted[--ends[digits[i]!]!] = order[i]!
  return sorted
}
