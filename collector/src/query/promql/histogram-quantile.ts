/**
 * `histogram_quantile` over classic histograms: series of cumulative counts, each with its upper
 * bound in the label `le`.
 *
 * ```
 *   count            ┌──┐ +Inf
 *         rank ┄┄┄┄┄┄│┄┄│        linear between the bounds of the bucket that the rank falls into
 *             ┌──────┘  │
 *   ┌─────────┘         │
 *   └───┴─────┴─────────┘ le
 * ```
 * Source: prometheus.io/docs/prometheus/latest/querying/functions, "histogram_quantile()".
 */
import type { Call } from './ast.ts'
import { dropNames, emptyColumn, vectorOf, type Column, type Vector } from './columns.ts'
import type { Context } from './context.ts'
import { keyOfOthers, labelOf, METRIC_NAME, withoutLabels } from './labels.ts'
import { parseNumber } from './number.ts'

/** Counts that differ by less, relative to their sum, differ by rounding alone. */
const TOLERANCE = 1e-12
const SMALLEST_NORMAL = 2 ** -1022
const LE: ReadonlySet<string> = new Set(['le'])

interface Bucket {
  readonly bound: number
  readonly column: Column
}

/** @param quantiles one a step */
export function histogramQuantile(
  call: Call,
  quantiles: Float64Array,
  vector: Vector,
  context: Context,
): Vector {
  const columns = histogramsOf(call, vector, context).map(buckets => {
    context.work.take(quantiles.length)
    return quantilesOf(call, quantiles, buckets, context)
  })
  return dropNames(vectorOf(columns, vector.oneName), context.options.dropNamesLate)
}

function histogramsOf(call: Call, vector: Vector, { notes }: Context): Bucket[][] {
  const histograms = new Map<string, Bucket[]>()
  for (const column of vector.columns) {
    const le = labelOf(column.labels, 'le')
    const bound = parseNumber(le)
    if (bound === undefined) {
      const name = labelOf(column.labels, METRIC_NAME)
      notes.warn(
        `bucket label "le" is missing or has a malformed value of "${le}" for metric name "${name}"`,
        call.args[1]!,
      )
      continue
    }
    const key = keyOfOthers(column.labels, LE)
    const buckets = histograms.get(key)
    if (buckets === undefined) histograms.set(key, [{ bound, column }])
    else buckets.push({ bound, column })
  }
  return [...histograms.values()].map(buckets => buckets.sort((a, b) => a.bound - b.bound))
}

function quantilesOf(
  call: Call,
  quantiles: Float64Array,
  buckets: readonly Bucket[],
  { notes }: Context,
): Column {
  const { labels, dropName } = buckets[0]!.column
  const out = emptyColumn(withoutLabels(labels, LE), quantiles.length, dropName)
  const bounds = new Float64Array(buckets.length)
  const counts = new Float64Array(buckets.length)
  let forced = false
  for (let i = 0; i < quantiles.length; i++) {
    const found = gather(buckets, i, bounds, counts)
    if (found === undefined) continue
    out.present[i] = 1
    if (found.open || !withinRange(quantiles[i]!)) {
      out.values[i] = withinRange(quantiles[i]!) ? Number.NaN : outside(quantiles[i]!)
      continue
    }
    if (makeMonotonic(counts, found.size)) forced = true
    out.values[i] = interpolate(quantiles[i]!, bounds, counts, found.size)
  }
  if (forced)
    notes.info(
      `input to histogram_quantile needed to be fixed for monotonicity (see https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile) for metric name "${labelOf(labels, METRIC_NAME)}"`,
      call.args[1]!,
    )
  return out
}

const withinRange = (quantile: number): boolean => quantile >= 0 && quantile <= 1

const outside = (quantile: number): number =>
  Number.isNaN(quantile) ? Number.NaN : quantile < 0 ? -Infinity : Infinity

/**
 * The buckets that are present at a step; equal bounds, differently written, become one.
 * @returns how many, and whether the highest bound is missing; undefined when none is present
 */
function gather(buckets: readonly Bucket[], step: number, bounds: Float64Array, counts: Float64Array) {
  let size = 0
  for (const { bound, column } of buckets) {
    if (column.present[step] === 0) continue
    if (size > 0 && bounds[size - 1] === bound) counts[size - 1]! += column.values[step]!
    else {
      bounds[size] = bound
      counts[size++] = column.values[step]!
    }
  }
  return size === 0 ? undefined : { size, open: bounds[size - 1] !== Infinity }
}

/**
 * Counts that fall are lifted to the one before: buckets read at different moments may disagree.
 * @returns whether one fell by more than rounding
 */
function makeMonotonic(counts: Float64Array, size: number): boolean {
  let forced = false
  let before = counts[0]!
  for (let i = 1; i < size; i++) {
    const count = counts[i]!
    if (count === before) continue
    if (almostEqual(before, count)) counts[i] = before
    else if (count < before) {
      counts[i] = before
      forced = true
    } else before = count
  }
  return forced
}

function almostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true
  const sum = Math.abs(a) + Math.abs(b)
  const difference = Math.abs(a - b)
  if (a === 0 || b === 0 || sum < SMALLEST_NORMAL) return difference < TOLERANCE * SMALLEST_NORMAL
  return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE
}

/** @param size the last of so many buckets ends at +Inf */
function interpolate(quantile: number, bounds: Float64Array, counts: Float64Array, size: number): number {
  const observations = counts[size - 1]!
  if (size < 2 || observations === 0) return Number.NaN
  let rank = quantile * observations
  const bucket = firstReaching(rank, counts, size - 1)
  if (bucket === size - 1) return bounds[size - 2]!
  if (bucket === 0 && bounds[0]! <= 0) return bounds[0]!
  const start = bucket === 0 ? 0 : bounds[bucket - 1]!
  const below = bucket === 0 ? 0 : counts[bucket - 1]!
  rank -= below
  return start + (bounds[bucket]! - start) * (rank / (counts[bucket]! - below))
}

/** The first of `size` counts that is at least `rank`, by bisection; `size` when none is. */
function firstReaching(rank: number, counts: Float64Array, size: number): number {
  let [low, high] = [0, size]
  while (low < high) {
    const middle = (low + high) >> 1
    if (counts[middle]! >= rank) high = middle
    else low = middle + 1
  }
  return low
}
