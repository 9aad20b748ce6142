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
import { Fields, type FieldProblem } from '../../model/fields.ts'
import { millis, type Millis } from '../../model/time.ts'
import { parseDuration } from '../promql/duration.ts'
import { METRIC_NAME } from '../promql/labels.ts'
import { parsePromql } from '../promql/parse.ts'
import { parseSearch } from '../search/parse.ts'
import type { Rule, RuleFile, RuleGroup, TextMap } from './rule.ts'
import { templateFault } from './template/expand.ts'

export function parseRuleFile(text: string): RuleFile {
  // Every scalar is its text, as Prometheus takes it: 010 and 1.0 stay so.
  const document = parseDocument(text, { schema: 'failsafe', merge: true })
  const fault = document.errors[0]
  if (fault !== undefined) return { groups: [], problems: [{ field: '', message: fault.message }] }
  const problems: FieldProblem[] = []
  const root = new Fields(document.toJS() ?? {}, problem => problems.push(problem))
  root.only(['groups'])
  const groups = root.at('groups').items().map(readGroup)
  groups.forEach(({ name }, i) => {
    if (groups.findIndex(group => group.name === name) !== i)
      root.at('groups').fault(`the group ${JSON.stringify(name)} stands twice`)
  })
  return { groups: problems.length > 0 ? [] : groups, problems }
}

const GROUP_KEYS = ['name', 'interval', 'limit', 'query_offset', 'labels', 'rules']

function readGroup(group: Fields): RuleGroup {
  group.only(GROUP_KEYS)
  const name = group.at('name').text('a name') ?? ''
  const common = readLabels(group.at('labels'), false)
  return {
    name,
    interval: readDuration(group.at('interval')),
    limit: readNumber(group.at('limit')) ?? 0,
    offset: readDuration(group.at('query_offset')) ?? millis(0),
    rules: group
      .at('rules')
      .items()
      .flatMap(rule => readRule(rule, common)),
  }
}

const RULE_KEYS = ['record', 'alert', 'expr', 'count', 'for', 'keep_firing_for', 'labels', 'annotations']

function readRule(rule: Fields, common: TextMap): Rule[] {
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

function readRecording(rule: Fields, common: TextMap): Rule[] {
  for (const key of ['for', 'keep_firing_for', 'annotations', 'count'])
    if (!rule.at(key).isAbsent) rule.at(key).fault('a recording rule has none')
  const name = rule.at('record').optionalText()
  if (name === '' || /[{}]/.test(name))
    rule.at('record').fault(`${JSON.stringify(name)} is no name of a metric`)
  const labels = { ...common, ...readLabels(rule.at('labels'), false) }
  return [{ kind: 'recording', name, expr: readExpr(rule.at('expr')), labels }]
}

function readAlerting(rule: Fields, common: TextMap): Rule[] {
  const alert = {
    name: rule.at('alert').optionalText(),
    forMillis: readDuration(rule.at('for')) ?? millis(0),
    keepFiringMillis: readDuration(rule.at('keep_firing_for')) ?? millis(0),
    labels: { ...common, ...readLabels(rule.at('labels'), true) },
    annotations: readTexts(rule.at('annotations'), true),
  }
  if (rule.at('count').isAbsent) return [{ kind: 'alerting', ...alert, expr: readExpr(rule.at('expr')) }]
  if (!rule.at('expr').isAbsent) rule.at('count').fault("only one of 'expr' and 'count' must be set")
  return [{ kind: 'count', ...alert, ...readCount(rule.at('count')) }]
}

function readExpr(field: Fields): string {
  const expr = field.text('an expression')
  if (expr !== undefined) field.attempt(() => parsePromql(expr))
  return expr ?? ''
}

function readCount(field: Fields) {
  field.only(['signal', 'query', 'within', 'above'])
  const name = field.at('signal').optionalText()
  if (name !== 'logs' && name !== 'spans') field.at('signal').fault('expected logs or spans')
  const signal = name === 'logs' ? ('logs' as const) : ('traces' as const)
  const query = field.at('query').optionalText()
  field.at('query').attempt(() => {
    for (const leaf of leaves(parseSearch(query, signal))) if (leaf.op === 'regex') compileRegex(leaf.pattern)
  })
  const within = readDuration(field.at('within')) ?? millis(300_000)
  if (within < 1_000) field.at('within').fault('expected at least 1s')
  const above = field.at('above').parsed(A_NUMBER, numberOf)
  return { signal, query, within, above: above ?? 0 }
}

const readDuration = (field: Fields): Millis | undefined =>
  field.optional('a duration such as 5m', parseDuration)

const A_NUMBER = 'a number of at least 0'
const readNumber = (field: Fields): number | undefined => field.optional(A_NUMBER, numberOf)

/** Every scalar is a text here. */
const numberOf = (text: string): number | undefined =>
  /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined

function readLabels(field: Fields, areTemplates: boolean): TextMap {
  const labels = readTexts(field, areTemplates)
  if (Object.hasOwn(labels, METRIC_NAME)) field.fault(`${METRIC_NAME} is no label that a rule may set`)
  return labels
}

function readTexts(field: Fields, areTemplates: boolean): TextMap {
  return Object.fromEntries(
    field.entries().map(([name, value]) => {
      const text = value.optionalText()
      const fault = areTemplates ? templateFault(text) : undefined
      if (fault !== undefined) value.fault(fault)
      return [name, text]
    }),
  )
}
