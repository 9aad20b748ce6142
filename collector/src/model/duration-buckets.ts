/**
 * Durations on a scale of 256 buckets, eight to a doubling, from a microsecond to 73 minutes: no
 * bucket is wider than an eighth of where it begins. What is shorter lies in the first, what is
 * longer in the last.
 *
 * The bucket is read off the bits of the double: its exponent and the first three bits behind it.
 * Source: IEEE 754, binary64; HdrHistogram's log-linear scale.
 */
import { nanos, type Nanos } from './time.ts'

export const BUCKETS = 256
const STEPS = 8
/** 2^10 nanoseconds. */
const FIRST_EXPONENT = 10
const EXPONENT_BIAS = 1023
const LOWEST = (EXPONENT_BIAS + FIRST_EXPONENT) * STEPS

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const HIGH = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0

/** @param duration ≥ 0 @returns 0 ≤ bucket < 256 */
export function bucketOf(duration: Nanos): number {
  double[0] = duration
  const bucket = (words[HIGH]! >>> 17) - LOWEST
  return bucket < 0 ? 0 : bucket < BUCKETS ? bucket : BUCKETS - 1
}

/** Where a bucket begins. @param bucket 0 ≤ bucket ≤ 256 */
export const lowerOf = (bucket: number): Nanos =>
  nanos(2 ** (FIRST_EXPONENT + Math.floor(bucket / STEPS)) * (1 + (bucket % STEPS) / STEPS))

/**
 * The duration that a share of all stays below, within the width of its bucket: as if those in a
 * bucket lay evenly in it.
 *
 * @param counts of each bucket @param q in [0, 1] @returns undefined where nothing was counted
 */
export function quantileOf(counts: ArrayLike<number>, q: number): Nanos | undefined {
  let total = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) total += counts[bucket]!
  if (total === 0) return undefined
  const rank = q * total
  let below = 0
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const count = counts[bucket]!
    if (count > 0 && below + count >= rank) {
      const from = bucket === 0 ? 0 : lowerOf(bucket)
      return nanos(Math.round(from + ((rank - below) / count) * (lowerOf(bucket + 1) - from)))
    }
    below += count
  }
  return lowerOf(BUCKETS)
}
