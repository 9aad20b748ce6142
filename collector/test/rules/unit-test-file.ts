/**
 * Files of unit tests for rules, as `promtool test rules` reads them, and how ours judges them.
 * Source: prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules.
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { step, type AlertState } from '../../src/alert/machine.ts'
import { HodoscopeError } from '../../src/model/errors.ts'
import type { Labels, LabelMatcher } from '../../src/model/series.ts'
import { unixMillis, type UnixMillis } from '../../src/model/time.ts'
import { selectorsOf } from '../../src/query/promql/ast.ts'
import { instantQuery } from '../../src/query/promql/engine.ts'
import { keyOf, printLabels, sortLabels } from '../../src/query/promql/labels.ts'
import { parsePromql } from '../../src/query/promql/parse.ts'
import { alertSample } from '../../src/query/rules/alert-series.ts'
import { foundAlerts, recordedSamples, type RuleMoment } from '../../src/query/rules/evaluate.ts'
import { parseRuleFile } from '../../src/query/rules/rule-file.ts'
import type { AlertingRule, Rule, RuleGroup, TextMap } from '../../src/query/rules/rule.ts'
import { parseLabels, parseSeries, parseTime } from '../promql/notation.ts'
import { seriesOf, testOf } from '../promql/memory-series.ts'
import { GrowingSeries } from './growing-series.ts'

interface ExprTest {
  readonly expr: string
  readonly eval_time: string | number
  readonly exp_samples?: readonly { labels?: string; value?: number; histogram?: string }[]
}

interface AlertTest {
  readonly eval_time: string | number
  readonly alertname: string
  readonly exp_alerts?: readonly { exp_labels?: TextMap; exp_annotations?: TextMap }[]
}

interface TestGroup {
  readonly name?: string
  readonly interval?: string
  readonly start_timestamp?: string | number
  readonly external_url?: string
  readonly input_series?: readonly { series: string; values: string | number }[]
  readonly alert_rule_test?: readonly AlertTest[]
  readonly promql_expr_test?: readonly ExprTest[]
}

interface TestFile {
  readonly rule_files?: readonly string[]
  readonly evaluation_interval?: string
  readonly fuzzy_compare?: boolean
  readonly tests?: readonly TestGroup[]
}

export interface Outcome {
  readonly failures: readonly string[]
  /** Cases that are not judged: the rule is in `isNative`. */
  readonly excluded: readonly string[]
}

export function judgeFile(path: string): Outcome {
  const file = parse(readFileSync(path, 'utf8')) as TestFile
  const loaded = (file.rule_files ?? []).map(name =>
    parseRuleFile(readFileSync(join(dirname(path), name), 'utf8')),
  )
  const problems = loaded.flatMap(({ problems }) =>
    problems.map(({ field, message }) => `${field}: ${message}`),
  )
  if (problems.length > 0) return { failures: problems, excluded: [] }
  const groups = loaded.flatMap(each => each.groups)
  const runs = (file.tests ?? []).map(test => new Run(file, groups, test).judge())
  return {
    failures: runs.flatMap(({ failures }) => failures),
    excluded: runs.flatMap(({ excluded }) => excluded),
  }
}

interface Active {
  readonly state: AlertState
  readonly labels: TextMap
  readonly annotations: TextMap
}

class Run {
  readonly failures: string[] = []
  readonly excluded: string[] = []
  readonly #file: TestFile
  readonly #groups: readonly RuleGroup[]
  readonly #test: TestGroup
  readonly #source: GrowingSeries
  readonly #native: readonly Labels[]
  readonly #interval: number
  readonly #start: number
  readonly #active = new Map<Rule, Map<string, Active>>()
  readonly #written = new Map<Rule, Map<string, Labels>>()

  constructor(file: TestFile, groups: readonly RuleGroup[], test: TestGroup) {
    this.#file = file
    this.#groups = groups
    this.#test = test
    this.#interval = parseTime(file.evaluation_interval ?? '1m')
    this.#start = startOf(test.start_timestamp)
    const step = test.interval === undefined ? this.#interval : parseTime(test.interval)
    const written = (test.input_series ?? []).map(({ series, values }) => ({
      ...parseSeries(`x{} ${values}`),
      ...parseLabels(series),
    }))
    this.#native = written.filter(({ native }) => native).map(({ labels }) => labels)
    this.#source = new GrowingSeries(
      written.map(({ labels, samples }) => {
        const series = seriesOf(labels, step, samples)
        return { ...series, times: series.times.map(at => at + this.#start) }
      }),
    )
  }

  judge(): this {
    const { alert_rule_test: alerts = [], promql_expr_test: queries = [] } = this.#test
    const times = [...alerts, ...queries].map(({ eval_time: at }) => parseTime(String(at)))
    for (let at = 0; at <= Math.max(0, ...times); at += this.#interval) {
      this.#evaluate(unixMillis(this.#start + at))
      for (const test of alerts) {
        const when = parseTime(String(test.eval_time))
        if (when >= at && when < at + this.#interval) this.#judgeAlerts(test)
      }
    }
    for (const query of queries) this.#judgeQuery(query)
    return this
  }

  #evaluate(at: UnixMillis): void {
    for (const { rules, limit } of this.#groups)
      for (const rule of rules) {
        try {
          this.#evaluateRule(rule, {
            source: this.#source,
            at,
            limit,
            externalUrl: this.#test.external_url ?? '',
          })
        } catch (error) {
          if (!(error instanceof HodoscopeError)) throw error
          this.failures.push(`rule: ${rule.name}, time: ${at - this.#start}: ${error.message}`)
        }
      }
  }

