/**
 * Wall time in a time zone, and the calendar periods of an objective: the n-th begins n weeks,
 * months, quarters or years after the first did, at the same time of day.
 *
 * A wall time that a clock change skips is taken as the instant by which the clock went past it; of
 * one that comes twice the first is meant. A day that a month lacks is its last.
 */
import { unixMillis, type UnixMillis } from '../model/time.ts'
import type { DurationUnit, SloDuration } from './duration.ts'

export interface WallTime {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
}

const FORM = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2}))?)?$/

/** `2022-01-01 12:00:00`, time of day optional. @returns undefined where that is no such time */
export function parseWallTime(text: string): WallTime | undefined {
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1).map(part => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const wall = { year, month, day, hour, minute, second }
  const check = new Date(asUtc(wall))
  return check.getUTCMonth() + 1 === month &&
    check.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60
    ? wall
    : undefined
}

export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }) instanceof Intl.DateTimeFormat
  } catch {
    return false
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** What a clock in the zone shows. */
export function wallTimeAt(at: UnixMillis, timeZone: string): WallTime {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(timeZone, format)
  }
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name)!
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  }
}

const asUtc = ({ year, month, day, hour, minute, second }: WallTime): number =>
  Date.UTC(year, month - 1, day, hour, minute, second)

/** The instant at which a clock in the zone shows a time. */
export function instantOf(wall: WallTime, timeZone: string): UnixMillis {
  const wanted = asUtc(wall)
  const offsetAt = (at: number): number =>
    asUtc(wallTimeAt(unixMillis(at), timeZone)) - Math.floor(at / 1_000) * 1_000
  // A zone's offset changes seldom: the instants by the offsets of the day before and the day after are the candidates.
  const candidates = [-86_400_000, 86_400_000].map(by => wanted - offsetAt(wanted + by))
  const exact = candidates.filter(at => at + offsetAt(at) === wanted)
  return unixMillis(exact.length > 0 ? Math.min(...exact) : Math.max(...candidates))
}

const MONTHS: Readonly<Partial<Record<DurationUnit, number>>> = { M: 1, Q: 3, Y: 12 }

/** Units of which whole calendar periods are made. */
export const isCalendarUnit = (unit: DurationUnit): boolean => 'dwMQY'.includes(unit)

/** Where the n-th period begins; n may be negative. */
function beginning(first: WallTime, { count, unit }: SloDuration, n: number, timeZone: string): UnixMillis {
  const months = MONTHS[unit]
  if (months === undefined) {
    const days = n * count * (unit === 'w' ? 7 : 1)
    return instantOf(
      { ...first, ...dateOf(Date.UTC(first.year, first.month - 1, first.day + days)) },
      timeZone,
    )
  }
  const month = first.year * 12 + first.month - 1 + n * count * months
  const [year, inYear] = [Math.floor(month / 12), ((month % 12) + 12) % 12]
  const lastDay = new Date(Date.UTC(year, inYear + 1, 0)).getUTCDate()
  return instantOf({ ...first, year, month: inYear + 1, day: Math.min(first.day, lastDay) }, timeZone)
}

function dateOf(utc: number): { year: number; month: number; day: number } {
  const date = new Date(utc)
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

export interface Period {
  readonly from: UnixMillis
  /** Exclusive. */
  readonly to: UnixMillis
}

/** The period that holds an instant. */
export function periodAt(at: UnixMillis, first: WallTime, duration: SloDuration, timeZone: string): Period {
  const begins = (n: number): UnixMillis => beginning(first, duration, n, timeZone)
  const typical = begins(1) - begins(0)
  let n = Math.floor((at - begins(0)) / typical)
  while (begins(n) > at) n--
  while (begins(n + 1) <= at) n++
  return { from: begins(n), to: begins(n + 1) }
}
