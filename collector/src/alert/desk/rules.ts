/**
 * Rules and their alerts in the form in which Prometheus tells of them.
 *
 * Source: prometheus.io/docs/prometheus/latest/querying/api, "Rules" and "Alerts".
 */
import { z } from 'zod'
import { success } from '../../query/metrics/answers.ts'
import { HodoscopeError } from '../../model/errors.ts'
import { parsePromql } from '../../query/promql/parse.ts'
import type { LabelMatcher } from '../../model/series.ts'
import { matchesAll } from '../labels.ts'
import { activeSince } from '../machine.ts'
import { intervalOf } from '../rules/groups.ts'
import type { LoadedGroup, LoadedRule } from '../rules/rule-set.ts'
import type { Known } from '../transitions.ts'
import { isOfRuleFile } from '../rules/rule-set.ts'
import type { DeskParts, Methods } from './desk.ts'
import { read } from './read.ts'

/** An empty list lets everything through. */
const chosen = z.strictObject({
  type: z.enum(['', 'alert', 'record']),
  names: z.array(z.string()),
  groups: z.array(z.string()),
  files: z.array(z.string()),
  matches: z.array(z.string()),
  alerts: z.boolean(),
  limit: z.number(),
  after: z.string(),
})
type Chosen = z.output<typeof chosen>

/** Go's time before all others: it was never evaluated. */
const NEVER = '0001-01-01T00:00:00Z'

export function ruleMethods({ engine, groups, ruleFaults, reloadRules }: DeskParts): Methods {
  const alertsOf = (rule: string) => engine.active.filter(alert => alert.rule === rule).map(told)
  const told = (alert: Known) => {
    const { annotations = {}, value = 'NaN' } = groups.lastSeen(alert) ?? {}
    const { state, labels } = alert
    return {
      labels,
      annotations,
      state: state.state,
      activeAt: new Date(activeSince(state)).toISOString(),
      ...(state.state === 'firing' && state.calmSince !== undefined
        ? { keepFiringSince: new Date(state.calmSince).toISOString() }
        : {}),
      value,
    }
  }
  const ruleJson = ({ id, rule }: LoadedRule, withAlerts: boolean) => {
    const evaluation = groups.evaluationOf(id)
    const common = {
      name: rule.name,
      query: rule.kind === 'count' ? rule.query : rule.expr,
      labels: rule.labels,
      health: evaluation === undefined ? 'unknown' : evaluation.fault === undefined ? 'ok' : 'err',
      ...(evaluation?.fault === undefined ? {} : { lastError: evaluation.fault }),
      evaluationTime: (evaluation?.took ?? 0) / 1_000,
      lastEvaluation: evaluation === undefined ? NEVER : new Date(evaluation.at).toISOString(),
    }
    if (rule.kind === 'recording') return { ...common, type: 'recording' }
    const alerts = alertsOf(id)
    const states = alerts.map(({ state }) => state)
    return {
      state: states.includes('firing') ? 'firing' : states.includes('pending') ? 'pending' : 'inactive',
      ...common,
      duration: rule.forMillis / 1_000,
      keepFiringFor: rule.keepFiringMillis / 1_000,
      annotations: rule.annotations,
      ...(withAlerts ? { alerts } : {}),
      type: 'alerting',
    }
  }
  const groupJson = (group: LoadedGroup, rules: readonly LoadedRule[], { alerts }: Chosen) => {
    const evaluations = group.rules.flatMap(({ id }) => groups.evaluationOf(id) ?? [])
    const last = evaluations.at(-1)
    return {
      name: group.name,
      file: group.file,
      rules: rules.map(rule => ruleJson(rule, alerts)),
      interval: intervalOf(group) / 1_000,
      limit: group.limit,
      evaluationTime: evaluations.reduce((sum, { took }) => sum + took, 0) / 1_000,
      lastEvaluation: last === undefined ? NEVER : new Date(last.at).toISOString(),
    }
  }
  const ruleFiles = () => {
    const faults = ruleFaults()
    const names = new Set([...groups.groups.map(({ file }) => file), ...faults.map(({ file }) => file)])
    return {
      files: [...names].toSorted().map(name => ({
        name,
        rules: groups.groups
          .filter(({ file }) => file === name)
          .reduce((sum, { rules }) => sum + rules.length, 0),
        problems: faults
          .filter(({ file }) => file === name)
          .map(({ field, message }) => ({ field, message })),
      })),
    }
  }
  return {
    promRules: params => {
      const given = read(chosen, params)
      const isChosen = ruleFilter(given)
      const all = groups.groups.flatMap(group => {
        const rules = group.rules.filter(isChosen)
        return rules.length > 0 && isGroupChosen(group, given) ? [{ group, rules }] : []
      })
      const { page, next } = pageOf(all, given)
      return success({
        groups: page.map(({ group, rules }) => groupJson(group, rules, given)),
        ...(next === undefined ? {} : { groupNextToken: next }),
      })
    },
    promAlerts: () => success({ alerts: engine.active.filter(({ rule }) => isOfRuleFile(rule)).map(told) }),
    ruleFiles,
    reloadRules: () => {
      reloadRules()
      return ruleFiles()
    },
  }
}

const isGroupChosen = ({ name, file }: LoadedGroup, { groups, files }: Chosen): boolean =>
  (groups.length === 0 || groups.includes(name)) && (files.length === 0 || files.includes(file))

function ruleFilter({ type, names, matches }: Chosen): (rule: LoadedRule) => boolean {
  const selectors = matches.map(matchersOf)
  return ({ rule }) =>
    (type === '' || (type === 'record') === (rule.kind === 'recording')) &&
    (names.length === 0 || names.includes(rule.name)) &&
    (selectors.length === 0 || selectors.some(matchers => matchesAll(matchers, rule.labels)))
}

function matchersOf(text: string): readonly LabelMatcher[] {
  const expr = parsePromql(text)
  if (expr.kind === 'selector') return expr.matchers
  throw new HodoscopeError(
    'parameter_invalid',
    `invalid parameter "match[]": ${JSON.stringify(text)} is no selector`,
  )
}

interface Page<T> {
  readonly page: readonly T[]
  readonly next: string | undefined
}

/** The token is the place of the group with which the next page begins. */
function pageOf<T>(all: readonly T[], { limit, after }: Chosen): Page<T> {
  const from = after === '' ? 0 : Number(after)
  if (!Number.isSafeInteger(from) || from < 0)
    throw new HodoscopeError('parameter_invalid', 'invalid parameter "group_next_token"')
  const to = limit === 0 ? all.length : from + limit
  return { page: all.slice(from, to), next: to < all.length ? String(to) : undefined }
}
