/** Metrics as OTLP/JSON text, one record each. Source: opentelemetry-proto, metrics.proto. */
import type { HrTime } from '@opentelemetry/api'
import {
  AggregationTemporality,
  DataPointType,
  type DataPoint,
  type ExponentialHistogram,
  type Histogram,
  type MetricData,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { Item } from './item.ts'
import { attributesJson, textJson } from './otlp-json.ts'
import { nanos, scopeJson } from './records.ts'

/** A measurement that stands for others, and the request that it was made on. */
export interface Exemplar {
  readonly time: HrTime
  readonly value: number
  readonly traceId: string
  readonly spanId: string
}

/** What a point of the SDK's has no place for. */
export interface MarkedPoint {
  readonly exemplars?: readonly Exemplar[]
}

const LIMITS = { longest: 4096, most: 128 }
const LONGEST_NAME = 1024

export function* metricItems({ scopeMetrics }: ResourceMetrics): Generator<Item> {
  for (const { scope, metrics } of scopeMetrics) {
    for (const metric of metrics) {
      if (metric.dataPoints.length === 0) continue
      const text = metricJson(metric)
      yield { text, bytes: Buffer.byteLength(text), scope: scopeJson(scope), priority: 'middle' }
    }
  }
}

function metricJson(metric: MetricData): string {
  const { name, description, unit } = metric.descriptor
  return (
    `{"name":${textJson(name, LONGEST_NAME)},"description":${textJson(description, LONGEST_NAME)}` +
    `,"unit":${textJson(unit, LONGEST_NAME)},${dataJson(metric)}}`
  )
}

function dataJson(metric: MetricData): string {
  const temporality = metric.aggregationTemporality === AggregationTemporality.DELTA ? 1 : 2
  switch (metric.dataPointType) {
    case DataPointType.SUM:
      return `"sum":{"aggregationTemporality":${temporality},"isMonotonic":${metric.isMonotonic},"dataPoints":[${metric.dataPoints.map(numberJson).join(',')}]}`
    case DataPointType.GAUGE:
      return `"gauge":{"dataPoints":[${metric.dataPoints.map(numberJson).join(',')}]}`
    case DataPointType.HISTOGRAM:
      return `"histogram":{"aggregationTemporality":${temporality},"dataPoints":[${metric.dataPoints.map(histogramJson).join(',')}]}`
    case DataPointType.EXPONENTIAL_HISTOGRAM:
      return `"exponentialHistogram":{"aggregationTemporality":${temporality},"dataPoints":[${metric.dataPoints.map(exponentialJson).join(',')}]}`
  }
}

function numberJson(point: DataPoint<number>): string {
  return `{${frame(point)},"asDouble":${double(point.value)}}`
}

function histogramJson(point: DataPoint<Histogram> & MarkedPoint): string {
  const { count, sum, min, max, buckets } = point.value
  return (
    `{${frame(point)},"count":"${count}","sum":${double(sum ?? 0)}${range(min, max)}` +
    `,"bucketCounts":[${buckets.counts.map(counted => `"${counted}"`).join(',')}]` +
    `,"explicitBounds":[${buckets.boundaries.map(double).join(',')}]${exemplarsJson(point)}}`
  )
}

function exemplarsJson({ exemplars = [] }: MarkedPoint): string {
  if (exemplars.length === 0) return ''
  const texts = exemplars.map(
    ({ time: at, value, traceId, spanId }) =>
      `{${time('timeUnixNano', at)},"asDouble":${double(value)},"spanId":"${spanId}","traceId":"${traceId}"}`,
  )
  return `,"exemplars":[${texts.join(',')}]`
}

function exponentialJson(point: DataPoint<ExponentialHistogram>): string {
  const { count, sum, min, max, scale, zeroCount, positive, negative } = point.value
  const side = ({ offset, bucketCounts }: ExponentialHistogram['positive']) =>
    `{"offset":${offset},"bucketCounts":[${bucketCounts.map(counted => `"${counted}"`).join(',')}]}`
  return (
    `{${frame(point)},"count":"${count}","sum":${double(sum ?? 0)}${range(min, max)},"scale":${scale}` +
    `,"zeroCount":"${zeroCount}","positive":${side(positive)},"negative":${side(negative)}}`
  )
}

function frame({ attributes, startTime, endTime }: DataPoint<unknown>): string {
  return `"attributes":${attributesJson(attributes, LIMITS)},${time('startTimeUnixNano', startTime)},${time('timeUnixNano', endTime)}`
}

function time(name: string, at: HrTime): string {
  return `"${name}":"${nanos(at)}"`
}

function range(min: number | undefined, max: number | undefined): string {
  return `${min === undefined ? '' : `,"min":${double(min)}`}${max === undefined ? '' : `,"max":${double(max)}`}`
}

function double(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${value}"`
}
