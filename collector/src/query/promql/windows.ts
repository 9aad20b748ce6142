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
  const { instants, range } = ranges
  const { count } = instants
  const windows = { instants, range, from: new Int32Array(count), to: new Int32Array(count) }
  const columns: Column[] = []
  const emptyColumn = columnMaker(count)
  const walked = (samples: number): void => work.walked(samples)
  for (const series of ranges.series) {
    work.take(count)
    place(series.times, windows)
    const column = emptyColumn(series.labels, series.dropName)
    if (!markPresent(column.present, windows, atLeast)) continue
    run(series, windows, column, walked)
    columns.push(column)
  }
  return vectorOf(columns, ranges.oneName)
}

/** Both ends only ever move forward. */
function place(times: Float64Array, { instants: { start, step, count }, range, from, to }: Windows): void {
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

function markPresent(present: Uint8Array, { from, to }: Windows, atLeast: number): boolean {
  let any = false
  for (let i = 0; i < present.length; i++)
    if (to[i]! - from[i]! >= atLeast) {
      present[i] = 1
      any = true
    }
  return any
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
