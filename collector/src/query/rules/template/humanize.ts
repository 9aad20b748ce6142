/**
 * Numbers as people read them.
 * Source: prometheus.io/docs/prometheus/latest/configuration/template_reference, "Numbers".
 */
import { formatG } from './format.ts'

const LARGE = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
const SMALL = ['m', 'u', 'n', 'p', 'f', 'a', 'z', 'y']
const BINARY = ['ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi']

const isPlain = (value: number): boolean => value === 0 || !Number.isFinite(value)

/** @returns the number and the last prefix that was needed */
function scaled(value: number, prefixes: readonly string[], base: number): [number, string] {
  let [rest, prefix] = [value, '']
  for (const next of prefixes) {
    if (base > 1 ? Math.abs(rest) < base : Math.abs(rest) >= 1) break
    prefix = next
    rest = base > 1 ? rest / base : rest * 1_000
  }
  return [rest, prefix]
}

export function humanize(value: number): string {
  if (isPlain(value)) return formatG(value, 4)
  const [rest, prefix] = Math.abs(value) >= 1 ? scaled(value, LARGE, 1_000) : scaled(value, SMALL, 1)
  return formatG(rest, 4) + prefix
}

export function humanize1024(value: number): string {
  if (Math.abs(value) <= 1 || isPlain(value) || Number.isNaN(value)) return formatG(value, 4)
  const [rest, prefix] = scaled(value, BINARY, 1_024)
  return formatG(rest, 4) + prefix
}

export const humanizePercentage = (value: number): string => `${formatG(value * 100, 4)}%`

/** Of seconds. */
export function humanizeDuration(value: number): string {
  if (!Number.isFinite(value)) return formatG(value, 4)
  if (value === 0) return '0s'
  if (Math.abs(value) < 1) {
    const [rest, prefix] = scaled(value, SMALL, 1)
    return `${formatG(rest, 4)}${prefix}s`
  }
  const sign = value < 0 ? '-' : ''
  const length = Math.abs(value)
  const whole = Math.floor(length)
  const [seconds, minutes] = [whole % 60, Math.floor(whole / 60) % 60]
  const [hours, days] = [Math.floor(whole / 3_600) % 24, Math.floor(whole / 86_400)]
  if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds}s`
  if (hours > 0) return `${sign}${hours}h ${minutes}m ${seconds}s`
  return minutes > 0 ? `${sign}${minutes}m ${seconds}s` : `${sign}${formatG(length, 4)}s`
}

/** Of Unix seconds, to the millisecond, as Go prints a time. */
export function humanizeTimestamp(value: number): string {
  if (!Number.isFinite(value)) return formatG(value, 4)
  const text = new Date(Math.trunc(value * 1_000)).toISOString()
  const fraction = text.slice(19, -1).replace(/\.?0+$/, '')
  return `${text.slice(0, 10)} ${text.slice(11, 19)}${fraction} +0000 UTC`
}
