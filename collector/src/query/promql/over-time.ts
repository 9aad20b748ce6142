/**
 * The `*_over_time` functions, `changes` and `resets`.
 *
 * Source: prometheus.io/docs/prometheus/latest/querying/functions.
 */
import { lostIn, Mean, quantileOf, sumOf } from './sums.ts'
import { eachWindow, type RangeFunction } from './windows.ts'

export const OVER_TIME: ReadonlyMap<string, RangeFunction> = new Map([
  ['avg_over_time', eachWindow(1, meanOf)],
  ['count_over_time', eachWindow(1, (_, from, to) => to - from)],
  ['last_over_time', eachWindow(1, (values, _, to) => values[to - 1]!)],
  ['max_over_time', eachWindow(1, (values, from, to) => extreme(values, from, to, 1))],
  ['min_over_time', eachWindow(1, (values, from, to) => extreme(values, from, to, -1))],
  ['present_over_time', eachWindow(1, () => 1)],
  ['stddev_over_time', eachWindow(1, (values, from, to) => Math.sqrt(varianceOf(values, from, to)))],
  ['stdvar_over_time', eachWindow(1, varianceOf)],
  ['sum_over_time', eachWindow(1, sumOf)],
  ['changes', eachWindow(1, changesIn)],
  ['resets', eachWindow(1, resetsIn)],
])

/** @param quantiles one a step */
export function quantileOverTime(quantiles: Float64Array): RangeFunction {
  return eachWindow(1, (values, from, to, step) => quantileOf(quantiles[step]!, values.slice(from, to)))
}

function meanOf(values: Float64Array, from: number, to: number): number {
  const mean = new Mean()
  for (let i = from; i < to; i++) mean.add(values[i]!)
  return mean.value
}

/** NaN only when all are NaN. */
function extreme(values: Float64Array, from: number, to: number, sign: 1 | -1): number {
  let best = values[from]!
  for (let i = from + 1; i < to; i++)
    if (sign * values[i]! > sign * best || Number.isNaN(best)) best = values[i]!
  return best
}

/** Of the population; Welford's recurrence, compensated. */
function varianceOf(values: Float64Array, from: number, to: number): number {
  let mean = 0
  let meanLost = 0
  let squares = 0
  let squaresLost = 0
  for (let i = from; i < to; i++) {
    const delta = values[i]! - (mean + meanLost)
    const part = delta / (i - from + 1)
    const nextMean = mean + part
    meanLost += lostIn(mean, part, nextMean)
    mean = nextMean
    const square = delta * (values[i]! - (mean + meanLost))
    const nextSquares = squares + square
    squaresLost += lostIn(squares, square, nextSquares)
    squares = nextSquares
  }
  return (squares + squaresLost) / (to - from)
}

/** A NaN after a NaN is no change. */
function changesIn(values: Float64Array, from: number, to: number): number {
  let changes = 0
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!
    const before = values[i - 1]!
    if (value !== before && !(Number.isNaN(value) && Number.isNaN(before))) changes++
  }
  return changes
}

function resetsIn(values: Float64Array, from: number, to: number): number {
  let resets = 0
  for (let i = from + 1; i < to; i++) if (values[i]! < values[i - 1]!) resets++
  return resets
}
