/** Annotations that more than one function gives. */
import type { Labels } from '../../model/series.ts'
import type { Expr } from './ast.ts'
import type { Context } from './context.ts'
import { namesOf } from './columns.ts'
import { formatValue } from './number.ts'

/** Told once for each value, and only where there is something to compute it of. */
export function warnOfQuantiles(
  quantiles: Float64Array,
  series: readonly unknown[],
  at: Expr,
  { notes }: Context,
): void {
  if (series.length === 0) return
  for (const quantile of new Set(quantiles))
    if (!(quantile >= 0 && quantile <= 1))
      notes.warn(`quantile value should be between 0 and 1, got ${formatValue(quantile)}`, at)
}

const COUNTER_NAME = /_(total|sum|count|bucket)$/

export function tellOfNonCounters(
  series: readonly { readonly labels: Labels }[],
  at: Expr,
  { notes }: Context,
): void {
  for (const name of namesOf(series))
    if (!COUNTER_NAME.test(name))
      notes.info(
        `metric might not be a counter, name does not end in _total/_sum/_count/_bucket: ${JSON.stringify(name)}`,
        at,
      )
}
