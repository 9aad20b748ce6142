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

  /** How far the shares of those below a duration lie apart at most, in [0, 1]. */
  furthestFrom(other: Tally): number {
    let [here, there, most] = [0, 0, 0]
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      here += this.#durations[bucket]!
      there += other.#durations[bucket]!
      most = Math.max(most, Math.abs(here / this.requests - there / other.requests))
    }
    return most
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
