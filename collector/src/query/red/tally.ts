/** Requests, errors and durations of several cells, added up. */
import { BUCKETS, quantileOf } from '../../model/duration-buckets.ts'
import type { StatusCode } from '../../model/telemetry.ts'
import type { CellScan } from '../../red/cells.ts'

const ERROR = 2

export class Tally {
  requests = 0
  errors = 0
  readonly #durations = new Float64Array(BUCKETS)

  add(status: StatusCode, { size, buckets, counts }: CellScan): void {
    let requests = 0
    for (let i = 0; i < size; i++) {
      requests += counts[i]!
      this.#durations[buckets[i]!]! += counts[i]!
    }
    this.requests += requests
    if (status === ERROR) this.errors += requests
  }

  /** undefined where nothing was counted. */
  get errorRatio(): number | undefined {
    return this.requests === 0 ? undefined : this.errors / this.requests
  }

  /** Nanoseconds; undefined where nothing was counted. */
  quantile(q: number): number | undefined {
    return this.requests === 0 ? undefined : quantileOf(this.#durations, q)
  }
}
