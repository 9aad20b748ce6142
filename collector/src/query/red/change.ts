/**
 * How much a service differs from how it was before, so that those that changed most come first:
 * in standard deviations of what chance alone would do.
 *
 * Errors by the test of two proportions. Rate and duration vary by themselves far more than by chance,
 * so of these the ratio counts: twice or half of it weighs as much as three deviations.
 */
import type { Tally } from './tally.ts'

/** Below this many requests on either side nothing is said of duration or of rate. */
export const LEAST_REQUESTS = 30
const DEVIATIONS_A_DOUBLING = 3
/** A doubling of traffic is news, but less than slow or failing requests. */
const RATE_WEIGHT = 1 / 3

/** 0 for no change, upwards for more of it; better or worse alike. */
export function changeOf(now: Tally, before: Tally): number {
  return Math.max(errorChange(now, before), durationChange(now, before), rateChange(now, before))
}

function errorChange(now: Tally, before: Tally): number {
  if (now.requests === 0 || before.requests === 0) return 0
  const pooled = (now.errors + before.errors) / (now.requests + before.requests)
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / now.requests + 1 / before.requests))
  return deviation === 0 ? 0 : Math.abs(now.errorRatio! - before.errorRatio!) / deviation
}

function durationChange(now: Tally, before: Tally): number {
  if (Math.min(now.requests, before.requests) < LEAST_REQUESTS) return 0
  return DEVIATIONS_A_DOUBLING * doublings(now.quantile(0.95)!, before.quantile(0.95)!)
}

function rateChange(now: Tally, before: Tally): number {
  if (Math.max(now.requests, before.requests) < LEAST_REQUESTS || before.requests === 0) return 0
  return RATE_WEIGHT * DEVIATIONS_A_DOUBLING * doublings(now.requests, before.requests)
}

/** At least one on either side. */
const doublings = (a: number, b: number): number => Math.abs(Math.log2(Math.max(1, a) / Math.max(1, b)))
