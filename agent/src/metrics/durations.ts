/**
 * Histograms of durations, kept for the price of a look-up: the SDK's sorts and prints the attributes of each
 * measurement to find its bucket. Here the caller names the series by a short text, and its attributes are made once.
 * Each bucket keeps the last sampled request that fell into it since the last collection, as an exemplar.
 *
 * A `MetricProducer` of the SDK, so that what is collected leaves with everything else.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ (names, unit, bounds),
 * https://opentelemetry.io/docs/specs/otel/metrics/sdk/ (TraceBased, AlignedHistogramBucketExemplarReservoir)
 */
import { TraceFlags, ValueType, type Attributes, type HrTime, type SpanContext } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type Histogram,
  type HistogramMetricData,
} from '@opentelemetry/sdk-metrics'
import { now } from '../clock.ts'
import type { Exemplar, MarkedPoint } from '../export/metrics.ts'

const BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
/** As the SDK bounds an instrument; what comes after is one series. */
const MOST_SERIES = 2000
const OVERFLOW: Attributes = { 'otel.metric.overflow': true }

interface Series {
  readonly attributes: Attributes
  readonly counts: number[]
  /** By bucket. */
  exemplars: (Exemplar | undefined)[]
  count: number
  sum: number
  min: number
  max: number
}

export interface Measured {
  readonly seconds: number
  /** When it ended. */
  readonly time: HrTime
  /** Of the span that was measured. */
  readonly context: SpanContext
}

export class Durations {
  readonly #name: string
  readonly #description: string
  readonly #isDelta: boolean
  readonly #series = new Map<string, Series>()
  #startTime: HrTime = now()

  constructor(name: string, description: string, isDelta: boolean) {
    this.#name = name
    this.#description = description
    this.#isDelta = isDelta
  }

  /** @param key  equal for equal attributes, different for different ones */
  record(key: string, { seconds, time, context }: Measured, attributes: () => Attributes): void {
    const series = this.#series.get(key) ?? this.#add(key, attributes)
    let bucket = 0
    while (bucket < BOUNDS_SECONDS.length && seconds > BOUNDS_SECONDS[bucket]!) bucket++
    series.counts[bucket]!++
    series.count++
    series.sum += seconds
    if (seconds < series.min) series.min = seconds
    if (seconds > series.max) series.max = seconds
    if ((context.traceFlags & TraceFlags.SAMPLED) !== 0)
      series.exemplars[bucket] = { time, value: seconds, traceId: context.traceId, spanId: context.spanId }
  }

  #add(key: string, attributes: () => Attributes): Series {
    if (this.#series.size >= MOST_SERIES) {
      const rest = this.#series.get('')
      if (rest) return rest
      return this.#put('', OVERFLOW)
    }
    return this.#put(key, attributes())
  }

  #put(key: string, attributes: Attributes): Series {
    const counts = Array.from({ length: BOUNDS_SECONDS.length + 1 }, () => 0)
    const series = { attributes, counts, exemplars: [], count: 0, sum: 0, min: Infinity, max: -Infinity }
    this.#series.set(key, series)
    return series
  }

  /** Since the start; since the last call where differences were asked for. */
  collect(): HistogramMetricData {
    const endTime = now()
    const startTime = this.#startTime
    const dataPoints = [...this.#series.values()].map(series => point(series, startTime, endTime))
    if (this.#isDelta) {
      this.#series.clear()
      this.#startTime = endTime
    }
    return {
      descriptor: {
        name: this.#name,
        description: this.#description,
        unit: 's',
        valueType: ValueType.DOUBLE,
      },
      aggregationTemporality: this.#isDelta
        ? AggregationTemporality.DELTA
        : AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.HISTOGRAM,
      dataPoints,
    }
  }
}

/** Its exemplars go with it: none is told twice. */
function point(series: Series, startTime: HrTime, endTime: HrTime): DataPoint<Histogram> & MarkedPoint {
  const { attributes, counts, count, sum, min, max } = series
  const buckets = { boundaries: BOUNDS_SECONDS, counts: [...counts] }
  const exemplars = series.exemplars.filter(exemplar => exemplar !== undefined)
  series.exemplars = []
  return { startTime, endTime, attributes, value: { buckets, count, sum, min, max }, exemplars }
}
