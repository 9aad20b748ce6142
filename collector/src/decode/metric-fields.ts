/**
 * The tags of OTLP's metrics: field number and wire type in one number, as they stand on the wire.
 *
 * Source: opentelemetry-proto 1.11.0, metrics.proto.
 */
const varint = (field: number): number => field << 3
const fixed64 = (field: number): number => (field << 3) | 1
const message = (field: number): number => (field << 3) | 2

export const METRIC = {
  name: message(1),
  description: message(2),
  unit: message(3),
  gauge: message(5),
  sum: message(7),
  histogram: message(9),
  exponential: message(10),
  summary: message(11),
  metadata: message(12),
} as const

/** What a metric's data are: the member of the oneof. */
export type MetricKind = 'gauge' | 'sum' | 'histogram' | 'exponential' | 'summary'

const KIND_OF_TAG: ReadonlyMap<number, MetricKind> = new Map(
  (['gauge', 'sum', 'histogram', 'exponential', 'summary'] as const).map(kind => [METRIC[kind], kind]),
)
/** @returns undefined where the tag is no member of the oneof `data` */
export const kindOfTag = (tag: number): MetricKind | undefined => KIND_OF_TAG.get(tag)

/** Gauge, Sum, Histogram, ExponentialHistogram, Summary: what they have they have under the same numbers. */
export const DATA = { points: message(1), temporality: varint(2), monotonic: varint(3) } as const
export const TEMPORALITY = { delta: 1, cumulative: 2 } as const
export const hasTemporality = (kind: MetricKind): boolean => kind !== 'gauge' && kind !== 'summary'

/** NumberDataPoint, of gauges and sums. */
export const NUMBER_POINT = {
  start: fixed64(2),
  time: fixed64(3),
  asDouble: fixed64(4),
  exemplars: message(5),
  asInt: fixed64(6),
  attributes: message(7),
  flags: varint(8),
} as const

export const HISTOGRAM_POINT = {
  start: fixed64(2),
  time: fixed64(3),
  count: fixed64(4),
  sum: fixed64(5),
  bucketCounts: message(6),
  bounds: message(7),
  exemplars: message(8),
  attributes: message(9),
  flags: varint(10),
  min: fixed64(11),
  max: fixed64(12),
} as const

export const EXPONENTIAL_POINT = {
  attributes: message(1),
  start: fixed64(2),
  time: fixed64(3),
  count: fixed64(4),
  sum: fixed64(5),
  scale: varint(6),
  zeroCount: fixed64(7),
  positive: message(8),
  negative: message(9),
  flags: varint(10),
  exemplars: message(11),
  min: fixed64(12),
  max: fixed64(13),
  zeroThreshold: fixed64(14),
} as const
/** Buckets of an exponential histogram. */
export const BUCKETS = { offset: varint(1), counts: message(2) } as const

export const SUMMARY_POINT = {
  start: fixed64(2),
  time: fixed64(3),
  count: fixed64(4),
  sum: fixed64(5),
  quantiles: message(6),
  attributes: message(7),
  flags: varint(8),
} as const
export const QUANTILE = { quantile: fixed64(1), value: fixed64(2) } as const

export const EXEMPLAR = {
  time: fixed64(2),
  asDouble: fixed64(3),
  spanId: message(4),
  traceId: message(5),
  asInt: fixed64(6),
  attributes: message(7),
} as const

/** DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK. */
export const NO_RECORDED_VALUE = 1
/** The tag of a repeated number that is written one by one instead of packed. */
export const unpacked = (tag: number, wireType: 0 | 1): number => tag - 2 + wireType
