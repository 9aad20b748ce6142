/**
 * Events of each minute as metrics tell of them, for objectives whose indicator is a ratio in PromQL.
 *
 * Of a counter every sample tells what came since the one before it, so that counts are exact whatever
 * the interval of its samples and over its resets; they fall on the minute of the later sample. As in
 * PromQL, what a counter held at its first sample is unknown, and does not count. What is written as
 * `rate(…[{{.window}}])`, as in OpenSLO's v1alpha, is the increase of that counter.
 *
 * An expression of anything but counters is evaluated at the end of each minute, and its value is the
 * count of that minute. So is one that is held against a threshold: each value that it has is then one
 * event, good where it holds.
 */
import { HodoscopeError } from '../model/errors.ts'
import type { LabelMatcher, Series, SeriesSource } from '../model/series.ts'
import { millis, MILLIS_PER_MINUTE, unixMillis } from '../model/time.ts'
import type { Cancellation, Snapshot } from '../store/api.ts'
import type { EventMinutes } from './event-minutes.ts'
import { typeOf } from './promql/check.ts'
import { selectorsOf, unwrap, type Expr, type VectorSelector } from './promql/ast.ts'
import { rangeQuery } from './promql/engine.ts'
import { parsePromql } from './promql/parse.ts'

export interface MetricRatio {
  /** Of the events of `total`, those that are good, or those that are bad. */
  readonly part: string
  readonly total: string
  readonly counted: 'good' | 'bad'
  /** The metrics only grow. */
  readonly counter: boolean
}

export interface MetricThreshold {
  readonly query: string
  readonly op: '<' | '<=' | '>' | '>='
  readonly value: number
}

/** Minutes since the epoch; `to` is not included. */
interface Minutes {
  readonly from: number
  readonly to: number
}

export type MetricMinutesParams = (MetricRatio | MetricThreshold) & Minutes

/** Terms whose counts are added, or taken away. */
interface Term {
  readonly sign: 1 | -1
  readonly matchers: readonly LabelMatcher[]
}

const WINDOW = /\{\{\s*\.window\s*\}\}/g
/** The sample before the first minute may lie so far back. */
const BEFORE_MILLIS = 600_000

/** @throws HodoscopeError `query_malformed`, `query_not_executable` where it does not count anything */
export const checkCounted = (query: string, counter: boolean): void => void countedBy(query, counter)

/** @throws HodoscopeError `query_malformed`, `query_not_executable` where it has no numbers at an instant */
export function checkThreshold(query: string): void {
  if (!['vector', 'scalar'].includes(typeOf(parsePromql(query))))
    throw new HodoscopeError('query_not_executable', 'expected an expression that has numbers at an instant')
}

export function metricMinutes(
  snapshot: Snapshot,
  params: MetricMinutesParams,
  cancel: Cancellation,
): EventMinutes {
  const source = snapshot.metrics(cancel)
  return 'op' in params ? judged(source, params, cancel) : divided(source, params, cancel)
}

function divided(
  source: SeriesSource,
  { part, total, counted, counter, from, to }: MetricRatio & Minutes,
  cancel: Cancellation,
): EventMinutes {
  const count = (query: string) => countsOf(source, countedBy(query, counter), from, to, cancel)
  const [all, some] = [count(total), count(part)]
  const rest = all.map((events, i) => Math.max(0, events - some[i]!))
  return counted === 'good' ? { good: some, bad: rest } : { good: rest, bad: some }
}

const HOLDS: Readonly<Record<MetricThreshold['op'], (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
}

function judged(
  source: SeriesSource,
  { query, op, value: bound, from, to }: MetricThreshold & Minutes,
  cancel: Cancellation,
): EventMinutes {
  const [good, bad] = [0, 0].map(zero => new Array<number>(to - from).fill(zero)) as [number[], number[]]
  eachValue(source, query, { from, to }, cancel, (minute, value) => {
    const counts = HOLDS[op](value, bound) ? good : bad
    counts[minute]!++
  })
  return { good, bad }
}

