/**
 * Metrics as one snapshot sees them: series of float samples, and what belongs to them.
 *
 * **Samples.** Values are float64, times Unix milliseconds, of any age. Of two samples of one series
 * at one time the one that arrived last counts. A stale marker ends a series until its next sample.
 *
 * **OTLP.** Data points are series under Prometheus' names (`decode/series/`). A series of deltas is
 * summed up from the beginning of the selection, so that `rate` and `increase` are exact; where a
 * counter tells that it began anew and its value does not show it, a sample of 0 stands there.
 *
 * **Histograms kept whole** (OTLP's exponential ones, Prometheus' native ones) come out byte by byte
 * as they went in; OTLP's have `_count`, `_sum`, `_min` and `_max` as series besides.
 */
import type { Attributes } from '../model/attributes.ts'
import type { Labels, SeriesSelection, SeriesSource } from '../model/series.ts'

export interface MetricDescription {
  /** The family: a histogram's name without `_bucket`. */
  readonly name: string
  readonly type: string
  readonly unit: string
  readonly help: string
  /** What OTLP tells besides in `Metric.metadata`. */
  readonly attributes: Attributes
}

/** Samples as they were sent: deltas are not summed up, and nothing is put in where a counter began anew. */
export interface SeriesPoints {
  readonly labels: Labels
  /** Each value tells what came since the one before. */
  readonly delta: boolean
  /** Unix milliseconds, strictly ascending. */
  readonly times: Float64Array
  readonly values: Float64Array
  /** Unix milliseconds since when each value counts; NaN where that was not told. */
  readonly starts: Float64Array
  /** 1 where the sample is a stale marker. */
  readonly stale: Uint8Array
}

export interface Exemplar {
  /** Of the exemplar itself: `trace_id` and `span_id` among them where it has a trace. */
  readonly labels: Labels
  /** Unix milliseconds. */
  readonly time: number
  readonly value: number
}

export interface SeriesExemplars {
  readonly labels: Labels
  /** By time; none twice. */
  readonly exemplars: readonly Exemplar[]
}

export interface WholeHistogram {
  /** Unix milliseconds. */
  readonly time: number
  /** `otlp`: an ExponentialHistogramDataPoint; `prometheus`: a `prometheus.Histogram`. */
  readonly encoding: 'otlp' | 'prometheus'
  readonly bytes: Uint8Array
}

export interface SeriesHistograms {
  readonly labels: Labels
  /** By time. */
  readonly points: readonly WholeHistogram[]
}

export interface Cardinality {
  readonly series: number
  /** Metrics by their number of series, most first, then by name. */
  readonly metrics: readonly { readonly name: string; readonly series: number }[]
  /** Labels by their number of distinct values, most first, then by name. */
  readonly labels: readonly { readonly name: string; readonly values: number }[]
}

export interface TimesOfSamples {
  /** Unix milliseconds, of the earliest and the latest sample. */
  readonly from: number
  readonly to: number
}

export interface MetricsView extends SeriesSource {
  /** Of all samples; undefined where there is none. */
  extent(): TimesOfSamples | undefined
  /** Label sets of matching series that have something in the range; a store may also tell of some that have something near it. In no order. */
  labels(selection: SeriesSelection): readonly Labels[]
  /** Names of labels of those series, ascending. */
  labelNames(selection: SeriesSelection): readonly string[]
  /** Values of a label of those series, ascending. */
  labelValues(name: string, selection: SeriesSelection): readonly string[]
  /** What is told of metrics, each once, by name. */
  metadata(): readonly MetricDescription[]
  /** Each matching series that has a sample in the range, in no order. */
  points(selection: SeriesSelection): readonly SeriesPoints[]
  exemplars(selection: SeriesSelection): readonly SeriesExemplars[]
  /** Exemplars that carry a trace id, of any time. @param traceId 32 lower-case hex digits */
  exemplarsOfTrace(traceId: string): readonly SeriesExemplars[]
  histograms(selection: SeriesSelection): readonly SeriesHistograms[]
  /** How many of those series each metric has, by its name. */
  seriesByMetric(selection: SeriesSelection): ReadonlyMap<string, number>
  /** How many series there are of what; at most `limit` metrics and labels. */
  cardinality(selection: SeriesSelection, limit: number): Cardinality
}
