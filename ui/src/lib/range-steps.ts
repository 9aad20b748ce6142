/** The steps of a range query: on whole multiples, so that points stay where they are while `now` moves. */
import type { Range } from './time-range.ts'

export interface Steps {
  /** Unix milliseconds. */
  readonly start: number
  readonly end: number
  /** Milliseconds. */
  readonly step: number
}

const MOST_POINTS = 240
const SECOND = 1000
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400]

export function rangeSteps({ from, to }: Range): Steps {
  const least = (to - from) / MOST_POINTS / SECOND
  const seconds = STEPS.find(candidate => candidate >= least) ?? Math.ceil(least / 86_400) * 86_400
  const step = seconds * SECOND
  const end = Math.floor(to / step) * step
  return { start: Math.min(end, Math.ceil(from / step) * step), end, step }
}
