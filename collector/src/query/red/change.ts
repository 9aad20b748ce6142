/**
 * What changed most of a service against how it was before, and how much: 1 is worth a look.
 *
 * Errors by the test of two proportions, where 1 is three standard deviations. Rate and duration vary
 * by themselves far more than by chance, so of these the ratio counts: 1 is twice as slow or half, and
 * eight times the traffic or an eighth.
 */
import type { Change } from '../answers/index.ts'
import type { Tally } from './tally.ts'

/** With fewer requests on either side nothing is said. */
const LEAST_REQUESTS = 30
const DEVIATIONS = 3
const DOUBLINGS_OF_RATE = 3

export function changeOf(now: Tally, before: Tally): Change {
  const changes: Change[] = [
    { of: 'errors', amount: errorChange(now, before) },
    { of: 'duration', amount: durationChange(now, before) },
    { of: 'rate', amount: rateChange(now, before) },
  ]
  return changes.reduce((most, change) => (change.amount > most.amount ? change : most))
}

const fewest = (now: Tally, before: Tally): number => Math.min(now.requests, before.requests)

function errorChange(now: Tally, before: Tally): number {
  if (fewest(now, before) < LEAST_REQUESTS) return 0
  const pooled = (now.errors + before.errors) / (now.requests + before.requests)
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / now.requests + 1 / before.requests))
  if (deviation === 0) return 0
  return Math.abs(now.errorRatio! - before.errorRatio!) / deviation / DEVIATIONS
}

function durationChange(now: Tally, before: Tally): number {
  if (fewest(now, before) < LEAST_REQUESTS) return 0
  return doublings(now.quantile(0.95)!, before.quantile(0.95)!)
}

function rateChange(now: Tally, before: Tally): number {
  if (fewest(now, before) < LEAST_REQUESTS) return 0
  return doublings(now.requests, before.requests) / DOUBLINGS_OF_RATE
}

/** @param a at least 1, as `b` */
const doublings = (a: number, b: number): number => Math.abs(Math.log2(Math.max(1, a) / Math.max(1, b)))
