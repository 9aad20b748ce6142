/** Functions over ranges, run over each series with the windows of all steps at once. */
import { columnMaker, vectorOf, type Column, type Vector } from './columns.ts'
import type { Context } from './context.ts'
import type { Instants, Ranges, RangeSeries } from './selectors.ts'

/** Where the window of each step lies in the arrays of a series: `[from[i], to[i])`. */
export interface Windows {
  readonly instants: Instants
  /** Length in milliseconds. */
  readonly range: number
  readonly from: Int32Array
  readonly to: Int32Array
}

/** Told of samples that were looked at: windows that overlap are looked at again at each step. */
export type Walked = (samples: number) => void

export interface RangeFunction {
  /** Steps whose windows hold fewer samples have no value. */
  readonly atLeast: 1 | 2
  /** Writes one value for each window that holds enough samples. */
  readonly run: (series: RangeSeries, windows: Windows, out: Column, walked: Walked) => void
}

/** A column for each series that has a value at some step. */
export function overRanges(ranges: Ranges, { atLeast, run }: RangeFunction, { work }: Context): Vector {
  const placing = new Placing(ranges, atLeast)
  const columns: Column[] = []
  const emptyColumn = columnMaker(ranges.instants.count)
  const walked = (samples: number): void => work.walked(samples)
  for (const series of ranges.series) {
    work.take(ranges.instants.count)
    placing.over(series.times)
    if (!placing.any) continue
    const column = emptyColumn(series.labels, series.dropName)
    column.present.set(placing.present)
    run(series, placing.windows, column, walked)
    columns.push(column)
  }
  return vectorOf(columns, ranges.oneName)
}

/** Where windows lie over some times. Series that were scraped together have the same times, and so the same windows. */
class Placing {
  readonly windows: Windows
  /** 1 where a window holds enough samples. */
  readonly present: Uint8Array
  any = false
  readonly #atLeast: number
  #times: Float64Array | undefined

  constructor({ instants, range }: Ranges, atLeast: number) {
    const { count } = instants
    this.windows = { instants, range, from: new Int32Array(count), to: new Int32Array(count) }
    this.present = new Uint8Array(count)
    this.#atLeast = atLeast
  }

  over(times: Float64Array): void {
    if (this.#times !== undefined && areEqual(this.#times, times)) return
    this.#times = times
    this.#slide(times)
    const { from, to } = this.windows
    this.any = false
    for (let i = 0; i < from.length; i++) {
      const enough = to[i]! - from[i]! >= this.#atLeast
      this.present[i] = enough ? 1 : 0
      this.any ||= enough
    }
  }

  /** Both ends only ever move forward. */
  #slide(times: Float64Array): void {
    const { from, to, range } = this.windows
    const { start, step, count } = this.windows.instants
    let first = 0
    let next = 0
    for (let i = 0; i < count; i++) {
      const end = start + step * i
      while (next < times.length && times[next]! <= end) next++
      while (first < next && times[first]! <= end - range) first++
      from[i] = first
      to[i] = next
    }
  }
}

function areEqual(a: Float64Array, b: Float64Array): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** A function that looks at the values of one window at a time. */
export function eachWindow(
  atLeast: 1 | 2,
  compute: (values: Float64Array, from: number, to: number, step: number) => number,
): RangeFunction {
  return {
    atLeast,
    run: ({ values }, { from, to }, out, walked) => {
      for (let i = 0; i < from.length; i++) {
        if (out.present[i] === 0) continue
        out.values[i] = compute(values, from[i]!, to[i]!, i)
        walked(to[i]! - from[i]!)
      }
    },
  }
}
