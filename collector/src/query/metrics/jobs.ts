/**
 * Every question about metrics, by name: pure functions from a source and parameters, plain data that
 * survives being sent between threads, to Prometheus's answers.
 */
import type { LabelMatcher, SeriesSelection } from '../../model/series.ts'
import type { Millis, UnixMillis } from '../../model/time.ts'
import type { Cancellation } from '../../store/api.ts'
import { selectorsOf } from '../promql/ast.ts'
import { instantQuery, rangeQuery, type QueryOptions } from '../promql/engine.ts'
import { compareLabels, keyOf } from '../promql/labels.ts'
import { formatValue } from '../promql/number.ts'
import { parsePromql } from '../promql/parse.ts'
import {
  labelsJson,
  limited,
  queryAnswer,
  success,
  type PrometheusAnswer,
  type QueryData,
} from './answers.ts'
import type { MetricsSource } from './source.ts'

interface QueryParams {
  readonly query: string
  /** 0: no limit. */
  readonly limit: number
  readonly lookback: Millis | undefined
}

export interface InstantParams extends QueryParams {
  readonly at: UnixMillis
}

export interface RangeParams extends QueryParams {
  readonly start: UnixMillis
  readonly end: UnixMillis
  readonly step: Millis
}

/** Series that match one of the selectors; without selectors all of them. */
export interface SeriesParams {
  readonly selectors: readonly (readonly LabelMatcher[])[]
  readonly from: UnixMillis
  readonly to: UnixMillis
  readonly limit: number
}

export interface ExemplarParams {
  readonly query: string
  readonly from: UnixMillis
  readonly to: UnixMillis
}

export interface MetadataParams {
  /** '' is every metric. */
  readonly metric: string
  readonly limit: number
  readonly limitPerMetric: number
}

const optionsOf = ({ lookback }: QueryParams, cancel: Cancellation): QueryOptions => ({
  check: () => cancel.check(),
  ...(lookback === undefined ? {} : { lookback }),
})

/** @throws HodoscopeError as the engine does */
function instant(
  source: MetricsSource,
  params: InstantParams,
  cancel: Cancellation,
): PrometheusAnswer<QueryData> {
  return queryAnswer(instantQuery(source, params.query, params.at, optionsOf(params, cancel)), params.limit)
}

function range(
  source: MetricsSource,
  params: RangeParams,
  cancel: Cancellation,
): PrometheusAnswer<QueryData> {
  return queryAnswer(rangeQuery(source, params.query, params, optionsOf(params, cancel)), params.limit)
}

function selectionsOf({ selectors, from, to }: SeriesParams): SeriesSelection[] {
  return (selectors.length === 0 ? [[]] : selectors).map(matchers => ({ matchers, from, to }))
}

/** Each once, in order of labels. */
function series(source: MetricsSource, params: SeriesParams): PrometheusAnswer<Record<string, string>[]> {
  const found = selectionsOf(params).flatMap(selection => source.labels(selection))
  const distinct = [...new Map(found.map(labels => [keyOf(labels), labels])).values()].sort(compareLabels)
  const { some, warnings } = limited(distinct, params.limit)
  return success(some.map(labelsJson), warnings)
}

function labelNames(source: MetricsSource, params: SeriesParams): PrometheusAnswer<readonly string[]> {
  return texts(
    selectionsOf(params).flatMap(selection => source.labelNames(selection)),
    params.limit,
  )
}

function labelValues(
  source: MetricsSource,
  { name, ...params }: SeriesParams & { readonly name: string },
): PrometheusAnswer<readonly string[]> {
  return texts(
    selectionsOf(params).flatMap(selection => source.labelValues(name, selection)),
    params.limit,
  )
}

function texts(all: readonly string[], limit: number): PrometheusAnswer<readonly string[]> {
  const { some, warnings } = limited([...new Set(all)].sort(), limit)
  return success(some, warnings)
}

/** By name of metric; a metric may be told of in more than one way. */
function metadata(source: MetricsSource, { metric, limit, limitPerMetric }: MetadataParams) {
  const byName = new Map<string, { type: string; unit: string; help: string }[]>()
  for (const { name, type, unit, help } of source.metadata()) {
    if (metric !== '' && name !== metric) continue
    const told = byName.get(name)
    if (told === undefined) byName.set(name, [{ type, unit, help }])
    else if (limitPerMetric === 0 || told.length < limitPerMetric) told.push({ type, unit, help })
  }
  return success(Object.fromEntries(limited([...byName], limit).some))
}

/** Of every series that the query selects. */
function exemplars(source: MetricsSource, { query, from, to }: ExemplarParams) {
  const found = selectorsOf(parsePromql(query)).flatMap(({ matchers }) =>
    source.exemplars({ matchers, from, to }),
  )
  const distinct = [...new Map(found.map(one => [keyOf(one.labels), one])).values()]
  distinct.sort((a, b) => compareLabels(a.labels, b.labels))
  return success(
    distinct.map(({ labels, exemplars }) => ({
      seriesLabels: labelsJson(labels),
      exemplars: exemplars.map(({ labels, time, value }) => ({
        labels: labelsJson(labels),
        value: formatValue(value),
        timestamp: time / 1000,
      })),
    })),
  )
}

export const METRIC_JOBS = {
  promInstant: instant,
  promRange: range,
  promSeries: series,
  promLabelNames: labelNames,
  promLabelValues: labelValues,
  promMetadata: metadata,
  promExemplars: exemplars,
} as const

export type MetricJobName = keyof typeof METRIC_JOBS

export const isMetricJob = (name: string): name is MetricJobName => Object.hasOwn(METRIC_JOBS, name)

/** @throws HodoscopeError as the job does */
export function runMetricJob(
  name: MetricJobName,
  source: MetricsSource,
  params: unknown,
  cancel: Cancellation,
): PrometheusAnswer<unknown> {
  const job = METRIC_JOBS[name] as (
    source: MetricsSource,
    params: unknown,
    cancel: Cancellation,
  ) => PrometheusAnswer<unknown>
  return job(source, params, cancel)
}
