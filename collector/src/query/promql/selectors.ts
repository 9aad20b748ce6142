/**
 * Selectors over all steps: the current value of each series, or its samples under a sliding window.
 *
 * Ranges are open on the left: at step t, `[r]` holds the samples in (t − r, t].
 * Source: prometheus.io/docs/prometheus/latest/querying/basics, "Range vector selectors".
 */
import type { Labels, Series } from '../../model/series.ts'
import { unixMillis, type Millis } from '../../model/time.ts'
import type { MatrixSelector, Shift, VectorSelector } from './ast.ts'
import { columnMaker, vectorOf, type Column, type Vector } from './columns.ts'
import type { Context } from './context.ts'
import { METRIC_NAME } from './labels.ts'

/** The instants that a shifted selector looks at, one a step. */
export interface Instants {
  readonly start: number
  /** 0 when `@` fixes them all. */
  readonly step: number
  readonly count: number
}

export function instantsOf({ at, offset }: Shift, { grid, queryStart, queryEnd }: Context): Instants {
  if (at === undefined) return { start: grid.start - offset, step: grid.step, count: grid.count }
  const fixed = at === 'start' ? queryStart : at === 'end' ? queryEnd : at
  return { start: fixed - offset, step: 0, count: grid.count }
}

export const lastOf = ({ start, step, count }: Instants): number => start + step * (count - 1)

/** Samples without stale markers, and what they belong to. */
export interface RangeSeries {
  readonly labels: Labels
  readonly dropName: boolean
  readonly times: Float64Array
  readonly values: Float64Array
}

/** Series and how they are looked at. */
export interface Ranges {
  readonly series: readonly RangeSeries[]
  readonly instants: Instants
  readonly range: Millis
  readonly oneName: boolean
}

/** @param sampleTimes put the time of the sample, in seconds, in place of its value */
export function evaluateSelector(selector: VectorSelector, context: Context, sampleTimes = false): Vector {
  const { lookback } = context.options
  const instants = instantsOf(selector, context)
  const columns: Column[] = []
  const emptyColumn = columnMaker(instants.count)
  for (const series of select(selector, instants, lookback, context)) {
    context.work.take(instants.count)
    const column = emptyColumn(series.labels)
    if (fillCurrent(column, series, instants, lookback, sampleTimes)) columns.push(column)
  }
  return vectorOf(columns, hasOneName(selector))
}

function select(selector: VectorSelector, instants: Instants, range: Millis, { source, work }: Context) {
  return work.select(source, {
    matchers: selector.matchers,
    from: unixMillis(instants.start - range + 1),
    to: unixMillis(lastOf(instants)),
  })
}

function hasOneName({ matchers }: VectorSelector): boolean {
  return matchers.some(({ name, op }) => name === METRIC_NAME && op === '=')
}

/** @returns whether there is a value at some step */
function fillCurrent(
  column: Column,
  { times, values, stale }: Series,
  { start, step, count }: Instants,
  lookback: number,
  sampleTimes: boolean,
): boolean {
  let any = false
  let next = 0
  for (let i = 0; i < count; i++) {
    const at = start + step * i
    while (next < times.length && times[next]! <= at) next++
    const newest = next - 1
    if (newest < 0 || times[newest]! <= at - lookback || stale?.[newest] === 1) continue
    column.values[i] = sampleTimes ? times[newest]! / 1000 : values[newest]!
    column.present[i] = 1
    any = true
  }
  return any
}

export function selectRanges({ selector, range }: MatrixSelector, context: Context): Ranges {
  const instants = instantsOf(selector, context)
  const series = select(selector, instants, range, context).map(withoutStale)
  return { series, instants, range, oneName: hasOneName(selector) }
}

function withoutStale({ labels, times, values, stale }: Series): RangeSeries {
  if (stale === undefined) return { labels, dropName: false, times, values }
  const fresh = (_: number, index: number): boolean => stale[index] === 0
  return { labels, dropName: false, times: times.filter(fresh), values: values.filter(fresh) }
}
