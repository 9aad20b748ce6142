/** The query that one most likely wants of a metric, by its type. */
import type { MetricJson } from '../../../collector/src/serve/api-types.ts'
import { quoted } from './promql-text.ts'

/** @param window  a duration of PromQL that holds several samples */
export function suggestQuery(metric: Pick<MetricJson, 'name' | 'type' | 'names'>, window: string): string {
  const has = (suffix: string): string | undefined => metric.names.find(name => name === metric.name + suffix)
  const bucket = has('_bucket')
  if (bucket !== undefined)
    return `histogram_quantile(0.95, sum by (le) (rate(${selector(bucket)}[${window}])))`
  const [sum, count] = [has('_sum'), has('_count')]
  if (sum !== undefined && count !== undefined)
    return `sum(rate(${selector(sum)}[${window}])) / sum(rate(${selector(count)}[${window}]))`
  const name = metric.names[0] ?? metric.name
  if (isCounter(metric.type, name)) return `rate(${selector(name)}[${window}])`
  return selector(name)
}

const isCounter = (type: string, name: string): boolean =>
  type === 'counter' || (type === 'unknown' && /_(total|count|sum|bucket)$/.test(name))

/** Names beyond those of old stand in quotes. */
const selector = (name: string): string => (/^[A-Za-z_:][\w:]*$/.test(name) ? name : `{${quoted(name)}}`)

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
