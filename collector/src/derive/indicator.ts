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
import { parseSearch } from '../query/search/parse.ts'
import type { Comparison, MetricSource, Objective, Problem } from '../slo/objective.ts'

export interface CountedIndicator {
  readonly signal: Signal
  readonly event: Filter
  readonly good: Filter
}

const OPERATORS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const satisfies Record<Comparison, string>

/** @returns undefined for an objective over metrics; a problem where a search is malformed */
export function indicatorOf({ indicator, sloName }: Objective): CountedIndicator | Problem | undefined {
  const source = indicator.kind === 'ratio' ? indicator.total : indicator.source
  if (source.type !== 'Hodoscope') return undefined
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

function parsed(source: MetricSource, signal: Signal, sloName: string): Filter | Problem {
  try {
    const filter = parseSearch(source.query, signal)
    for (const leaf of leaves(filter)) if (leaf.op === 'regex') compileRegex(leaf.pattern)
    return filter
  } catch (error) {
    if (!(error instanceof HodoscopeError)) throw error
    const at = error.position === undefined ? '' : ` (at ${error.position})`
    return { object: `SLO/${sloName}`, field: source.field, message: `${error.message}${at}` }
  }
}
