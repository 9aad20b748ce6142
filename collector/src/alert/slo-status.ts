/** How an objective stands: budget, burn, health, forecast. Pure over its counts. */
import type { UnixMillis } from '../model/time.ts'
import { budgetLeft, burnRate, exhaustion, healthOf, totalOf, type Health } from '../slo/burn.ts'
import { minutesText } from '../slo/duration.ts'
import type { Objective, SloWindow } from '../slo/objective.ts'
import { defaultRows, rowName } from '../slo/rows.ts'
import { lastMinutes, periodMinutes, periodOf, windowAt, windowEnd } from '../slo/window.ts'
import type { LiveCounts } from './counts.ts'

export interface ObjectiveStatus {
  readonly name: string
  readonly slo: string
  readonly displayName: string
  readonly description: string
  readonly service: string
  readonly target: string
  readonly window: string
  readonly method: string
  readonly health: Health
  /** null without events. */
  readonly ratio: number | null
  readonly good: number
  readonly bad: number
  readonly coverage: number
  readonly budget: { readonly remaining: number | null; readonly allowed: number; readonly left: number }
  /** Milliseconds until the budget is spent at the pace of the last six hours; null when it is not foreseen. */
  readonly exhaustedInMillis: number | null
  readonly rows: readonly {
    readonly severity: string
    readonly name: string
    readonly factor: number
    readonly long: number | null
    readonly short: number | null
  }[]
  readonly omittedRows: readonly { readonly name: string; readonly factor: number; readonly reason: string }[]
  /** Of what was stored before, the share that is counted. */
  readonly backfilled: number
}

/** What health and forecast look at: long enough to be steady, short enough to be now. */
const RECENT_MINUTES = 360

export function statusOf(
  objective: Objective,
  counts: LiveCounts,
  backfilled: number,
  now: UnixMillis,
): ObjectiveStatus {
  const { name, target, window, alerting } = objective
  const period = counts.observation(name, windowAt(window, now), now)
  const burn = (minutes: number): number =>
    burnRate(counts.observation(name, lastMinutes(now, minutes), now).tally, target)
  const budget = budgetLeft(period.tally, target)
  const recent = burn(RECENT_MINUTES)
  const total = totalOf(period.tally)
  return {
    name,
    slo: objective.sloName,
    displayName: objective.displayName,
    description: objective.description,
    service: objective.service,
    target: target.text,
    window: windowText(window),
    method: objective.budgeting.method,
    health: healthOf(period, budget.remaining, recent),
    ratio: total === 0 ? null : period.tally.good / total,
    good: period.tally.good,
    bad: period.tally.bad,
    coverage: period.coverage,
    budget: { ...budget, remaining: orNull(budget.remaining) },
    exhaustedInMillis: forecast(objective, budget.remaining, recent, now),
    rows: alerting.rows.map(row => ({
      severity: row.severity,
      name: rowName(row),
      factor: row.factor,
      long: orNull(burn(row.longMinutes)),
      short: orNull(burn(row.shortMinutes)),
    })),
    omittedRows: omittedRows(objective),
    backfilled,
  }
}

/** Of the default rows, those that its target and window make senseless. */
export const omittedRows = ({ target, window }: Objective): ObjectiveStatus['omittedRows'] =>
  defaultRows(target, periodMinutes(window)).omitted.map(({ row, reason }) => ({
    name: rowName(row),
    factor: row.factor,
    reason,
  }))

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null)

/** A rolling window at a burn of 1 or less lasts for ever; a calendar one only to its end. */
function forecast(objective: Objective, remaining: number, burn: number, now: UnixMillis): number | null {
  const left = exhaustion(remaining, burn, periodOf(objective.window))
  if (left === undefined || left === Infinity) return null
  const end = windowEnd(objective.window, now)
  if (end === undefined) return burn > 1 || left === 0 ? left : null
  return left < end - now ? left : null
}

function windowText(window: SloWindow): string {
  if (window.kind === 'rolling') return minutesText(periodMinutes(window))
  return `${window.duration.count}${window.duration.unit} from ${window.startTime} ${window.timeZone}`
}
