/**
 * Answers in the form that Prometheus gives them: an envelope, times in seconds, values as text.
 *
 * Source: prometheus.io/docs/prometheus/latest/querying/api, "Format overview".
 */
import type { Labels } from '../../model/series.ts'
import type { PromqlAnswer, Result, ResultSeries } from '../promql/engine.ts'
import { formatValue } from '../promql/number.ts'

export interface PrometheusAnswer<Data> {
  status: 'success'
  data: Data
  warnings?: readonly string[]
  infos?: readonly string[]
}

type LabelsJson = Record<string, string>
/** Seconds, and a value as text. */
type PointJson = [number, string]

export type QueryData =
  | { resultType: 'vector'; result: { metric: LabelsJson; value: PointJson }[] }
  | { resultType: 'matrix'; result: { metric: LabelsJson; values: PointJson[] }[] }
  | { resultType: 'scalar' | 'string'; result: PointJson }

export const TRUNCATED = 'results truncated due to limit'

export function success<Data>(
  data: Data,
  warnings: readonly string[] = [],
  infos: readonly string[] = [],
): PrometheusAnswer<Data> {
  return {
    status: 'success',
    data,
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(infos.length > 0 ? { infos } : {}),
  }
}

/** What was not read is a warning: the answer is not whole. */
export function withWarnings(
  answer: PrometheusAnswer<unknown>,
  more: readonly string[],
): PrometheusAnswer<unknown> {
  return more.length === 0 ? answer : { ...answer, warnings: [...(answer.warnings ?? []), ...more] }
}

/** At most so many; 0 is no limit. */
export function limited<T>(all: readonly T[], limit: number): { some: readonly T[]; warnings: string[] } {
  return limit > 0 && all.length > limit
    ? { some: all.slice(0, limit), warnings: [TRUNCATED] }
    : { some: all, warnings: [] }
}

export function queryAnswer(
  { result, warnings, infos }: PromqlAnswer,
  limit: number,
): PrometheusAnswer<QueryData> {
  const { data, truncated } = queryData(result, limit)
  return success(data, [...warnings, ...truncated], infos)
}

function queryData(result: Result, limit: number): { data: QueryData; truncated: string[] } {
  if (result.kind === 'vector') {
    const { some, warnings } = limited(result.samples, limit)
    const rows = some.map(({ labels, value }) => ({
      metric: labelsJson(labels),
      value: point(result.at, value),
    }))
    return { data: { resultType: 'vector', result: rows }, truncated: warnings }
  }
  if (result.kind === 'matrix') {
    const { some, warnings } = limited(result.series, limit)
    return { data: { resultType: 'matrix', result: some.map(seriesJson) }, truncated: warnings }
  }
  const value = result.kind === 'string' ? result.value : formatValue(result.value)
  return { data: { resultType: result.kind, result: [result.at / 1000, value] }, truncated: [] }
}

function seriesJson({ labels, times, values }: ResultSeries) {
  const points: PointJson[] = []
  for (let i = 0; i < times.length; i++) points.push(point(times[i]!, values[i]!))
  return { metric: labelsJson(labels), values: points }
}

const point = (at: number, value: number): PointJson => [at / 1000, formatValue(value)]

/** Any name is plain data, `__proto__` too. */
export function labelsJson(labels: Labels): LabelsJson {
  return Object.fromEntries(labels)
}
