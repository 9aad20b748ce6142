/**
 * The arithmetic of error budgets over tallies of good and bad events. Pure; nothing here knows a
 * window, a clock or a store.
 *
 * Source: sre.google/workbook/alerting-on-slos.
 */
import { millis, type Millis } from '../model/time.ts'
import type { AlertRow } from './rows.ts'
import { budgetOf, type Target } from './target.ts'

/** Events, or slices of time. RatioTimeslices counts fractions of a slice. */
export interface Tally {
  readonly good: number
  readonly bad: number
}

export const EMPTY: Tally = { good: 0, bad: 0 }

export const totalOf = ({ good, bad }: Tally): number => good + bad

/**
 * Rate at which the budget is being spent: 1 spends it exactly over the period.
 * @returns in [0, 1 / (1 - target)]; NaN without events, which burn nothing and prove nothing
 */
export const burnRate = (tally: Tally, target: Target): number =>
  (tally.bad * target.scale) / (totalOf(tally) * target.allowed)

export interface Budget {
  /** Share of the budget that is left: 1 untouched, 0 spent, negative when overdrawn; NaN without events. */
  readonly remaining: number
  /** Bad events that the events so far allow. */
  readonly allowed: number
  /** Of those, how many are left; negative when overdrawn. */
  readonly left: number
}

export function budgetLeft(tally: Tally, target: Target): Budget {
  const allowed = totalOf(tally) * budgetOf(target)
  return { remaining: 1 - burnRate(tally, target), allowed, left: allowed - tally.bad }
}

/**
 * How long the budget lasts at a burn rate.
 * @param remaining share of the budget that is left
 * @returns 0 when it is spent, Infinity when nothing burns, undefined when nothing is known
 */
export function exhaustion(remaining: number, burn: number, period: Millis): Millis | undefined {
  if (Number.isNaN(remaining) || Number.isNaN(burn)) return undefined
  if (remaining <= 0) return millis(0)
  return millis(burn === 0 ? Infinity : (remaining / burn) * period)
}

/** Below this share of observed minutes, nothing is concluded from a window. */
export const COVERAGE_FLOOR = 0.9

/** What a window saw. */
export interface Observation {
  readonly tally: Tally
  /** Share of the minutes that should have been counted and were, in [0, 1]. */
  readonly coverage: number
}

/**
 * - `burning`: both windows burn faster than the factor, and enough bad events say so;
 * - `calm`: there were events, and they say otherwise;
 * - `hold`: no events to judge by, as between two requests of a quiet service: what was, stays;
 * - `no_data`: too little was observed; what was, stays, and it is told apart.
 */
export type Verdict = 'burning' | 'calm' | 'hold' | 'no_data'

export function judge(
  row: AlertRow,
  target: Target,
  minBadEvents: number,
  long: Observation,
  short: Observation,
): Verdict {
  if (Math.min(long.coverage, short.coverage) < COVERAGE_FLOOR) return 'no_data'
  if (totalOf(long.tally) === 0 || totalOf(short.tally) === 0) return 'hold'
  const fast = ({ tally }: Observation): boolean => burnRate(tally, target) > row.factor
  const proven = long.tally.bad >= minBadEvents && short.tally.bad > 0
  return proven && fast(long) && fast(short) ? 'burning' : 'calm'
}

/** `no_data` before all else: nothing is known; then whether the budget is spent, then whether it is going. */
export type Health = 'meeting' | 'at_risk' | 'budget_blown' | 'no_data'

/** @param recentBurn over the last hours; NaN without events */
export function healthOf(period: Observation, remaining: number, recentBurn: number): Health {
  if (period.coverage < COVERAGE_FLOOR || totalOf(period.tally) === 0) return 'no_data'
  if (remaining <= 0) return 'budget_blown'
  return recentBurn > 1 ? 'at_risk' : 'meeting'
}
