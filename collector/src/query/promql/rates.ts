/**
 * `rate`, `increase`, `delta`, `irate`, `idelta`.
 *
 * The first three extrapolate to the ends of the window: the samples in it seldom reach them.
 * ```
 *   window   (────────────────────────────]
 *   samples     ·      ·      ·      ·
 *            ├──┤toStart              ├───┤toEnd
 * ```
 * An end that is further away than 1.1 mean distances of samples is taken to be half a distance
 * away: the series begins or ends within the window. A counter is never taken back below zero.
 * Source: prometheus.io/docs/prometheus/latest/querying/functions, "rate()".
 */
import type { Column } from './columns.ts'
import type { RangeSeries } from './selectors.ts'
import { eachWindow, type RangeFunction, type Windows } from './windows.ts'

export const RATES: ReadonlyMap<string, RangeFunction> = new Map<string, RangeFunction>([
  ['rate', extrapolated({ counter: true, perSecond: true })],
  ['increase', extrapolated({ counter: true, perSecond: false })],
  ['delta', extrapolated({ counter: false, perSecond: false })],
  ['irate', { atLeast: 2, run: instantRate }],
  ['idelta', eachWindow(2, (values, _, to) => values[to - 1]! - values[to - 2]!)],
])

function extrapolated({ counter, perSecond }: { counter: boolean; perSecond: boolean }): RangeFunction {
  const run = ({ times, values }: RangeSeries, windows: Windows, out: Column): void => {
    const { range, from, to } = windows
    const { start, step } = windows.instants
    const { values: results, present } = out
    const per = perSecond ? range / 1000 : 1
    const resets = counter ? resetsOf(values) : []
    let nextReset = 0
    for (let i = 0; i < from.length; i++) {
      if (present[i] === 0) continue
      const first = from[i]!
      const last = to[i]! - 1
      let gain = values[last]! - values[first]!
      while (nextReset < resets.length && resets[nextReset]! <= first) nextReset++
      for (let r = nextReset; r < resets.length && resets[r]! <= last; r++) gain += values[resets[r]! - 1]!
      const end = start + step * i
      const sampled = times[last]! - times[first]!
      const distance = sampled / (last - first)
      let before = reach(times[first]! - (end - range), distance)
      if (counter && fallsBelowZero(values[first]!, gain, sampled, before))
        before = sampled * (values[first]! / gain)
      const after = reach(end - times[last]!, distance)
      results[i] = (gain * ((sampled + before + after) / sampled)) / per
    }
  }
  return { atLeast: 2, run }
}

/** How far the series is thought to go on towards an end of the window, `gap` away; all in milliseconds. */
function reach(gap: number, distance: number): number {
  return gap >= distance * 1.1 ? distance / 2 : gap
}

/** Whether a counter that grows evenly was below zero so long before its first sample. */
function fallsBelowZero(first: number, gain: number, sampled: number, before: number): boolean {
  return gain > 0 && first >= 0 && first * sampled < gain * before
}

/** Indexes of the samples at which a counter has begun anew. */
function resetsOf(values: Float64Array): number[] {
  const resets: number[] = []
  for (let i = 1; i < values.length; i++) if (values[i]! < values[i - 1]!) resets.push(i)
  return resets
}

function instantRate({ times, values }: RangeSeries, { to }: Windows, out: Column): void {
  for (let i = 0; i < to.length; i++) {
    if (out.present[i] === 0) continue
    const last = to[i]! - 1
    const reset = values[last]! < values[last - 1]!
    const gain = reset ? values[last]! : values[last]! - values[last - 1]!
    out.values[i] = gain / ((times[last]! - times[last - 1]!) / 1000)
  }
}
