/** `deriv` and `predict_linear`: a straight line through the samples of a window, by least squares. */
import type { Grid } from './columns.ts'
import type { RangeSeries } from './selectors.ts'
import { lostIn } from './sums.ts'
import type { RangeFunction } from './windows.ts'

/** Change per second. */
export const DERIV: RangeFunction = {
  atLeast: 2,
  run: (series, { from, to }, out, walked) => {
    for (let i = 0; i < from.length; i++) {
      if (out.present[i] === 0) continue
      out.values[i] = fit(series, from[i]!, to[i]!, series.times[from[i]!]!).slope
      walked(to[i]! - from[i]!)
    }
  },
}

/** @param seconds ahead of each step; the step's own time counts, whatever the selector is shifted by */
export function predictLinear(seconds: Float64Array, { start, step }: Grid): RangeFunction {
  return {
    atLeast: 2,
    run: (series, { from, to }, out, walked) => {
      for (let i = 0; i < from.length; i++) {
        if (out.present[i] === 0) continue
        const { slope, intercept } = fit(series, from[i]!, to[i]!, start + step * i)
        out.values[i] = slope * seconds[i]! + intercept
        walked(to[i]! - from[i]!)
      }
    },
  }
}

class CompensatedSum {
  #sum = 0
  #lost = 0

  add(value: number): void {
    const total = this.#sum + value
    this.#lost = Math.abs(total) === Infinity ? 0 : this.#lost + lostIn(this.#sum, value, total)
    this.#sum = total
  }

  get value(): number {
    return this.#sum + this.#lost
  }
}

/** @param origin the time, in milliseconds, at which the intercept is taken */
function fit({ times, values }: RangeSeries, from: number, to: number, origin: number) {
  const first = values[from]!
  let constant = true
  const sums = {
    x: new CompensatedSum(),
    y: new CompensatedSum(),
    xy: new CompensatedSum(),
    xx: new CompensatedSum(),
  }
  for (let i = from; i < to; i++) {
    const x = (times[i]! - origin) / 1000
    const y = values[i]!
    if (y !== first) constant = false
    sums.x.add(x)
    sums.y.add(y)
    sums.xy.add(x * y)
    sums.xx.add(x * x)
  }
  if (constant)
    return Math.abs(first) === Infinity
      ? { slope: Number.NaN, intercept: Number.NaN }
      : { slope: 0, intercept: first }
  const n = to - from
  const x = sums.x.value
  const y = sums.y.value
  const slope = (sums.xy.value - (x * y) / n) / (sums.xx.value - (x * x) / n)
  return { slope, intercept: y / n - (slope * x) / n }
}
