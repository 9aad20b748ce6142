/**
 * Wall-clock time to the microsecond, as the SDK takes it.
 *
 * The SDK starts a span at whole milliseconds, in which a query and its request would begin together. This clock reads
 * the monotonic one and follows the wall clock when that is stepped, so that spans order rightly within a process and
 * durations are never negative by an adjustment of a few milliseconds.
 */
import type { HrTime } from '@opentelemetry/api'

/** How far the two clocks may part before the wall clock wins, ms. */
const STEP_MILLIS = 50

let epochMillis = performance.timeOrigin

/** Seconds and nanoseconds since the Unix epoch. */
export function now(): HrTime {
  const elapsed = performance.now()
  const wall = Date.now()
  if (Math.abs(epochMillis + elapsed - wall) > STEP_MILLIS) epochMillis = wall - elapsed
  const millis = epochMillis + elapsed
  const seconds = Math.floor(millis / 1000)
  return [seconds, Math.floor((millis - seconds * 1000) * 1e6)]
}
