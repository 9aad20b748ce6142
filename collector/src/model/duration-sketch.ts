/**
 * Quantiles of durations in bounded space: a histogram whose buckets grow by 2 %.
 *
 * Any quantile is answered within 1 % of the true value (the middle of its bucket), two sketches
 * add up exactly, and the same durations give the same sketch whatever their order: so every
 * backend answers the same figure.
 *
 * Source: DDSketch, Masson, Rim, Lee 2019 (relative-error guarantee α = (γ-1)/(γ+1)).
 */
import { nanos, type Nanos } from './time.ts'

const GAMMA = 1.02
const LOG_GAMMA = Math.log(GAMMA)

export class DurationSketch {
  count = 0
  #zero = 0
  readonly #buckets = new Map<number, number>()

  add(duration: Nanos): void {
    this.count++
    if (duration < 1) {
      this.#zero++
      return
    }
    const bucket = Math.ceil(Math.log(duration) / LOG_GAMMA)
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
  }

  merge(other: DurationSketch): void {
    this.count += other.count
    this.#zero += other.#zero
    for (const [bucket, count] of other.#buckets)
      this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count)
  }

  /** @param q in [0, 1] @returns nanoseconds; NaN when nothing was added */
  quantile(q: number): Nanos {
    if (this.count === 0) return nanos(Number.NaN)
    const rank = q * (this.count - 1)
    let seen = this.#zero
    if (rank < seen) return nanos(0)
    const ordered = [...this.#buckets].sort((a, b) => a[0] - b[0])
    for (const [bucket, count] of ordered) {
      seen += count
      if (rank < seen) return nanos(Math.round((2 * GAMMA ** bucket) / (GAMMA + 1)))
    }
    throw new RangeError(`quantile ${q} of ${this.count} durations lies beyond the last bucket`)
  }
}
