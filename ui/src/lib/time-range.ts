/**
 * The range of time a page looks at: as the URL holds it, and as two instants.
 *
 * In the URL an end is `now`, `now-1h`, Unix milliseconds or RFC 3339, the same forms the API takes.
 * Charts ask for an aligned range, so that buckets keep their edges while `now` moves on.
 */
import { formatClock, formatDay, formatInstant, sameDay, type Zone } from './clock.ts'

/** As in the URL. */
export interface RangeText {
  readonly from: string
  readonly to: string
}
/** Unix milliseconds; `from` < `to`. */
export interface Range {
  readonly from: number
  readonly to: number
}

export const DEFAULT_RANGE: RangeText = { from: 'now-1h', to: 'now' }

export const PRESETS: readonly (RangeText & { readonly label: string })[] = [
  { from: 'now-5m', to: 'now', label: 'last 5 minutes' },
  { from: 'now-15m', to: 'now', label: 'last 15 minutes' },
  { from: 'now-1h', to: 'now', label: 'last 1 hour' },
  { from: 'now-6h', to: 'now', label: 'last 6 hours' },
  { from: 'now-24h', to: 'now', label: 'last 24 hours' },
  { from: 'now-2d', to: 'now', label: 'last 2 days' },
  { from: 'now-7d', to: 'now', label: 'last 7 days' },
]

/**
 * The range for a page on which nobody chose one: the shortest preset that holds all there is, so that
 * the first minutes of data are no sliver at the edge; the default as soon as there is more, or while
 * nothing is known.
 * @param oldest  Unix milliseconds of the oldest record
 */
export function coveringRange(oldest: number | undefined, nowMillis: number): RangeText {
  if (oldest === undefined) return DEFAULT_RANGE
  const upTo = PRESETS.findIndex(({ from }) => from === DEFAULT_RANGE.from)
  const covering = PRESETS.slice(0, upTo).find(({ from }) => resolveInstant(from, nowMillis)! <= oldest)
  return covering ? { from: covering.from, to: covering.to } : DEFAULT_RANGE
}

const UNIT_MILLIS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const RELATIVE = /^now(?:-(\d{1,6})([smhdw]))?$/

/** @returns Unix milliseconds; undefined when the text is none of the forms */
export function resolveInstant(text: string, nowMillis: number): number | undefined {
  const relative = RELATIVE.exec(text)
  if (relative) return nowMillis - Number(relative[1] ?? 0) * (UNIT_MILLIS[relative[2] ?? 's'] ?? 0)
  if (/^\d{10,14}$/.test(text)) return Number(text)
  if (!/^\d{4}-\d\d-\d\dT/.test(text)) return undefined
  const parsed = Date.parse(text)
  return Number.isNaN(parsed) ? undefined : parsed
}

/** Two instants; the default range where the text is malformed or its ends are swapped. */
export function resolveRange(text: RangeText, nowMillis: number): Range {
  const from = resolveInstant(text.from, nowMillis)
  const to = resolveInstant(text.to, nowMillis)
  if (from !== undefined && to !== undefined && from < to) return { from, to }
  return { from: nowMillis - UNIT_MILLIS.h!, to: nowMillis }
}

/**
 * Milliseconds of a range in which anything can have been stored: a rate over the time before the
 * oldest record would be too low. At least one second, at most the range.
 */
export function coveredMillis(range: Range, oldest: number | undefined): number {
  const length = range.to - range.from
  if (oldest === undefined || oldest >= range.to) return length
  return Math.min(length, Math.max(1000, range.to - oldest))
}

export const isLive = (text: RangeText): boolean => text.to === 'now'

/** The text of an absolute range, to the millisecond. */
export const absoluteRange = (range: Range): RangeText => ({
  from: new Date(Math.round(range.from)).toISOString(),
  to: new Date(Math.round(range.to)).toISOString(),
})

/** What the bar says: `last 1 hour`, `12:03 – 12:45`, `21 Nov 23:50 – 22 Nov 00:10`. */
export function describeRange(text: RangeText, zone: Zone, nowMillis: number): string {
  const preset = PRESETS.find(candidate => candidate.from === text.from && candidate.to === text.to)
  if (preset) return preset.label
  const relative = RELATIVE.exec(text.from)
  if (relative?.[1] !== undefined && text.to === 'now') return `last ${relative[1]} ${relative[2]}`
  const { from, to } = resolveRange(text, nowMillis)
  const precision = to - from < 600_000 ? 'second' : 'minute'
  const end = sameDay(from, to, zone)
    ? formatClock(to, zone, precision)
    : `${formatDay(to, zone, nowMillis)} ${formatClock(to, zone, precision)}`
  return `${formatInstant(from, zone, nowMillis, precision)} – ${end}`
}

/**
 * What a person types into the picker: the URL's forms, or `2026-11-22 12:03`, `12:03:04` (today) in
 * the zone shown.
 * @returns the text for the URL; undefined when it is not understood
 */
export function readInstant(typed: string, zone: Zone, nowMillis: number): string | undefined {
  const text = typed.trim()
  if (resolveInstant(text, nowMillis) !== undefined) return text
  const match = /^(?:(\d{4})-(\d\d)-(\d\d)[ T])?(\d\d):(\d\d)(?::(\d\d)(\.\d{1,3})?)?$/.exec(text)
  if (!match) return undefined
  const today = new Date(nowMillis)
  const day = match[1]
    ? ([Number(match[1]), Number(match[2]) - 1, Number(match[3])] as const)
    : zone.utc
      ? ([today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()] as const)
      : ([today.getFullYear(), today.getMonth(), today.getDate()] as const)
  const clock = [
    Number(match[4]),
    Number(match[5]),
    Number(match[6] ?? 0),
    Math.round(Number(match[7] ?? 0) * 1000),
  ] as const
  const at = zone.utc ? Date.UTC(...day, ...clock) : new Date(...day, ...clock).getTime()
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** How an instant stands in the picker's field: `2026-11-22 12:03:04`. */
export function writeInstant(unixMillis: number, zone: Zone): string {
  const shifted = zone.utc ? unixMillis : unixMillis - new Date(unixMillis).getTimezoneOffset() * 60_000
  const text = new Date(shifted).toISOString()
  return `${text.slice(0, 10)} ${text.slice(11, 19)}`
}

const BUCKET_MILLIS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
] as const

export interface AlignedRange extends Range {
  readonly buckets: number
  /** Milliseconds a bucket. */
  readonly width: number
}

/** The range widened to whole buckets of a pleasant width, at most `most` + 1 of them. */
export function alignRange(range: Range, most: number): AlignedRange {
  const least = (range.to - range.from) / most
  const width =
    BUCKET_MILLIS.find(candidate => candidate >= least) ?? Math.ceil(least / 86_400_000) * 86_400_000
  const from = Math.floor(range.from / width) * width
  const to = Math.ceil(range.to / width) * width
  return { from, to, width, buckets: Math.round((to - from) / width) }
}
