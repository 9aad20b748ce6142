/**
 * Subqueries: the inner expression is evaluated at multiples of the step, whatever the steps of the
 * query are, and what it gives is looked at as a range.
 */
import { unixMillis } from '../../model/time.ts'
import type { Subquery } from './ast.ts'
import type { Column, Grid, Vector } from './columns.ts'
import type { Context } from './context.ts'
import { instantsOf, lastOf, type Ranges, type RangeSeries } from './selectors.ts'

/** @param evaluate the inner expression over other steps */
export function subqueryRanges(
  expr: Subquery,
  context: Context,
  evaluate: (context: Context) => Vector,
): Ranges {
  const instants = instantsOf(expr, context)
  const step = expr.step ?? context.options.subqueryStep
  const start = (Math.floor((instants.start - expr.range) / step) + 1) * step
  const count = Math.floor((lastOf(instants) - start) / step) + 1
  const ranges = { instants, range: expr.range }
  if (count < 1) return { ...ranges, series: [], oneName: true }
  context.work.take(count)
  const grid: Grid = { start: unixMillis(start), step, count }
  const { columns, oneName } = evaluate({ ...context, grid })
  return { ...ranges, series: columns.map(column => samplesOf(column, grid)), oneName }
}

function samplesOf({ labels, dropName, values, present }: Column, { start, step }: Grid): RangeSeries {
  const here = (_: number, index: number): boolean => present[index] === 1
  const times = Float64Array.from(values, (_, index) => start + step * index)
  return { labels, dropName, times: times.filter(here), values: values.filter(here) }
}
