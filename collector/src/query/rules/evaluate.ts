/**
 * One rule at one moment, as Prometheus evaluates it: a recording rule gives samples, an alerting
 * rule what each of its alerts is called and says.
 */
import { HodoscopeError } from '../../model/errors.ts'
import type { Label, Labels, SeriesSource } from '../../model/series.ts'
import type { UnixMillis } from '../../model/time.ts'
import { instantQuery, type QueryOptions, type Result } from '../promql/engine.ts'
import { keyOf, METRIC_NAME, NO_LABELS, sortLabels, withoutName } from '../promql/labels.ts'
import type { AlertingRule, CountRule, RecordingRule, TextMap } from './rule.ts'
import { expand, type AlertData } from './template/expand.ts'

export interface RuleSample {
  readonly labels: Labels
  readonly value: number
}

export interface RuleAlert {
  readonly labels: TextMap
  readonly annotations: TextMap
  readonly value: number
}

export interface RuleMoment {
  readonly source: SeriesSource
  readonly at: UnixMillis
  readonly externalUrl: string
  /** 0 for any number. */
  readonly limit: number
  readonly options?: QueryOptions
}

/** @throws HodoscopeError as the engine does, and where two samples would be one series */
export function recordedSamples(rule: RecordingRule, moment: RuleMoment): readonly RuleSample[] {
  const samples = vectorOf(rule.expr, moment).map(({ labels, value }) => ({
    labels: labelled(labels, { ...rule.labels, [METRIC_NAME]: rule.name }),
    value,
  }))
  expectDistinct(samples.map(({ labels }) => keyOf(labels)))
  expectWithin(moment.limit, samples.length, 'series')
  return samples
}

/** @throws HodoscopeError as the engine does, and where two alerts would be one */
export function foundAlerts(rule: AlertingRule, moment: RuleMoment): readonly RuleAlert[] {
  const alerts = vectorOf(rule.expr, moment).map(({ labels, value }) => alertOf(rule, labels, value, moment))
  expectDistinct(alerts.map(({ labels }) => keyOf(sortLabels(Object.entries(labels)))))
  expectWithin(moment.limit, alerts.length, 'alerts')
  return alerts
}

/** @param count of what the rule's search found within its window */
export const countedAlerts = (rule: CountRule, count: number, moment: RuleMoment): readonly RuleAlert[] =>
  count > rule.above ? [alertOf(rule, NO_LABELS, count, moment)] : []

function alertOf(
  rule: AlertingRule | CountRule,
  labels: Labels,
  value: number,
  moment: RuleMoment,
): RuleAlert {
  const data = dataFor(labels, value, moment)
  const own = mapText(rule.labels, text => expand(text, data))
  return {
    labels: Object.fromEntries(labelled(withoutName(labels), { ...own, alertname: rule.name })),
    annotations: mapText(rule.annotations, text => expand(text, data)),
    value,
  }
}

function dataFor(labels: Labels, value: number, { source, at, externalUrl, options }: RuleMoment): AlertData {
  return {
    // The name is no label of the alert, but its templates may tell it.
    labels: new Map(labels),
    value,
    externalUrl,
    query: text =>
      samplesOf(instantQuery(source, text, at, options).result).map(sample => ({
        labels: new Map(sample.labels),
        value: sample.value,
      })),
  }
}

const vectorOf = (expr: string, { source, at, options }: RuleMoment): readonly RuleSample[] =>
  samplesOf(instantQuery(source, expr, at, options).result)

function samplesOf(result: Result): readonly RuleSample[] {
  if (result.kind === 'vector') return result.samples
  if (result.kind === 'scalar') return [{ labels: [], value: result.value }]
  throw new HodoscopeError('query_not_executable', 'a rule takes an instant vector or a scalar')
}

/** A label without a value is none. */
function labelled(labels: Labels, more: TextMap): Labels {
  const kept = labels.filter(([name]) => !Object.hasOwn(more, name))
  return sortLabels([...kept, ...(Object.entries(more) as Label[])].filter(([, value]) => value !== ''))
}

const mapText = (texts: TextMap, make: (text: string) => string): TextMap =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, make(text)]))

function expectDistinct(keys: readonly string[]): void {
  if (new Set(keys).size < keys.length)
    throw new HodoscopeError(
      'query_not_executable',
      'vector contains metrics with the same labelset after applying rule labels',
    )
}

function expectWithin(limit: number, count: number, what: string): void {
  if (limit > 0 && count > limit)
    throw new HodoscopeError('query_not_executable', `exceeded limit of ${limit} with ${count} ${what}`)
}
