/**
 * What a query's values are measured in, read from the names of its metrics (Prometheus' naming says
 * the unit), and how such values are written: three significant digits with the unit that fits.
 */
import { formatBytes, formatDuration, formatInteger } from './format.ts'
import { metricsOf, tokensOf } from './promql-text.ts'

export type Quantity = 'seconds' | 'bytes' | 'bytes/s' | 'per second' | 'ratio' | 'number'

const NBSP = '\u00a0'

/** `number` wherever the names do not agree. */
export function quantityOf(query: string): Quantity {
  const tokens = tokensOf(query)
  const names = metricsOf(tokens)
  const uses = (...words: string[]): boolean =>
    tokens.some(({ kind, text }) => kind === 'word' && words.includes(text))
  const [first, second] = names
  if (tokens.some(({ text }) => text === '/' || text === '*' || text === '^')) {
    const isMean = names.length === 2 && first?.replace(/_sum$/, '') === second?.replace(/_count$/, '')
    return isMean && first !== second ? unitOf(first!) : 'number'
  }
  if (
    uses('count', 'count_over_time', 'changes', 'resets', 'absent', 'absent_over_time', 'time', 'timestamp')
  )
    return 'number'
  const rates = uses('rate', 'irate', 'deriv') && !uses('histogram_quantile')
  const quantities = new Set(names.map(name => (rates ? rateOf(name) : unitOf(name))))
  return quantities.size === 1 ? [...quantities][0]! : 'number'
}

const PART = /_(bucket|sum|total|min|max)$/

function unitOf(name: string): Quantity {
  const stem = name.replace(PART, '')
  if (stem.endsWith('_seconds')) return 'seconds'
  if (stem.endsWith('_bytes')) return 'bytes'
  return stem.endsWith('_ratio') ? 'ratio' : 'number'
}

/** Seconds a second are a number. */
function rateOf(name: string): Quantity {
  if (/_(count|bucket)$/.test(name)) return 'per second'
  const unit = unitOf(name)
  return unit === 'bytes' ? 'bytes/s' : unit === 'number' ? 'per second' : 'number'
}

/** `1.84 s`, `3.10 GB`, `12.4 k/s`, `2.41 %`, `0.00123`; `–` for what is no number. */
export function formatQuantity(value: number, quantity: Quantity): string {
  if (Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (value < 0) return `−${formatQuantity(-value, quantity)}`
  if (quantity === 'seconds') return value === 0 ? `0${NBSP}s` : formatDuration(value * 1e9)
  if (quantity === 'bytes') return formatBytes(Math.round(value))
  if (quantity === 'bytes/s') return `${formatBytes(Math.round(value))}/s`
  if (quantity === 'ratio') return `${plain(value * 100)}${NBSP}%`
  return quantity === 'per second' ? `${plain(value)}/s` : plain(value)
}

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const

function plain(value: number): string {
  if (Number.isInteger(value) && value < 10_000) return formatInteger(value)
  if (value !== 0 && value < 1e-4) return value.toExponential(2)
  if (value < 1) return value.toFixed(2 - Math.floor(Math.log10(value)))
  let power = 0
  while (Math.round(value) >= 1000 && power < PREFIXES.length - 1) {
    value /= 1000
    power++
  }
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return value.toFixed(digits) + (power === 0 ? '' : NBSP + PREFIXES[power])
}