  #evaluateRule(rule: Rule, moment: RuleMoment): void {
    if (rule.kind === 'count') return
    const samples =
      rule.kind === 'recording' ? recordedSamples(rule, moment) : this.#alertSamples(rule, moment)
    const now = new Map(samples.map(({ labels }) => [keyOf(labels), labels]))
    for (const { labels, value } of samples) this.#source.write(labels, moment.at, value)
    for (const [key, labels] of this.#written.get(rule) ?? [])
      if (!now.has(key)) this.#source.write(labels, moment.at, undefined)
    this.#written.set(rule, now)
  }

  #alertSamples(rule: AlertingRule, moment: RuleMoment) {
    const before = this.#active.get(rule) ?? new Map<string, Active>()
    const after = new Map<string, Active>()
    const found = new Map(
      foundAlerts(rule, moment).map(alert => [keyOf(sortLabels(Object.entries(alert.labels))), alert]),
    )
    for (const key of new Set([...before.keys(), ...found.keys()])) {
      const [known, alert] = [before.get(key), found.get(key)]
      const state = step(known?.state, alert === undefined ? 'calm' : 'burning', rule, moment.at)
      if (state !== undefined)
        after.set(key, {
          labels: (alert ?? known)!.labels,
          annotations: (alert ?? known)!.annotations,
          state,
        })
    }
    this.#active.set(rule, after)
    return [...after.values()].map(({ labels, state }) => alertSample(labels, state.state))
  }

  #judgeAlerts({ alertname, eval_time: at, exp_alerts: expected = [] }: AlertTest): void {
    const found = [...this.#active].flatMap(([rule, alerts]) =>
      rule.name === alertname ? [...alerts.values()].filter(({ state }) => state.state === 'firing') : [],
    )
    const texts = (labels: TextMap = {}, annotations: TextMap = {}) =>
      JSON.stringify([sorted({ ...labels, alertname }), sorted(annotations)])
    const wanted = expected.map(alert => texts(alert?.exp_labels, alert?.exp_annotations)).toSorted()
    const got = found.map(({ labels, annotations }) => texts(labels, annotations)).toSorted()
    if (wanted.join('\n') !== got.join('\n'))
      this.failures.push(`alertname: ${alertname}, time: ${at}: exp ${wanted.join()}, got ${got.join()}`)
  }

  #judgeQuery(query: ExprTest): void {
    const { expr, eval_time: at, exp_samples: expected = [] } = query
    if (this.#isNative(query)) {
      this.excluded.push(`${expr} at ${at}`)
      return
    }
    try {
      const { result } = instantQuery(this.#source, expr, unixMillis(this.#start + parseTime(String(at))))
      const samples =
        result.kind === 'vector'
          ? result.samples
          : [{ labels: [], value: (result as { value: number }).value }]
      const wanted = expected.map(({ labels = '', value = 0 }) => ({
        labels: parseLabels(labels).labels,
        value,
      }))
      const fault = differences(samples, wanted, this.#file.fuzzy_compare === true)
      if (fault !== undefined) this.failures.push(`expr: ${expr}, time: ${at}: ${fault}`)
    } catch (error) {
      if (!(error instanceof HodoscopeError)) throw error
      this.failures.push(`expr: ${expr}, time: ${at}: ${error.message}`)
    }
  }

  /** The rule: a case that expects a native histogram, or selects a series that was loaded as one. */
  #isNative({ expr, exp_samples: expected = [] }: ExprTest): boolean {
    if (expected.some(({ histogram }) => histogram !== undefined)) return true
    const chooses = (matchers: readonly LabelMatcher[]): boolean => {
      const tests = matchers.map(testOf)
      return this.#native.some(labels => tests.every(test => test(labels)))
    }
    return selectorsOf(parsePromql(expr)).some(({ matchers }) => chooses(matchers))
  }
}

type Sample = { readonly labels: Labels; readonly value: number }

/** @param fuzzy takes neighbouring numbers for the same */
function differences(got: readonly Sample[], wanted: readonly Sample[], fuzzy: boolean): string | undefined {
  const isSame = (a: number, b: number): boolean =>
    Object.is(a, b) || a === b || (fuzzy && Math.abs(a - b) <= 2 ** (Math.floor(Math.log2(Math.abs(b))) - 52))
  const isSound =
    got.length === wanted.length &&
    wanted.every(({ labels, value }) =>
      got.some(sample => keyOf(sample.labels) === keyOf(labels) && isSame(sample.value, value)),
    )
  const text = (samples: readonly Sample[]) =>
    samples.map(({ labels, value }) => `${printLabels(labels)} ${value}`).join('; ')
  return isSound ? undefined : `exp ${text(wanted)}, got ${text(got)}`
}

function startOf(text: string | number | undefined): number {
  if (text === undefined) return 0
  return typeof text === 'number' ? text * 1_000 : Date.parse(text)
}

const sorted = (texts: TextMap) =>
  Object.entries(texts)
    .map(([name, value]) => [name, value] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
