/** The minutes that an objective's window holds at a moment. */
import {
  millis,
  minuteOf,
  MILLIS_PER_MINUTE,
  unixMinute,
  type Millis,
  type UnixMillis,
  type UnixMinute,
} from '../model/time.ts'
import { parseWallTime, periodAt } from './calendar.ts'
import { nominalMinutes } from './duration.ts'
import type { SloWindow } from './objective.ts'

export interface MinuteRange {
  readonly from: UnixMinute
  /** Exclusive. */
  readonly to: UnixMinute
}

/** The last minutes, the one that runs included. */
export function lastMinutes(now: UnixMillis, count: number): MinuteRange {
  const to = minuteOf(now) + 1
  return { from: unixMinute(to - count), to: unixMinute(to) }
}

/** What has passed of the window: a rolling one as a whole, a calendar one from its beginning to now. */
export function windowAt(window: SloWindow, now: UnixMillis): MinuteRange {
  if (window.kind === 'rolling') return lastMinutes(now, nominalMinutes(window.duration))
  const period = periodAt(now, parseWallTime(window.startTime)!, window.duration, window.timeZone)
  return { from: minuteOf(period.from), to: unixMinute(minuteOf(now) + 1) }
}

/** How long the budget is to last. */
export const periodMinutes = (window: SloWindow): number => nominalMinutes(window.duration)
export const periodOf = (window: SloWindow): Millis => millis(periodMinutes(window) * MILLIS_PER_MINUTE)

/** When a calendar window begins anew; undefined for a rolling one. */
export function windowEnd(window: SloWindow, now: UnixMillis): UnixMillis | undefined {
  if (window.kind === 'rolling') return undefined
  return periodAt(now, parseWallTime(window.startTime)!, window.duration, window.timeZone).to
}
