/** Requests, errors and durations of several cells, added up. */
import { BUCKETS, quantileOf } from '../../model/duration-buckets.ts'
import type { RedCell } from '../../red/reader.ts'

const ERROR = 2

export class Tally {
  requests = 0
  errors = 0
  readonly #durations = new Float64Array(BUCKETS)

  add({ status, cell: { buckets, counts } }: Pick<RedCell, 'status' | 'cell'>): void {
    for (let i = 0; i < buckets.length; i++) {
      const count = counts[i]!
      this.requests += count
      if (status === ERROR) this.errors += count
      this.#durations[buckets[i]!]! += count
    }
  }

  /** undefined where nothing was counted. */
  get errorRatio(): number | undefined {
    return this.requests === 0 ? undefined : this.errors / this.requests
  }

  /** Nanoseconds; undefined where nothing was counted. */
  quantile(q: number): number | undefined {
    return quantileOf(this.#durations, q)
  }
}
