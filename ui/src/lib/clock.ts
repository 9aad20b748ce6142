/**
 * Instants as people read them: local clock or UTC with milliseconds, the date only where it is not today.
 *
 * Written by hand on `Date`'s getters, because `Intl` costs microseconds a call and a page of logs
 * has hundreds of times.
 */
import { millisOfNano, nanosWithinMilli } from './nano.ts'

export interface Zone {
  readonly utc: boolean
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const two = (value: number): string => String(value).padStart(2, '0')

interface Parts {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hours: number
  readonly minutes: number
  readonly seconds: number
  readonly millis: number
}

export function partsOf(unixMillis: number, zone: Zone): Parts {
  const date = new Date(unixMillis)
  return zone.utc
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth(),
        day: date.getUTCDate(),
        hours: date.getUTCHours(),
        minutes: date.getUTCMinutes(),
        seconds: date.getUTCSeconds(),
        millis: date.getUTCMilliseconds(),
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth(),
        day: date.getDate(),
        hours: date.getHours(),
        minutes: date.getMinutes(),
        seconds: date.getSeconds(),
        millis: date.getMilliseconds(),
      }
}

/** `12:03`, `12:03:04` or `12:03:04.112`. */
export function formatClock(
  unixMillis: number,
  zone: Zone,
  precision: 'minute' | 'second' | 'milli',
): string {
  const { hours, minutes, seconds, millis } = partsOf(unixMillis, zone)
  const clock = `${two(hours)}:${two(minutes)}`
  if (precision === 'minute') return clock
  if (precision === 'second') return `${clock}:${two(seconds)}`
  return `${clock}:${two(seconds)}.${String(millis).padStart(3, '0')}`
}

/** `21 Nov`, with the year where it is not this one. */
export function formatDay(unixMillis: number, zone: Zone, nowMillis: number): string {
  const { year, month, day } = partsOf(unixMillis, zone)
  const short = `${day} ${MONTHS[month]}`
  return year === partsOf(nowMillis, zone).year ? short : `${short} ${year}`
}

export function sameDay(a: number, b: number, zone: Zone): boolean {
  const x = partsOf(a, zone)
  const y = partsOf(b, zone)
  return x.day === y.day && x.month === y.month && x.year === y.year
}

/** `12:03:04.112`, or `21 Nov 12:03:04.112` where that is not today. */
export function formatInstant(
  unixMillis: number,
  zone: Zone,
  nowMillis: number,
  precision: 'minute' | 'second' | 'milli' = 'milli',
): string {
  const clock = formatClock(unixMillis, zone, precision)
  return sameDay(unixMillis, nowMillis, zone) ? clock : `${formatDay(unixMillis, zone, nowMillis)} ${clock}`
}

/** The exact instant for a tooltip and for copying: `2026-11-22T12:03:04.112480193Z`. */
export function exactInstant(nano: string): string {
  const whole = new Date(millisOfNano(nano)).toISOString().slice(0, -1)
  return `${whole}${String(nanosWithinMilli(nano)).padStart(6, '0')}Z`
}
