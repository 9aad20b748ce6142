/**
 * Where an axis is marked: steps that people count in (1, 2, 5 × 10ⁿ; minutes by 15 and 30; hours by
 * 3, 6, 12; days), never more marks than asked for.
 */
import { formatClock, formatDay, partsOf, type Zone } from './clock.ts'

export interface Tick {
  readonly at: number
  readonly label: string
}

const SECOND = 1e9
const LONG_STEPS = [10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400]

/** The smallest pleasant step of nanoseconds that fits `length` into `most` steps. */
function durationStep(length: number, most: number): number {
  const least = length / most
  if (least > 5 * SECOND) {
    const long = LONG_STEPS.find(step => step * SECOND >= least)
    return long === undefined ? Math.ceil(least / (86_400 * SECOND)) * 86_400 * SECOND : long * SECOND
  }
  const power = 10 ** Math.floor(Math.log10(least))
  return power * ([1, 2, 5].find(factor => factor * power >= least) ?? 10)
}

const UNITS = [
  [SECOND, 's'],
  [1e6, 'ms'],
  [1e3, 'µs'],
  [1, 'ns'],
] as const

/** A mark in the unit of its step, without needless digits: `0.5 s`, `200 ms`, `1 m 30 s`. */
function durationLabel(at: number, step: number): string {
  if (at === 0) return '0'
  if (step >= 5 * SECOND && at >= 60 * SECOND) {
    const seconds = Math.round(at / SECOND)
    const rest = seconds % 60
    return rest === 0 ? `${seconds / 60} m` : `${Math.floor(seconds / 60)} m ${rest} s`
  }
  const [size, unit] = UNITS.find(([unitSize]) => at >= unitSize || unitSize === 1) ?? UNITS[3]
  const digits = Math.max(0, Math.ceil(Math.log10(size / step)))
  return `${(at / size)
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')} ${unit}`
}

/** Marks from `from` to `to` (nanoseconds behind the start of a trace), at most about `most`. */
export function durationTicks(from: number, to: number, most: number): Tick[] {
  const length = to - from
  if (!(length > 0) || most < 1) return []
  const step = Math.max(1, durationStep(length, most))
  const ticks: Tick[] = []
  for (let i = Math.ceil(from / step); i * step <= to; i++)
    ticks.push({ at: i * step, label: durationLabel(i * step, step) })
  return ticks
}

const MINUTE = 60_000
const DAY = 86_400_000
const TIME_STEPS = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  1000,
  2000,
  5000,
  10_000,
  15_000,
  30_000,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  60 * MINUTE,
  180 * MINUTE,
  360 * MINUTE,
  720 * MINUTE,
  DAY,
  2 * DAY,
  7 * DAY,
]

const localOffset = (at: number, zone: Zone): number =>
  zone.utc ? 0 : new Date(at).getTimezoneOffset() * -MINUTE

/** Marks on the wall clock between two instants (Unix milliseconds); midnight is marked by its day. */
export function timeTicks(from: number, to: number, most: number, zone: Zone): Tick[] {
  if (!(to > from) || most < 1) return []
  const least = (to - from) / most
  const step = TIME_STEPS.find(candidate => candidate >= least) ?? Math.ceil(least / (7 * DAY)) * 7 * DAY
  const offset = localOffset(from, zone)
  const ticks: Tick[] = []
  for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step)
    ticks.push({ at, label: timeLabel(at, step, zone, to) })
  return ticks
}

function timeLabel(at: number, step: number, zone: Zone, now: number): string {
  const { hours, minutes, seconds, millis } = partsOf(at, zone)
  if (hours + minutes + seconds + millis === 0) return formatDay(at, zone, now)
  return formatClock(at, zone, step >= MINUTE ? 'minute' : step >= 1000 ? 'second' : 'milli')
}
