/** Series of counted minutes: their points are the ends of steps, null where nothing is known. */
import type { Grid } from '../chart/line-chart.tsx'
import type { BurnAnswer } from './answers.ts'

/** Left of every plot of a page: the widest label is a budget overdrawn by thousands of per cent. */
export const GUTTER = 60

/** The step that holds an instant; undefined outside of all. */
export function indexAt(times: readonly number[], at: number | undefined): number | undefined {
  if (at === undefined) return undefined
  const found = times.findIndex(time => time >= at)
  return found < 0 ? undefined : found
}

/** The newest of what is known; null where nothing is. */
export const last = (values: readonly (number | null)[]): number | null =>
  values.findLast(value => value !== null) ?? null

/** As charts take them. */
export const cells = (values: readonly (number | null)[]): Float64Array =>
  Float64Array.from(values, value => value ?? NaN)

export const gridOf = ({ times, stepMillis }: BurnAnswer): Grid => ({
  start: times[0] ?? 0,
  step: stepMillis,
  steps: times.length,
})
