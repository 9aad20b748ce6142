/**
 * The tags of Prometheus remote-write 1.0, as they stand on the wire.
 *
 * Source: prometheus/prompb types.proto and remote.proto.
 */
const varint = (field: number): number => field << 3
const fixed64 = (field: number): number => (field << 3) | 1
const message = (field: number): number => (field << 3) | 2

export const WRITE_REQUEST = { series: message(1), metadata: message(3) } as const
export const TIME_SERIES = {
  labels: message(1),
  samples: message(2),
  exemplars: message(3),
  histograms: message(4),
} as const
export const LABEL = { name: message(1), value: message(2) } as const
export const SAMPLE = { value: fixed64(1), timestamp: varint(2) } as const
export const EXEMPLAR = { labels: message(1), value: fixed64(2), timestamp: varint(3) } as const
export const METADATA = { type: varint(1), family: message(2), help: message(4), unit: message(5) } as const
export const HISTOGRAM = {
  countInt: varint(1),
  countFloat: fixed64(2),
  sum: fixed64(3),
  schema: varint(4),
  zeroThreshold: fixed64(5),
  zeroCountInt: varint(6),
  zeroCountFloat: fixed64(7),
  negativeSpans: message(8),
  negativeDeltas: message(9),
  negativeCounts: message(10),
  positiveSpans: message(11),
  positiveDeltas: message(12),
  positiveCounts: message(13),
  resetHint: varint(14),
  timestamp: varint(15),
  customValues: message(16),
} as const
export const BUCKET_SPAN = { offset: varint(1), length: varint(2) } as const

/** `prometheus.MetricMetadata.MetricType`, by number. */
export const METRIC_TYPES = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
] as const
