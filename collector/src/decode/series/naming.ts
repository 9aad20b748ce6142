/**
 * How OTLP's names become those of Prometheus.
 *
 * Source: OpenTelemetry specification, compatibility/prometheus_and_openmetrics.md; the words for
 * units are those of prometheus/otlptranslator.
 */
import type { MetricKind } from '../metric-fields.ts'

const UNITS: ReadonlyMap<string, string> = new Map([
  ['d', 'days'],
  ['h', 'hours'],
  ['min', 'minutes'],
  ['s', 'seconds'],
  ['ms', 'milliseconds'],
  ['us', 'microseconds'],
  ['ns', 'nanoseconds'],
  ['By', 'bytes'],
  ['KiBy', 'kibibytes'],
  ['MiBy', 'mebibytes'],
  ['GiBy', 'gibibytes'],
  ['TiBy', 'tebibytes'],
  ['KBy', 'kilobytes'],
  ['MBy', 'megabytes'],
  ['GBy', 'gigabytes'],
  ['TBy', 'terabytes'],
  ['m', 'meters'],
  ['V', 'volts'],
  ['A', 'amperes'],
  ['J', 'joules'],
  ['W', 'watts'],
  ['g', 'grams'],
  ['Cel', 'celsius'],
  ['Hz', 'hertz'],
  ['1', ''],
  ['%', 'percent'],
])

const PER_UNITS: ReadonlyMap<string, string> = new Map([
  ['s', 'second'],
  ['m', 'minute'],
  ['h', 'hour'],
  ['d', 'day'],
  ['w', 'week'],
  ['mo', 'month'],
  ['y', 'year'],
])

/**
 * The name of a metric, or of a histogram's or summary's family: words joined by underscores, then
 * the unit, `_ratio` for a gauge of unit 1, `_total` for a monotonic sum.
 */
export function metricName(name: string, unit: string, kind: MetricKind, monotonic: boolean): string {
  const words = name.split(/[^a-zA-Z0-9:]+/).filter(word => word !== '')
  for (const suffix of unitSuffixes(unit)) if (!words.includes(suffix)) words.push(...suffix.split('_'))
  const suffix =
    kind === 'sum' && monotonic ? 'total' : kind === 'gauge' && unit === '1' ? 'ratio' : undefined
  const kept = suffix === undefined ? words : [...words.filter(word => word !== suffix), suffix]
  const joined = kept.join('_')
  return joined === '' || /^\d/.test(joined) ? `_${joined}` : joined
}

function unitSuffixes(unit: string): string[] {
  const [main = '', per = ''] = unit.split(/\/(.*)/s)
  const suffixes: string[] = []
  if (isUnit(main)) suffixes.push(words(UNITS.get(main.trim()) ?? main))
  if (isUnit(per)) suffixes.push(`per_${words(PER_UNITS.get(per.trim()) ?? per)}`)
  return suffixes.filter(suffix => suffix !== '' && suffix !== 'per_')
}

/** What stands in braces is a remark. */
const isUnit = (unit: string): boolean => unit.trim() !== '' && !/[{}]/.test(unit)

const words = (text: string): string =>
  text
    .split(/[^a-zA-Z0-9]+/)
    .filter(word => word !== '')
    .join('_')

/** The name of a label for an attribute key. */
export function labelName(key: string): string {
  const name = key.replace(/[^a-zA-Z0-9]+/g, '_')
  if (/^\d/.test(name)) return `key_${name}`
  if (name.startsWith('_')) return `key${name}`
  return name === '' ? 'key_' : name
}

/** As Go writes a float, which is how Prometheus writes the bounds of buckets. */
export function boundText(value: number): string {
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)))
  if (exponent >= -5 && exponent < 21) return plain(value)
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

const plain = (value: number): string => {
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '') : text
}
