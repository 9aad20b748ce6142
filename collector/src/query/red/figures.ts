/** Rate, errors and durations of what was tallied over some minutes. */
import type { RedFigures } from '../answers/index.ts'
import type { Tally } from './tally.ts'

/** At least ten, so that a burst is not blown up. */
export const secondsOf = (from: number, to: number): number => Math.max(10, (to - from) * 60)

export const figuresOf = (tally: Tally, seconds: number): RedFigures => ({
  rate: tally.requests / seconds,
  errorRatio: tally.errorRatio ?? null,
  p50Nano: tally.quantile(0.5) ?? null,
  p95Nano: tally.quantile(0.95) ?? null,
  p99Nano: tally.quantile(0.99) ?? null,
})
