/**
 * Whether requests do better or worse than before (ADR 0022): said only where there are enough of
 * them, and where chance alone makes such a difference once in a thousand times.
 *
 * Sources: the test of two proportions, pooled; Kolmogorov and Smirnov's test of two samples, with its
 * asymptotic bound sqrt(-ln(α/2)/2), which on a histogram errs towards saying nothing.
 */
import type { Verdict } from '../answers/index.ts'
import type { Tally } from '../red/tally.ts'

/** With fewer requests on either side nothing is said. */
export const LEAST_REQUESTS = 30
/** Of the normal distribution, two-sided, 1 in 1,000. */
const DEVIATIONS = 3.29
const BOUND = Math.sqrt(-Math.log(0.001 / 2) / 2)
/** A quantile that moved by less is nobody's concern, however certain. */
const LEAST_RATIO = 1.2

const isFew = (before: Tally, after: Tally): boolean =>
  Math.min(before.requests, after.requests) < LEAST_REQUESTS

export function errorVerdict(before: Tally, after: Tally): Verdict {
  if (isFew(before, after)) return 'too_few'
  const pooled = (before.errors + after.errors) / (before.requests + after.requests)
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / before.requests + 1 / after.requests))
  const difference = after.errorRatio! - before.errorRatio!
  if (Math.abs(difference) <= DEVIATIONS * deviation) return 'same'
  return difference > 0 ? 'worse' : 'better'
}

export function durationVerdict(before: Tally, after: Tally): Verdict {
  if (isFew(before, after)) return 'too_few'
  const [n, m] = [before.requests, after.requests]
  if (after.furthestFrom(before) <= BOUND * Math.sqrt((n + m) / (n * m))) return 'same'
  // The tail first: it is what people wait for.
  for (const q of [0.95, 0.5]) {
    const ratio = Math.max(1, after.quantile(q)!) / Math.max(1, before.quantile(q)!)
    if (ratio >= LEAST_RATIO) return 'worse'
    if (ratio <= 1 / LEAST_RATIO) return 'better'
  }
  return 'same'
}
