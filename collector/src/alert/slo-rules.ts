/** The alert rules of an objective: one for each pair of windows, and one that tells of missing data. */
import { millis, type UnixMillis } from '../model/time.ts'
import { burnRate, COVERAGE_FLOOR, judge, totalOf, type Observation } from '../slo/burn.ts'
import { minutesText } from '../slo/duration.ts'
import type { Objective } from '../slo/objective.ts'
import { rowName, type AlertRow } from '../slo/rows.ts'
import { lastMinutes } from '../slo/window.ts'
import type { LiveCounts } from './counts.ts'
import type { Labels } from './labels.ts'
import type { Rule } from './rule.ts'

/** Burn rates are held against both windows: nothing more is waited for. */
export const AT_ONCE = { forMillis: millis(0), keepFiringMillis: millis(0) }
const NO_DATA_AFTER = { forMillis: millis(600_000), keepFiringMillis: millis(0) }
const NO_DATA_MINUTES = 60

export const rulesOf = (objective: Objective, counts: LiveCounts): readonly Rule[] => [
  ...objective.alerting.rows.map(row => burnRule(objective, row, counts)),
  noDataRule(objective, counts),
]

const linkOf = (objective: Objective): string => `/slos/${encodeURIComponent(objective.name)}`

function labelsOf(objective: Objective, own: Labels): Labels {
  const { alerting, name, service } = objective
  return { ...alerting.labels, ...(service === '' ? {} : { service }), slo: name, ...own }
}

function burnRule(objective: Objective, row: AlertRow, counts: LiveCounts): Rule {
  const labels = labelsOf(objective, {
    alertname: 'SLOBurnRate',
    severity: row.severity,
    window: rowName(row),
  })
  return {
    id: `slo/${objective.name}/${rowName(row)}`,
    timing: AT_ONCE,
    link: linkOf(objective),
    evaluate: now => {
      const [long, short] = [row.longMinutes, row.shortMinutes].map(minutes =>
        counts.observation(objective.name, lastMinutes(now, minutes), now),
      ) as [Observation, Observation]
      const verdict = judge(row, objective.target, objective.alerting.minBadEvents, long, short)
      return [
        {
          labels,
          verdict,
          annotations: verdict === 'calm' || verdict === 'burning' ? told(objective, row, long, short) : {},
        },
      ]
    },
  }
}

function told(objective: Objective, row: AlertRow, long: Observation, short: Observation): Labels {
  const burn = (seen: Observation): string => figure(burnRate(seen.tally, objective.target))
  const [longText, shortText] = [minutesText(row.longMinutes), minutesText(row.shortMinutes)]
  return {
    summary: `${objective.displayName}: the error budget burns ${burn(long)} times too fast`,
    description:
      `${long.tally.bad} of ${totalOf(long.tally)} events were bad in the last ${longText}, ` +
      `${short.tally.bad} of ${totalOf(short.tally)} in the last ${shortText}; the target is ${objective.target.text}.`,
    value: burn(long),
    threshold: String(row.factor),
    [`burn_${longText}`]: burn(long),
    [`burn_${shortText}`]: burn(short),
  }
}

const figure = (value: number): string =>
  Number.isNaN(value) ? 'no events' : String(Number(value.toPrecision(3)))

function noDataRule(objective: Objective, counts: LiveCounts): Rule {
  const labels = labelsOf(objective, { alertname: 'SLONoData', severity: 'ticket' })
  return {
    id: `slo/${objective.name}/no-data`,
    timing: NO_DATA_AFTER,
    link: linkOf(objective),
    evaluate: (now: UnixMillis) => {
      const { coverage } = counts.observation(objective.name, lastMinutes(now, NO_DATA_MINUTES), now)
      const verdict = coverage < COVERAGE_FLOOR ? 'burning' : 'calm'
      const annotations = {
        summary: `${objective.displayName}: too little was counted to judge it`,
        value: figure(coverage),
        threshold: String(COVERAGE_FLOOR),
      }
      return [{ labels, verdict, annotations }]
    },
  }
}
