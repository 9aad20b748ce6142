/** The query that one most likely wants of a metric, by its type. */
import type { MetricJson } from '../../../collector/src/serve/api-types.ts'
import { quoted } from './promql-text.ts'

type Labels = Readonly<Record<string, string>>

/**
 * @param window  a duration of PromQL that holds several samples
 * @param labels  that the series are to have; all series without
 */
export function suggestQuery(
  metric: Pick<MetricJson, 'name' | 'type' | 'names'>,
  window: string,
  labels: Labels = {},
): string {
  const of = (name: string): string => selector(name, labels)
  const has = (suffix: string): string | undefined => metric.names.find(name => name === metric.name + suffix)
  const bucket = has('_bucket')
  if (bucket !== undefined) return `histogram_quantile(0.95, sum by (le) (rate(${of(bucket)}[${window}])))`
  const [sum, count] = [has('_sum'), has('_count')]
  if (sum !== undefined && count !== undefined)
    return `sum(rate(${of(sum)}[${window}])) / sum(rate(${of(count)}[${window}]))`
  const name = metric.names[0] ?? metric.name
  if (isCounter(metric.type, name)) return `rate(${of(name)}[${window}])`
  return of(name)
}

const isCounter = (type: string, name: string): boolean =>
  type === 'counter' || (type === 'unknown' && /_(total|count|sum|bucket)$/.test(name))

/** Names beyond those of old stand in quotes, a metric's within the braces. */
function selector(name: string, labels: Labels): string {
  const matchers = Object.entries(labels).map(
    ([label, value]) => `${/^[A-Za-z_]\w*$/.test(label) ? label : quoted(label)}=${quoted(value)}`,
  )
  if (!/^[A-Za-z_:][\w:]*$/.test(name)) return `{${[quoted(name), ...matchers].join(', ')}}`
  return matchers.length === 0 ? name : `${name}{${matchers.join(', ')}}`
}

const MINUTE = 60_000
const WINDOWS = [
  [5 * MINUTE, '5m'],
  [15 * MINUTE, '15m'],
  [60 * MINUTE, '1h'],
  [360 * MINUTE, '6h'],
  [1440 * MINUTE, '1d'],
] as const

/** The window for a rate over steps of so many milliseconds: none falls between two windows. */
export const windowFor = (stepMillis: number): string =>
  WINDOWS.find(([millis]) => millis >= stepMillis * 2)?.[1] ?? '1d'
