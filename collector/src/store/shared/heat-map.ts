/** Counts of spans over time and duration: columns of equal width, rows on the scale of `model/duration-buckets`. */
import { BUCKETS, bucketOf } from '../../model/duration-buckets.ts'
import { nanos, type Nanos } from '../../model/time.ts'
import type { HeatMap, HeatMapQuery } from '../api.ts'
import { bucketWidth } from './histogram.ts'

/** Only starts within the range may be added. */
export class HeatMapCounts {
  readonly #from: HeatMapQuery['range']['from']
  readonly #width: bigint
  readonly #counts: Uint32Array
  readonly #errors: Uint32Array

  constructor({ range, columns }: Pick<HeatMapQuery, 'range' | 'columns'>) {
    this.#from = range.from
    this.#width = bucketWidth(range, columns)
    this.#counts = new Uint32Array(columns * BUCKETS)
    this.#errors = new Uint32Array(columns * BUCKETS)
  }

  add(start: bigint, duration: Nanos, isError: boolean): void {
    const at = Number((start - this.#from) / this.#width) * BUCKETS + bucketOf(duration)
    this.#counts[at]!++
    if (isError) this.#errors[at]!++
  }

  result(): HeatMap {
    const cells: HeatMap['cells'][number][] = []
    for (let at = 0; at < this.#counts.length; at++)
      if (this.#counts[at] !== 0)
        cells.push({
          column: Math.floor(at / BUCKETS),
          bucket: at % BUCKETS,
          count: this.#counts[at]!,
          errors: this.#errors[at]!,
        })
    return { from: this.#from, widthNano: nanos(Number(this.#width)), cells }
  }
}
