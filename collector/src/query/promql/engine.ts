/**
 * PromQL over any source of series: instant queries and range queries, with Prometheus's answers.
 *
 * ```
 * text ─ scanner ▸ parse ▸ check ─▸ tree ─ evaluate ▸ columns, one a series ─▸ answer
 * ```
 * Source: prometheus.io/docs/prometheus/latest/querying, version 3.
 */
import { HodoscopeError } from '../../model/errors.ts'
import type { Labels, SeriesSource } from '../../model/series.ts'
import { millis, type Millis, type UnixMillis } from '../../model/time.ts'
import { Annotations } from './annotations.ts'
import type { Expr } from './ast.ts'
import { typeOf } from './check.ts'
import { dropMarkedNames, type Column, type Grid, type Scalar, type Vector } from './columns.ts'
import { Work, type Context, type EngineOptions } from './context.ts'
import { evaluate, evaluateRanges } from './evaluate.ts'
import { malformed } from './fault.ts'
import { compareLabels } from './labels.ts'
import { parsePromql } from './parse.ts'

export type { EngineOptions } from './context.ts'

export const DEFAULT_OPTIONS: EngineOptions = {
  lookback: millis(300_000),
  subqueryStep: millis(60_000),
  maxSamples: 50_000_000,
  maxPoints: 11_000,
  dropNamesLate: false,
}

export interface ResultSeries {
  readonly labels: Labels
  /** Unix milliseconds, ascending; as many as there are values. */
  readonly times: Float64Array
  readonly values: Float64Array
}

export type Result =
  | { readonly kind: 'matrix'; readonly series: readonly ResultSeries[] }
  | {
      readonly kind: 'vector'
      readonly at: UnixMillis
      readonly samples: readonly { labels: Labels; value: number }[]
    }
  | { readonly kind: 'scalar'; readonly at: UnixMillis; readonly value: number }
  | { readonly kind: 'string'; readonly at: UnixMillis; readonly value: string }

export interface PromqlAnswer {
  readonly result: Result
  readonly warnings: readonly string[]
  readonly infos: readonly string[]
}

/** @param check is called often and throws when the query is to stop */
export interface QueryOptions extends Partial<EngineOptions> {
  readonly check?: () => void
}

export interface RangeTimes {
  readonly start: UnixMillis
  readonly end: UnixMillis
  readonly step: Millis
}

/**
 * @returns a vector in order of `sort` and `topk`
 * @throws HodoscopeError `query_malformed`, `query_not_executable`, `query_too_large`, or what `check` throws
 */
export function instantQuery(
  source: SeriesSource,
  text: string,
  at: UnixMillis,
  options: QueryOptions = {},
): PromqlAnswer {
  const expr = parsePromql(text)
  const context = contextOf(source, text, { start: at, step: millis(1), count: 1 }, at, options)
  return answer(instantResult(expr, context), context)
}

/**
 * @returns a matrix in order of labels
 * @throws HodoscopeError as `instantQuery`, and `parameter_invalid`
 */
export function rangeQuery(
  source: SeriesSource,
  text: string,
  times: RangeTimes,
  options: QueryOptions = {},
): PromqlAnswer {
  const expr = parsePromql(text)
  const type = typeOf(expr)
  if (type === 'matrix' || type === 'string')
    throw malformed(
      `a range query takes a scalar or an instant vector, and this is ${type === 'matrix' ? 'a range vector' : 'a string'}`,
      expr.start,
    )
  const grid = gridOf(times, { ...DEFAULT_OPTIONS, ...options })
  const context = contextOf(source, text, grid, times.end, options)
  return answer({ kind: 'matrix', series: matrixOf(expr, context) }, context)
}

function gridOf({ start, end, step }: RangeTimes, { maxPoints }: EngineOptions): Grid {
  if (step <= 0)
    throw new HodoscopeError(
      'parameter_invalid',
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    )
  if (end < start)
    throw new HodoscopeError('parameter_invalid', 'end timestamp must not be before start time')
  if ((end - start) / step > maxPoints)
    throw new HodoscopeError(
      'parameter_invalid',
      `exceeded maximum resolution of ${maxPoints.toLocaleString('en')} points per timeseries. Try decreasing the query resolution (?step=XX)`,
    )
  return { start, step, count: Math.floor((end - start) / step) + 1 }
}

function contextOf(
  source: SeriesSource,
  text: string,
  grid: Grid,
  end: UnixMillis,
  { check, ...given }: QueryOptions,
): Context {
  const options = { ...DEFAULT_OPTIONS, ...given }
  return {
    source,
    options,
    grid,
    queryStart: grid.start,
    queryEnd: end,
    notes: new Annotations(text),
    work: new Work(options.maxSamples, check ?? (() => undefined)),
  }
}

function answer(result: Result, { notes: { warnings, infos } }: Context): PromqlAnswer {
  return { result, warnings, infos }
}

function instantResult(expr: Expr, context: Context): Result {
  const at = context.grid.start
  if (typeOf(expr) === 'matrix') {
    const { series } = evaluateRanges(expr, context)
    const found = series.filter(({ times }) => times.length > 0)
    return { kind: 'matrix', series: found.sort((a, b) => compareLabels(a.labels, b.labels)) }
  }
  const value = evaluate(expr, context)
  if (value.kind === 'string') return { kind: 'string', at, value: value.value }
  if (value.kind === 'scalar') return { kind: 'scalar', at, value: value.values[0]! }
  const columns = dropMarkedNames(value).columns.filter(({ present }) => present[0] === 1)
  return { kind: 'vector', at, samples: columns.map(({ labels, values }) => ({ labels, value: values[0]! })) }
}

function matrixOf(expr: Expr, context: Context): ResultSeries[] {
  const value = evaluate(expr, context) as Vector | Scalar
  const times = Float64Array.from(
    { length: context.grid.count },
    (_, i) => context.grid.start + context.grid.step * i,
  )
  if (value.kind === 'scalar') return [{ labels: [], times, values: value.values }]
  return dropMarkedNames(value)
    .columns.map(column => pointsOf(column, times))
    .filter(series => series.times.length > 0)
    .sort((a, b) => compareLabels(a.labels, b.labels))
}

function pointsOf({ labels, values, present }: Column, times: Float64Array): ResultSeries {
  if (!present.includes(0)) return { labels, times, values }
  const here = (_: number, index: number): boolean => present[index] === 1
  return { labels, times: times.filter(here), values: values.filter(here) }
}
