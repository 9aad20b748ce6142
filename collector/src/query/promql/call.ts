/** Functions by name: how each takes its arguments, and where it is computed. */
import { unwrap, type Call, type Expr } from './ast.ts'
import { absentFrom } from './absent.ts'
import {
  dropNames,
  dropNamesStrictly,
  emptyColumn,
  isEmpty,
  vectorOf,
  type Column,
  type Grid,
  type Scalar,
  type Value,
  type Vector,
} from './columns.ts'
import type { Context } from './context.ts'
import { CALENDAR, ELEMENTWISE, roundTo } from './elementwise.ts'
import { histogramQuantile } from './histogram-quantile.ts'
import { labelJoin, labelReplace } from './label-functions.ts'
import { NO_LABELS } from './labels.ts'
import { OVER_TIME, quantileOverTime } from './over-time.ts'
import { RATES } from './rates.ts'
import { DERIV, predictLinear } from './regression.ts'
import { evaluateSelector } from './selectors.ts'
import type { Walk } from './walk.ts'
import { tellOfNonCounters, warnOfQuantiles } from './warnings.ts'
import { overRanges, type RangeFunction } from './windows.ts'

export function evaluateCall(call: Call, context: Context, walk: Walk): Value {
  const { func, args } = call
  const elementwise = ELEMENTWISE.get(func)
  if (elementwise !== undefined) return map(walk.vector(args[0]!, context), elementwise, context)
  const calendar = CALENDAR.get(func)
  if (calendar !== undefined)
    return map(
      args.length === 0 ? constant(timeOf(context.grid)) : walk.vector(args[0]!, context),
      calendar,
      context,
    )
  const overTime = RATES.get(func) ?? OVER_TIME.get(func) ?? (func === 'deriv' ? DERIV : undefined)
  if (overTime !== undefined) return overWindows(call, args[0]!, overTime, context, walk)
  return OTHERS[func]!(call, context, walk)
}

type Evaluator = (call: Call, context: Context, walk: Walk) => Value

const OTHERS: Readonly<Record<string, Evaluator>> = {
  time: (_, { grid }) => ({ kind: 'scalar', values: timeOf(grid) }),
  pi: (_, { grid }) => ({ kind: 'scalar', values: new Float64Array(grid.count).fill(Math.PI) }),
  scalar: ({ args }, context, walk) => onlyValue(walk.vector(args[0]!, context), context.grid),
  vector: ({ args }, context, walk) => constant(walk.scalar(args[0]!, context)),
  timestamp: ({ args }, context, walk) => timestamps(args[0]!, context, walk),
  sort: ({ args }, context, walk) => sorted(walk.vector(args[0]!, context), 1),
  sort_desc: ({ args }, context, walk) => sorted(walk.vector(args[0]!, context), -1),
  absent: ({ args }, context, walk) =>
    absentFrom(walk.vector(args[0]!, context), args[0]!, context.grid.count),
  absent_over_time: ({ args }, context, walk) => {
    const present = overRanges(walk.ranges(args[0]!, context), OVER_TIME.get('present_over_time')!, context)
    return absentFrom(present, args[0]!, context.grid.count)
  },
  clamp: ({ args }, context, walk) =>
    clamped(
      walk.vector(args[0]!, context),
      walk.scalar(args[1]!, context),
      walk.scalar(args[2]!, context),
      context,
    ),
  clamp_min: ({ args }, context, walk) => {
    const least = walk.scalar(args[1]!, context)
    return map(walk.vector(args[0]!, context), (value, step) => Math.max(least[step]!, value), context)
  },
  clamp_max: ({ args }, context, walk) => {
    const most = walk.scalar(args[1]!, context)
    return map(walk.vector(args[0]!, context), (value, step) => Math.min(most[step]!, value), context)
  },
  round: ({ args }, context, walk) => {
    const nearest =
      args.length > 1 ? walk.scalar(args[1]!, context) : new Float64Array(context.grid.count).fill(1)
    return map(walk.vector(args[0]!, context), (value, step) => roundTo(value, nearest[step]!), context)
  },
  predict_linear: (call, context, walk) => {
    const seconds = walk.scalar(call.args[1]!, context)
    return overWindows(call, call.args[0]!, predictLinear(seconds, context.grid), context, walk)
  },
  quantile_over_time: (call, context, walk) => {
    const quantiles = walk.scalar(call.args[0]!, context)
    const result = overWindows(call, call.args[1]!, quantileOverTime(quantiles), context, walk)
    warnOfQuantiles(quantiles, result.columns, call.args[0]!, context)
    return result
  },
  histogram_quantile: (call, context, walk) => {
    const quantiles = walk.scalar(call.args[0]!, context)
    const result = histogramQuantile(call, quantiles, walk.vector(call.args[1]!, context), context)
    warnOfQuantiles(quantiles, result.columns, call.args[0]!, context)
    return result
  },
  label_replace: ({ args: [vector, ...texts] }, context, walk) =>
    labelReplace(
      walk.vector(vector!, context),
      texts.map(text => walk.text(text, context)),
    ),
  label_join: ({ args: [vector, ...texts] }, context, walk) =>
    labelJoin(
      walk.vector(vector!, context),
      texts.map(text => walk.text(text, context)),
    ),
}

