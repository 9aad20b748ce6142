/**
 * An objective in words: what health, target, budget and burn are called and how they are written.
 *
 * Targets are decimals and stay so: `0.9995` becomes `99.95 %` by moving the point, never by
 * multiplying.
 */
import { formatInteger, formatRatio } from '../lib/format.ts'
import type { Objective } from './answers.ts'

const NBSP = '\u00a0'

export type Health = Objective['health']

/** The worst first: the order of a list that somebody opens at night. */
export const HEALTHS: readonly Health[] = ['budget_blown', 'at_risk', 'no_data', 'meeting']

export const HEALTH_WORDS: Readonly<Record<Health, string>> = {
  meeting: 'meeting',
  at_risk: 'at risk',
  budget_blown: 'budget blown',
  no_data: 'no data',
}

/** `0.9995` → `99.95`. @param target a decimal in (0, 1), as written */
export function percentOf(target: string): string {
  const places = target.replace(/^0?\./, '').padEnd(2, '0')
  const [whole, rest] = [places.slice(0, 2), places.slice(2).replace(/0+$/, '')]
  return `${Number(whole)}${rest === '' ? '' : `.${rest}`}`
}

/** `99.95` → `0.9995`; undefined where it is no percentage above 0 and below 100 with at most 10 places. */
export function targetOf(percent: string): string | undefined {
  const match = /^(\d{1,2})(?:\.(\d{1,10}))?$/.exec(percent.trim())
  if (!match) return undefined
  const places = `${match[1]!.padStart(2, '0')}${match[2] ?? ''}`.replace(/0+$/, '')
  return places === '' ? undefined : `0.${places}`
}

export const formatTarget = (target: string): string => `${percentOf(target)}${NBSP}%`

/**
 * A share of good events: as many digits as the target has and one more, so that 99.98 % against a
 * target of 99.99 % is not rounded to having met it.
 */
export function formatAchieved(ratio: number | null, target: string): string {
  if (ratio === null) return '–'
  const digits = Math.max(1, target.replace(/^0?\./, '').length - 2) + 1
  const scale = 10 ** digits
  // Downwards: what is shown as met is met.
  return `${(Math.floor(ratio * 100 * scale + 1e-6) / scale).toFixed(digits)}${NBSP}%`
}

/** Signed, with a true minus: `+42 %`, `−58 %`, `0 %`. */
export function formatBudget(remaining: number | null): string {
  if (remaining === null) return '–'
  const percent = remaining * 100
  const magnitude = Math.abs(percent)
  const text =
    magnitude >= 10_000
      ? `${(magnitude / 1000).toFixed(0)}${NBSP}k`
      : magnitude >= 999.5
        ? formatInteger(Math.round(magnitude))
        : magnitude >= 9.995
          ? magnitude.toFixed(0)
          : magnitude.toFixed(1).replace(/\.0$/, '')
  return `${Number(text) === 0 ? '' : percent < 0 ? '−' : ''}${text}${NBSP}%`
}

/** `3.2×`, `14.4×`, `600×`; `–` where there were no events. */
export function formatBurn(burn: number | null): string {
  if (burn === null) return '–'
  const text =
    burn >= 99.95 ? burn.toFixed(0) : burn >= 0.095 || burn === 0 ? burn.toFixed(1) : burn.toFixed(2)
  return `${text.replace(/\.0$/, '')}×`
}

/** Minutes as the API names windows: `5m`, `1h`, `30d`. */
export function minutesText(minutes: number): string {
  if (minutes % 1440 === 0) return `${minutes / 1440}d`
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`
}

const UNIT_WORDS: Readonly<Record<string, readonly [string, string]>> = {
  m: ['minute', 'minutes'],
  h: ['hour', 'hours'],
  d: ['day', 'days'],
  w: ['week', 'weeks'],
  M: ['calendar month', 'calendar months'],
  Q: ['calendar quarter', 'calendar quarters'],
  Y: ['calendar year', 'calendar years'],
}

/** `30d` → `30 days`; `1M from 2026-01-01 00:00:00 Europe/Berlin` → `1 calendar month (Europe/Berlin)`. */
export function windowWords(window: string): string {
  const match = /^(\d+)([mhdwMQY])(?: from \S+ \S+ (\S+))?$/.exec(window)
  const words = match && UNIT_WORDS[match[2]!]
  if (!match || !words) return window
  const count = Number(match[1])
  const length = `${count}${NBSP}${words[count === 1 ? 0 : 1]}`
  return match[3] === undefined ? length : `${length} (${match[3]})`
}

/** The rolling window as a beginning of the page's range; undefined for a calendar one. */
export const windowRange = (window: string): string | undefined =>
  /^\d+[mhdw]$/.test(window) ? `now-${window}` : undefined

/** The burn that an alert would look at first: that of the shortest pair's long window. */
export const presentBurn = (objective: Objective): number | null => objective.rows[0]?.long ?? null

export const byUrgency = (a: Objective, b: Objective): number =>
  HEALTHS.indexOf(a.health) - HEALTHS.indexOf(b.health) ||
  (a.budget.remaining ?? 1) - (b.budget.remaining ?? 1) ||
  a.name.localeCompare(b.name)

/** Shares as people compare them: `91 %`, `4.2 %`. */
export const formatShare = (share: number): string =>
  share >= 0.0995 || share === 0 ? `${Math.round(share * 100)}${NBSP}%` : formatRatio(share)
