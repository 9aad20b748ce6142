/**
 * When a delivery is tried again.
 *
 * While an alert fires, a receiver that comes back is reached within 45 s. Otherwise, and where the
 * receiver refuses what it is sent, the times are those of Standard Webhooks.
 * Source: github.com/standard-webhooks/standard-webhooks, spec, "Deliverability and reliability".
 */
import { millis, type Millis } from '../model/time.ts'

const SECOND = 1_000
const FIRST = 2 * SECOND
const LONGEST_WHILE_FIRING = 45 * SECOND
const LONGEST = 300 * SECOND
const JITTER = 0.2

const LONG_SCHEDULE = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]

/** Of what came back: whether the same may succeed soon. */
export type Outcome = 'unreachable' | 'refused'

/**
 * @param attempts made so far, at least 1
 * @param random in [0, 1)
 * @param retryAfter what the receiver asked for
 */
export function nextDelay(
  outcome: Outcome,
  attempts: number,
  hasFiring: boolean,
  random: number,
  retryAfter: Millis = millis(0),
): Millis {
  const jitter = 1 - JITTER + 2 * JITTER * random
  if (outcome === 'refused')
    return millis(LONG_SCHEDULE[Math.min(attempts, LONG_SCHEDULE.length) - 1]! * SECOND * jitter)
  const longest = hasFiring ? LONGEST_WHILE_FIRING : LONGEST
  const doubled = FIRST * 2 ** Math.min(attempts - 1, 20)
  return millis(Math.min(longest, Math.max(Math.min(doubled, longest) * jitter, retryAfter)))
}

/** `Retry-After` in seconds or as a date. */
export function retryAfterMillis(header: string | undefined, now: number): Millis {
  if (header === undefined) return millis(0)
  const wait = /^\d+$/.test(header) ? Number(header) * SECOND : Date.parse(header) - now
  return millis(Number.isFinite(wait) ? Math.max(0, wait) : 0)
}
