/**
 * What is counted for an objective: a filter that says which records are events, and one that says
 * which of these are good. The same two filters count live, from the journal, and afterwards, from
 * the store; so both count the same.
 */
import type { Filter } from '../filter/ast.ts'
import { compileRegex } from '../filter/pattern.ts'
import { leaves } from '../filter/walk.ts'
import { HodoscopeError } from '../model/errors.ts'
import type { Signal } from '../model/telemetry.ts'
import {
  checkCounted,
  checkThreshold,
  type MetricRatio,
  type MetricThreshold,
} from '../query/metric-minutes.ts'
import { parseSearch } from '../query/search/parse.ts'
import type { Comparison, Indicator, MetricSource, Objective, Problem } from '../slo/objective.ts'

export interface CountedIndicator {
  readonly signal: Signal
  readonly event: Filter
  readonly good: Filter
}

/** Counts that metrics tell of; `derive/metric-counting.ts` asks for them. */
export type MetricIndicator = { readonly signal: 'metrics' } & (MetricRatio | MetricThreshold)

export type CountedDefinition = CountedIndicator | MetricIndicator

const OPERATORS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const satisfies Record<Comparison, string>

/** @returns a problem where a search is malformed, or an expression counts nothing */
export function indicatorOf({ indicator, sloName }: Objective): CountedDefinition | Problem {
  const source = indicator.kind === 'ratio' ? indicator.total : indicator.source
  if (source.type !== 'Hodoscope') return metricIndicatorOf(indicator, sloName)
  const signal: Signal = source.signal === 'spans' ? 'traces' : 'logs'
  const event = parsed(source, signal, sloName)
  if ('object' in event) return event
  if (indicator.kind === 'threshold') {
    const text = `${indicator.value}ms`
    const value = { text, number: indicator.value * 1e6 }
    const field = { in: 'intrinsic', name: 'duration' } as const
    return { signal, event, good: { op: OPERATORS[indicator.op], field, value } }
  }
  const part = parsed(indicator.part, signal, sloName)
  if ('object' in part) return part
  return { signal, event, good: indicator.counted === 'good' ? part : { op: 'not', of: part } }
}

function metricIndicatorOf(indicator: Indicator, sloName: string): MetricIndicator | Problem {
  const faultOf = ({ query, field }: MetricSource, check: (query: string) => void): Problem | undefined => {
    try {
      check(query)
      return undefined
    } catch (error) {
      return problemOf(error, field, sloName)
    }
  }
  if (indicator.kind === 'threshold') {
    const { source, op, value } = indicator
    const fault = faultOf(source, checkThreshold)
    return fault ?? { signal: 'metrics', query: source.query, op: OPERATORS[op], value }
  }
  const { part, total, counted, counter } = indicator
  const check = (query: string): void => checkCounted(query, counter)
  const fault = faultOf(part, check) ?? faultOf(total, check)
  return fault ?? { signal: 'metrics', part: part.query, total: total.query, counted, counter }
}

function problemOf(error: unknown, field: string, sloName: string): Problem {
  if (!(error instanceof HodoscopeError)) throw error
  const at = error.position === undefined ? '' : ` (at ${error.position})`
  return { object: `SLO/${sloName}`, field, message: `${error.message}${at}` }
}

function parsed(source: MetricSource, signal: Signal, sloName: string): Filter | Problem {
  try {
    const filter = parseSearch(source.query, signal)
    for (const leaf of leaves(filter)) if (leaf.op === 'regex') compileRegex(leaf.pattern)
    return filter
  } catch (error) {
    return problemOf(error, source.field, sloName)
  }
}