/** The series that a query of an indicator reads. */
export const seriesCounted = (query: string): readonly (readonly LabelMatcher[])[] =>
  selectorsOf(parsePromql(query.replaceAll(WINDOW, '1m'))).map(({ matchers }) => matchers)

/** @returns terms of counters, or an expression that gives each minute's count */
function countedBy(query: string, counter: boolean): readonly Term[] | string {
  const text = query.replaceAll(WINDOW, '1m')
  const expr = parsePromql(text)
  const terms = termsOf(expr, counter)
  if (terms !== undefined) return terms
  if (!counter && text === query) return text
  throw new HodoscopeError(
    'query_not_executable',
    'expected counters: a selector, rate or increase of one, the sum of that, or such joined by + and -',
  )
}

/** @param counter whether a selector alone is one */
function termsOf(expr: Expr, counter: boolean): readonly Term[] | undefined {
  const inner = unwrap(expr)
  if (inner.kind === 'selector') return counter ? termOf(inner) : undefined
  if (inner.kind === 'aggregation') return inner.op === 'sum' ? termsOf(inner.expr, counter) : undefined
  if (inner.kind === 'call') {
    const [range] = inner.args
    const isIncrease = ['rate', 'increase'].includes(inner.func) && range?.kind === 'matrix'
    return isIncrease ? termOf(range.selector) : undefined
  }
  if (inner.kind !== 'binary' || (inner.op !== '+' && inner.op !== '-')) return undefined
  const [left, right] = [termsOf(inner.left, counter), termsOf(inner.right, counter)]
  if (left === undefined || right === undefined) return undefined
  return [
    ...left,
    ...right.map(({ sign, matchers }) => ({ sign: inner.op === '+' ? sign : (-sign as 1 | -1), matchers })),
  ]
}

const termOf = ({ matchers, offset, at }: VectorSelector): readonly Term[] | undefined =>
  offset === 0 && at === undefined ? [{ sign: 1, matchers }] : undefined

function countsOf(
  source: SeriesSource,
  counted: readonly Term[] | string,
  from: number,
  to: number,
  cancel: Cancellation,
): number[] {
  const counts = new Array<number>(to - from).fill(0)
  if (typeof counted === 'string')
    eachValue(source, counted, { from, to }, cancel, (minute, value) => {
      if (Number.isFinite(value)) counts[minute]! += value
    })
  else
    for (const { sign, matchers } of counted) {
      const range = {
        from: unixMillis(from * MILLIS_PER_MINUTE - BEFORE_MILLIS),
        to: unixMillis(to * MILLIS_PER_MINUTE - 1),
      }
      for (const series of source.select({ matchers, ...range })) addIncreases(counts, series, sign, from)
    }
  return counts
}

function addIncreases(counts: number[], { times, values, stale }: Series, sign: 1 | -1, from: number): void {
  let before: number | undefined
  for (let i = 0; i < times.length; i++) {
    const value = values[i]!
    if (stale?.[i] === 1 || Number.isNaN(value)) continue
    const minute = Math.floor(times[i]! / MILLIS_PER_MINUTE) - from
    if (before !== undefined && minute >= 0)
      counts[minute]! += sign * (value >= before ? value - before : value)
    before = value
  }
}

/** The step of a minute lies at its last millisecond. What is not a number is no value. */
function eachValue(
  source: SeriesSource,
  query: string,
  { from, to }: Minutes,
  cancel: Cancellation,
  take: (minute: number, value: number) => void,
): void {
  const start = unixMillis((from + 1) * MILLIS_PER_MINUTE - 1)
  const step = millis(MILLIS_PER_MINUTE)
  const end = unixMillis(start + (to - from - 1) * step)
  const { result } = rangeQuery(source, query, { start, end, step }, { check: () => cancel.check() })
  for (const { times, values } of result.kind === 'matrix' ? result.series : [])
    for (let i = 0; i < times.length; i++)
      if (!Number.isNaN(values[i])) take(Math.round((times[i]! - start) / step), values[i]!)
}
