/**
 * One rule at one moment as a job of a query thread, so that no expression, however dear, delays the
 * thread that sends pages. Values travel as text: JSON knows neither NaN nor infinity.
 */
import { nanoOfMillis, unixMillis, type UnixMillis } from '../../model/time.ts'
import type { Cancellation, Snapshot } from '../../store/api.ts'
import { formatValue } from '../promql/number.ts'
import { selectorsOf } from '../promql/ast.ts'
import { DEFAULT_OPTIONS } from '../promql/engine.ts'
import { METRIC_NAME } from '../promql/labels.ts'
import { parsePromql } from '../promql/parse.ts'
import { parseSearch } from '../search/parse.ts'
import { countedAlerts, foundAlerts, recordedSamples, type RuleMoment } from './evaluate.ts'
import type { CountRule, Rule, TextMap } from './rule.ts'

export interface RuleQuestion {
  readonly rule: Rule
  readonly at: UnixMillis
  readonly limit: number
  readonly externalUrl: string
}

export interface RuleAnswer {
  /** Of a recording rule. */
  readonly samples: readonly {
    readonly labels: readonly (readonly [string, string])[]
    readonly value: string
  }[]
  /** Of an alerting rule: those that burn. */
  readonly alerts: readonly {
    readonly labels: TextMap
    readonly annotations: TextMap
    readonly value: string
  }[]
  /**
   * None burns, and no metric that the expression names has a sample, under whatever labels: that an
   * alert is not found says nothing then.
   */
  readonly lacksData: boolean
}

/** @throws HodoscopeError as the engine does */
export function ruleAnswer(snapshot: Snapshot, question: RuleQuestion, cancel: Cancellation): RuleAnswer {
  const { rule, at, limit, externalUrl } = question
  const source = snapshot.metrics(cancel)
  const moment: RuleMoment = { source, at, limit, externalUrl, options: { check: () => cancel.check() } }
  if (rule.kind === 'recording') {
    const samples = recordedSamples(rule, moment).map(({ labels, value }) => ({
      labels,
      value: formatValue(value),
    }))
    return { samples, alerts: [], lacksData: false }
  }
  const alerts =
    rule.kind === 'count'
      ? countedAlerts(rule, countOf(snapshot, rule, at, cancel), moment)
      : foundAlerts(rule, moment)
  return {
    samples: [],
    alerts: alerts.map(alert => ({ ...alert, value: formatValue(alert.value) })),
    lacksData: rule.kind === 'alerting' && alerts.length === 0 && lacksData(rule.expr, at, source),
  }
}

function countOf(snapshot: Snapshot, rule: CountRule, at: UnixMillis, cancel: Cancellation): number {
  const { signal, query, within } = rule
  const range = { from: nanoOfMillis(unixMillis(Math.max(0, at - within))), to: nanoOfMillis(at) }
  const filter = parseSearch(query, signal)
  const { counts } = snapshot.histogram({ signal, filter, range, buckets: 1 }, cancel)
  return Object.values(counts).reduce((sum, row) => sum + row[0]!, 0)
}

/** Looks as far back as an instant vector does, shifted as the selector is. */
function lacksData(expr: string, at: UnixMillis, source: ReturnType<Snapshot['metrics']>): boolean {
  const named = selectorsOf(parsePromql(expr)).flatMap(({ matchers, offset, at: fixed }) => {
    const name = matchers.find(matcher => matcher.name === METRIC_NAME && matcher.op === '=')
    return name === undefined ? [] : [{ name, to: (typeof fixed === 'number' ? fixed : at) - offset }]
  })
  const isThere = ({ name, to }: (typeof named)[number]): boolean => {
    const from = unixMillis(to - DEFAULT_OPTIONS.lookback)
    return source.labels({ matchers: [name], from, to: unixMillis(to) }).length > 0
  }
  return named.length > 0 && !named.some(isThere)
}
