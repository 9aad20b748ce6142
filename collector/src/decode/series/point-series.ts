/**
 * Which series a data point of OTLP belongs to.
 *
 * What a point's attributes mean is found out once: a point that looks like one before it, byte by
 * byte, goes to the same series.
 */
import type { Label } from '../../model/series.ts'
import {
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  NUMBER_POINT,
  SUMMARY_POINT,
  type MetricKind,
} from '../metric-fields.ts'
import { doubleAt, quantileOf, type PointCursor } from '../point-cursor.ts'
import { attributesOf } from '../values.ts'
import { DELTA, labelBytes } from './label-bytes.ts'
import { boundText } from './naming.ts'
import { withAttributes } from './otlp-labels.ts'
import type { SeriesSink } from './sink.ts'

/** One metric of one scope of one resource. */
export interface MetricContext {
  readonly kind: MetricKind
  readonly family: string
  readonly labels: readonly Label[]
  readonly delta: boolean
  /** It only rises, so that a start means that it began at 0. */
  readonly counts: boolean
  /** By the bytes of a point's attributes. */
  readonly points: Map<string, PointSeries[]>
}

/** The series of one point. Those of optional figures are made when the figure is met. */
export interface PointSeries {
  /** What beside the attributes tells points apart: bounds or quantiles, as bytes. */
  readonly shape: string
  readonly labels: readonly Label[]
  /** The value itself; buckets; quantiles. */
  readonly main: readonly number[]
  count: number
  sum: number
  min: number
  max: number
}

/** In place of the number of a series that there is not. */
export const NO_SERIES = -1

/** Finds the series of the point at which its cursor stands. */
export class PointSeriesFinder {
  readonly #sink: SeriesSink
  readonly #cursor: PointCursor
  /** Points that look like none before them, so far. */
  known = 0

  constructor(sink: SeriesSink, cursor: PointCursor) {
    this.#sink = sink
    this.#cursor = cursor
  }

  /** All that were found for points of the same attributes. */
  lookalikes(metric: MetricContext, bytes: Buffer): readonly PointSeries[] {
    return metric.points.get(this.#attributes(bytes)) ?? []
  }

  find(metric: MetricContext, bytes: Buffer, start: number, end: number): PointSeries {
    const key = this.#attributes(bytes)
    const known = metric.points.get(key) ?? []
    const shape = this.#shape(metric.kind, bytes)
    const found = known.find(entry => entry.shape === shape)
    if (found !== undefined) return found
    const series = this.#begin(metric, bytes, start, end, shape)
    metric.points.set(key, [...known, series])
    this.known++
    return series
  }

  /** The series of one figure of a metric. */
  series(
    metric: MetricContext,
    labels: readonly Label[],
    suffix: string,
    delta: boolean,
    ...more: Label[]
  ): number {
    const all = [...labels, ...more].filter(
      ([name], i, list) => list.findLastIndex(([n]) => n === name) === i,
    )
    const bytes = labelBytes([...(delta ? [DELTA] : []), ['__name__', metric.family + suffix], ...all])
    return this.#sink.series(bytes, 0, bytes.length)
  }

  #attributes(bytes: Buffer): string {
    const { attributes } = this.#cursor
    let key = ''
    for (let i = 0; i < attributes.count; i++)
      key += bytes.toString('latin1', attributes.start(i), attributes.end(i)) + '\n'
    return key
  }

  #shape(kind: MetricKind, bytes: Buffer): string {
    const cursor = this.#cursor
    if (kind === 'histogram') return bytes.toString('latin1', cursor.boundsStart, cursor.boundsEnd)
    if (kind !== 'summary') return ''
    let shape = ''
    for (let i = 0; i < cursor.quantiles.count; i++) shape += `${this.#quantile(bytes, i)},`
    return shape
  }

  #quantile(bytes: Buffer, index: number): number {
    const { quantiles } = this.#cursor
    return quantileOf(bytes, quantiles.start(index), quantiles.end(index)).quantile
  }

  #begin(metric: MetricContext, bytes: Buffer, start: number, end: number, shape: string): PointSeries {
    const attributes = attributesOf(bytes, start, end, ATTRIBUTES[metric.kind])
    const labels = withAttributes(metric.labels, attributes)
    const counted = metric.kind !== 'gauge' && metric.kind !== 'sum'
    return {
      shape,
      labels,
      main: this.#main(metric, labels, bytes),
      count: counted ? this.series(metric, labels, '_count', metric.delta) : NO_SERIES,
      sum: NO_SERIES,
      min: NO_SERIES,
      max: NO_SERIES,
    }
  }

  #main(metric: MetricContext, labels: readonly Label[], bytes: Buffer): number[] {
    const { boundsStart, boundsEnd, quantiles } = this.#cursor
    const series = (suffix: string, ...more: Label[]): number =>
      this.series(metric, labels, suffix, metric.delta, ...more)
    if (metric.kind === 'histogram') {
      const bounds = Array.from({ length: (boundsEnd - boundsStart) / 8 }, (_, i) =>
        boundText(doubleAt(bytes, boundsStart + 8 * i)),
      )
      return [...bounds, '+Inf'].map(bound => series('_bucket', ['le', bound]))
    }
    if (metric.kind === 'summary')
      return Array.from({ length: quantiles.count }, (_, i) =>
        series('', ['quantile', boundText(this.#quantile(bytes, i))]),
      )
    return [series('')]
  }
}

const ATTRIBUTES: Readonly<Record<MetricKind, number>> = {
  gauge: NUMBER_POINT.attributes,
  sum: NUMBER_POINT.attributes,
  histogram: HISTOGRAM_POINT.attributes,
  exponential: EXPONENTIAL_POINT.attributes,
  summary: SUMMARY_POINT.attributes,
}
