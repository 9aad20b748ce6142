/**
 * How quantities are written: three significant digits and the unit that fits.
 *
 * Relies on nothing; the exact value is the caller's to offer on hover and on copy.
 * Number and unit are joined by a no-break space, so that a value never wraps.
 */

const NBSP = '\u00a0'
const NANOS_PER_SECOND = 1e9

/** Three significant digits without an exponent, for 0 ≤ value < 1000; whole numbers above 99. */
function threeDigits(value: number): string {
  if (value >= 99.95) return Math.round(value).toString()
  if (value >= 9.995) return value.toFixed(1)
  return value.toFixed(2)
}

/** Picks the largest unit in which the rounded value is at least 1. */
function scaled(value: number, base: number, units: readonly string[]): string {
  let unit = 0
  while (unit < units.length - 1 && Math.round(value) >= base) {
    value /= base
    unit++
  }
  return `${threeDigits(value)}${NBSP}${units[unit]}`.trimEnd()
}

/**
 * A length of time: `96.0 µs`, `412 ms`, `1.84 s`, `2 m 05 s`, `6 d 4 h`.
 * @param nano nanoseconds, ≥ 0
 */
export function formatDuration(nano: number): string {
  if (!Number.isFinite(nano)) return '–'
  if (nano < 1000) return `${Math.round(nano)}${NBSP}ns`
  const seconds = nano / NANOS_PER_SECOND
  if (seconds < 59.95) return scaled(nano / 1000, 1000, ['µs', 'ms', 's'])
  return formatLongDuration(Math.round(seconds))
}

function formatLongDuration(seconds: number): string {
  const pair = (big: number, bigUnit: string, small: number, smallUnit: string): string =>
    small === 0
      ? `${big}${NBSP}${bigUnit}`
      : `${big}${NBSP}${bigUnit}${NBSP}${String(small).padStart(2, '0')}${NBSP}${smallUnit}`
  if (seconds < 3600) return pair(Math.floor(seconds / 60), 'm', seconds % 60, 's')
  if (seconds < 86_400) return pair(Math.floor(seconds / 3600), 'h', Math.floor((seconds % 3600) / 60), 'm')
  const hours = Math.floor((seconds % 86_400) / 3600)
  const days = `${Math.floor(seconds / 86_400)}${NBSP}d`
  return hours === 0 ? days : `${days}${NBSP}${hours}${NBSP}h`
}

/** The exact value for a tooltip: `1,840,112,480 ns`. */
export const exactDuration = (nano: number): string => `${formatInteger(nano)}${NBSP}ns`

/** Every digit, grouped: `12,480`. */
export function formatInteger(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A count: exact up to 9,999, then `12.5 k`, `3.10 M`. */
export function formatCount(count: number): string {
  if (count < 10_000) return formatInteger(count)
  return scaled(count, 1000, ['', 'k', 'M', 'G', 'T'])
}

/** Events a second: `12.4/s`, `12.5 k/s`; below one a second by the minute: `4.20/min`. */
export function formatRate(perSecond: number): string {
  if (perSecond === 0) return '0/s'
  if (perSecond < 0.995) return `${threeDigits(perSecond * 60)}/min`
  return `${scaled(perSecond, 1000, ['', 'k', 'M', 'G'])}/s`
}

/** Bytes in powers of 1,000, as disks are sold and `ls --si` counts: `3.10 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes}${NBSP}B`
  return scaled(bytes, 1000, ['B', 'kB', 'MB', 'GB', 'TB'])
}

/** A share in [0, 1] as per cent: `0 %`, `<0.01 %`, `2.41 %`, `100 %`; `–` for null. */
export function formatRatio(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return '–'
  const percent = ratio * 100
  if (percent === 0) return `0${NBSP}%`
  if (percent < 0.01) return `<0.01${NBSP}%`
  return `${threeDigits(percent)}${NBSP}%`
}

/** `1 span`, `43 spans`. */
export const plural = (count: number, noun: string, nouns = `${noun}s`): string =>
  `${formatCount(count)} ${count === 1 ? noun : nouns}`

/** A message as a sentence: with a capital and a full stop. */
export function sentence(message: string): string {
  const text = message.trim()
  if (text === '') return ''
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.')
}