function map(
  vector: Vector,
  compute: (value: number, step: number) => number,
  { options, work }: Context,
): Vector {
  const columns = vector.columns.map(column => {
    work.take(column.values.length)
    return { ...column, values: column.values.map(compute) }
  })
  return dropNames({ ...vector, columns }, options.dropNamesLate)
}

/** `last_over_time` alone hands on samples, and so keeps their names. */
function overWindows(call: Call, arg: Expr, compute: RangeFunction, context: Context, walk: Walk): Vector {
  const ranges = walk.ranges(arg, context)
  if (call.func === 'rate' || call.func === 'increase') tellOfNonCounters(ranges.series, arg, context)
  const vector = overRanges(ranges, compute, context)
  return call.func === 'last_over_time' ? vector : dropNamesStrictly(vector, context.options.dropNamesLate)
}

/** In seconds. */
function timeOf({ start, step, count }: Grid): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => (start + step * i) / 1000)
}

function constant(values: Float64Array): Vector {
  return vectorOf([
    { labels: NO_LABELS, dropName: false, values, present: new Uint8Array(values.length).fill(1) },
  ])
}

/** NaN where there is not exactly one. */
function onlyValue({ columns }: Vector, { count }: Grid): Scalar {
  const values = new Float64Array(count).fill(Number.NaN)
  for (let i = 0; i < count; i++) {
    const [only, second] = columns.filter(({ present }) => present[i] === 1)
    if (only !== undefined && second === undefined) values[i] = only.values[i]!
  }
  return { kind: 'scalar', values }
}

/** Of the samples that a selector finds; of anything else the time of the step. */
function timestamps(arg: Expr, context: Context, walk: Walk): Vector {
  const inner = unwrap(arg)
  const late = context.options.dropNamesLate
  if (inner.kind === 'selector') return dropNames(evaluateSelector(inner, context, true), late)
  const times = timeOf(context.grid)
  return map(walk.vector(arg, context), (_, step) => times[step]!, context)
}

/** A range query is in the order of its labels; only a single step has an order of values. NaNs come last. */
function sorted(vector: Vector, sign: 1 | -1): Vector {
  const rank = ({ values }: Column): number => values[0]!
  const columns = [...vector.columns].sort((a, b) => {
    const nans = Number(Number.isNaN(rank(a))) - Number(Number.isNaN(rank(b)))
    return nans === 0 ? sign * (rank(a) - rank(b)) || 0 : nans
  })
  return { ...vector, columns }
}

/** Nothing where the least is above the most. */
function clamped(vector: Vector, least: Float64Array, most: Float64Array, context: Context): Vector {
  const columns = vector.columns.map((column): Column => {
    const out = emptyColumn(column.labels, column.values.length, column.dropName)
    for (let i = 0; i < out.values.length; i++) {
      if (column.present[i] === 0 || most[i]! < least[i]!) continue
      out.values[i] = Math.max(least[i]!, Math.min(most[i]!, column.values[i]!))
      out.present[i] = 1
    }
    return out
  })
  const kept = columns.filter(column => !isEmpty(column))
  return dropNames({ ...vector, columns: kept }, context.options.dropNamesLate)
}
