/**
 * Prometheus's rule files, loaded as they are. A key that does not exist is a fault, as there.
 * `count` beside `alert` in the place of `expr` is ours:
 *
 *   count: { signal: logs, query: 'service:pay severity>=error', within: 5m, above: 10 }
 *
 * Source: prometheus.io/docs/prometheus/latest/configuration/recording_rules, alerting_rules.
 */
import { parseDocument } from 'yaml'
import { compileRegex } from '../../filter/pattern.ts'
import { leaves } from '../../filter/walk.ts'
import { millis } from '../../model/time.ts'
import { METRIC_NAME } from '../promql/labels.ts'
import { parsePromql } from '../promql/parse.ts'
import { parseSearch } from '../search/parse.ts'
import { Place } from './place.ts'
import type { Rule, RuleFile, RuleGroup, RuleProblem, TextMap } from './rule.ts'
import { templateFault } from './template/expand.ts'

export function parseRuleFile(text: string): RuleFile {
  // Every scalar is its text, as Prometheus takes it: 010 and 1.0 stay so.
  const document = parseDocument(text, { schema: 'failsafe', merge: true })
  const fault = document.errors[0]
  if (fault !== undefined) return { groups: [], problems: [{ field: '', message: fault.message }] }
  const problems: RuleProblem[] = []
  const root = new Place(document.toJS() ?? {}, '', problems)
  root.only(['groups'])
  const groups = root.at('groups').items().map(readGroup)
  groups.forEach(({ name }, i) => {
    if (groups.findIndex(group => group.name === name) !== i)
      root.at('groups').fault(`the group ${JSON.stringify(name)} stands twice`)
  })
  return { groups: problems.length > 0 ? [] : groups, problems }
}

const GROUP_KEYS = ['name', 'interval', 'limit', 'query_offset', 'labels', 'rules']

function readGroup(group: Place): RuleGroup {
  group.only(GROUP_KEYS)
  const name = group.at('name').text()
  if (name === '') group.at('name').fault('expected a name')
  const common = readLabels(group.at('labels'), false)
  return {
    name,
    interval: group.at('interval').duration(),
    limit: group.at('limit').number() ?? 0,
    offset: group.at('query_offset').duration() ?? millis(0),
    rules: group
      .at('rules')
      .items()
      .flatMap(rule => readRule(rule, common)),
  }
}

const RULE_KEYS = ['record', 'alert', 'expr', 'count', 'for', 'keep_firing_for', 'labels', 'annotations']

function readRule(rule: Place, common: TextMap): Rule[] {
  rule.only(RULE_KEYS)
  const [isRecord, isAlert] = [!rule.at('record').isAbsent, !rule.at('alert').isAbsent]
  if (isRecord === isAlert) {
    rule.fault(
      isRecord ? "only one of 'record' and 'alert' must be set" : "one of 'record' or 'alert' must be set",
    )
    return []
  }
  return isRecord ? readRecording(rule, common) : readAlerting(rule, common)
}

function readRecording(rule: Place, common: TextMap): Rule[] {
  for (const key of ['for', 'keep_firing_for', 'annotations', 'count'])
    if (!rule.at(key).isAbsent) rule.at(key).fault('a recording rule has none')
  const name = rule.at('record').text()
  if (name === '' || /[{}]/.test(name))
    rule.at('record').fault(`${JSON.stringify(name)} is no name of a metric`)
  const labels = { ...common, ...readLabels(rule.at('labels'), false) }
  return [{ kind: 'recording', name, expr: readExpr(rule.at('expr')), labels }]
}

function readAlerting(rule: Place, common: TextMap): Rule[] {
  const alert = {
    name: rule.at('alert').text(),
    forMillis: rule.at('for').duration() ?? millis(0),
    keepFiringMillis: rule.at('keep_firing_for').duration() ?? millis(0),
    labels: { ...common, ...readLabels(rule.at('labels'), true) },
    annotations: readTexts(rule.at('annotations'), true),
  }
  if (rule.at('count').isAbsent) return [{ kind: 'alerting', ...alert, expr: readExpr(rule.at('expr')) }]
  if (!rule.at('expr').isAbsent) rule.at('count').fault("only one of 'expr' and 'count' must be set")
  return [{ kind: 'count', ...alert, ...readCount(rule.at('count')) }]
}

function readExpr(place: Place): string {
  const expr = place.text()
  if (expr === '') place.fault('expected an expression')
  else place.attempt(() => parsePromql(expr))
  return expr
}

function readCount(place: Place) {
  place.only(['signal', 'query', 'within', 'above'])
  const name = place.at('signal').text()
  if (name !== 'logs' && name !== 'spans') place.at('signal').fault('expected logs or spans')
  const signal = name === 'logs' ? ('logs' as const) : ('traces' as const)
  const query = place.at('query').text()
  place.at('query').attempt(() => {
    for (const leaf of leaves(parseSearch(query, signal))) if (leaf.op === 'regex') compileRegex(leaf.pattern)
  })
  const within = place.at('within').duration() ?? millis(300_000)
  if (within < 1_000) place.at('within').fault('expected at least 1s')
  const above = place.at('above').number()
  if (above === undefined) place.at('above').fault('expected a number')
  return { signal, query, within, above: above ?? 0 }
}

function readLabels(place: Place, areTemplates: boolean): TextMap {
  const labels = readTexts(place, areTemplates)
  if (Object.hasOwn(labels, METRIC_NAME)) place.fault(`${METRIC_NAME} is no label that a rule may set`)
  return labels
}

function readTexts(place: Place, areTemplates: boolean): TextMap {
  return Object.fromEntries(
    place.entries().map(([name, value]) => {
      const text = value.text()
      const fault = areTemplates ? templateFault(text) : undefined
      if (fault !== undefined) value.fault(fault)
      return [name, text]
    }),
  )
}
