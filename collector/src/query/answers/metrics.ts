/**
 * What is known of metrics besides their samples.
 */
import type { Answered, AttributeList } from './common.ts'

/** GET /api/cardinality?from=&to=&limit= */
export interface CardinalityAnswer extends Answered {
  series: number
  /** By their number of series, most first. */
  metrics: { name: string; series: number }[]
  /** By their number of distinct values, most first. */
  labels: { name: string; values: number }[]
}

/** GET /api/metrics?find=&from=&to=&limit= */
export interface MetricsAnswer extends Answered {
  /** Of all metrics in the range. */
  series: number
  /** How many metrics are found; `metrics` has the first of them. */
  found: number
  /** By name. */
  metrics: MetricJson[]
}

/** A family of series, with what is told of it: that which says most, where it is told of in several ways. */
export interface MetricJson {
  /** Prometheus' name: a histogram's without `_bucket`. */
  name: string
  /** Prometheus' word: `counter`, `gauge`, `histogram`, `summary`, `unknown`, … */
  type: string
  unit: string
  description: string
  /** OTLP's `Metric.metadata`. */
  attributes: AttributeList
  series: number
  /** Under which its series are asked for: a histogram's `…_bucket`, `…_count`, `…_sum`. */
  names: string[]
}
