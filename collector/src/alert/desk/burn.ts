/** Burn rates, budget and counts of an objective over time: what its page draws. */
import { unixMillis, unixMinute } from '../../model/time.ts'
import { burnRate } from '../../slo/burn.ts'
import type { Objective } from '../../slo/objective.ts'
import { windowAt } from '../../slo/window.ts'
import type { LiveCounts } from '../counts.ts'

export function burnOverTime(
  objective: Objective,
  counts: LiveCounts,
  { from, to, points }: { from: number; to: number; points: number },
) {
  const history = counts.of(objective.name)?.history
  const step = Math.max(1, Math.ceil((to - from) / 60_000 / points))
  const first = Math.floor(from / 60_000 / step) * step
  const steps = Array.from(
    { length: Math.max(0, Math.ceil((to / 60_000 - first) / step)) },
    (_, i) => first + (i + 1) * step,
  )
  const sum = (start: number, end: number) =>
    history?.sum(unixMinute(start), unixMinute(end)) ?? { good: 0, bad: 0 }
  const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null)
  return {
    name: objective.name,
    stepMillis: step * 60_000,
    times: steps.map(minute => minute * 60_000),
    good: steps.map(end => sum(end - step, end).good),
    bad: steps.map(end => sum(end - step, end).bad),
    remaining: steps.map(end => {
      const window = windowAt(objective.window, unixMillis((end - 1) * 60_000))
      return orNull(1 - burnRate(sum(window.from, end), objective.target))
    }),
    rows: objective.alerting.rows.map(row => ({
      severity: row.severity,
      longMinutes: row.longMinutes,
      shortMinutes: row.shortMinutes,
      factor: row.factor,
      long: steps.map(end => orNull(burnRate(sum(end - row.longMinutes, end), objective.target))),
      short: steps.map(end => orNull(burnRate(sum(end - row.shortMinutes, end), objective.target))),
    })),
  }
}
