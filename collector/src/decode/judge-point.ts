/**
 * Whether a data point can be kept, and if not, why: the sentences that a sender reads.
 *
 * A point without a recorded value is a gap; its value is not looked at.
 * Source: opentelemetry-proto 1.11.0, metrics.proto, the comments on each field.
 */
import { WireReader, word } from '../wire/reader.ts'
import { EXEMPLAR, type MetricKind } from './metric-fields.ts'
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from './fields.ts'
import { bucketsOf, doubleAt, quantileOf, type PointCursor } from './point-cursor.ts'
import { isZero } from './scan-state.ts'

export const NO_NAME = 'the metric has no name'
export const NO_TEMPORALITY = 'aggregation_temporality is neither delta nor cumulative'

/** @returns the reason to reject it; undefined where it can be kept */
export function pointFault(kind: MetricKind, bytes: Uint8Array, point: PointCursor): string | undefined {
  if (point.time < 0 || isZero(bytes, point.time, point.time + 8)) return 'time_unix_nano is 0'
  if (point.isStale) return undefined
  if (kind === 'histogram') return histogramFault(bytes, point)
  if (kind === 'exponential') return exponentialFault(bytes, point)
  if (kind === 'summary') return summaryFault(bytes, point)
  return point.asDouble < 0 && point.asInt < 0 ? 'neither as_double nor as_int is set' : undefined
}

const countAt = (bytes: Uint8Array, at: number): bigint =>
  at < 0 ? 0n : (BigInt(word(bytes, at + 4)) << 32n) | BigInt(word(bytes, at))

function histogramFault(bytes: Uint8Array, point: PointCursor): string | undefined {
  const bucketBytes = point.bucketsEnd - point.bucketsStart
  const boundBytes = point.boundsEnd - point.boundsStart
  if (bucketBytes % 8 !== 0 || boundBytes % 8 !== 0)
    return 'bucket_counts or explicit_bounds is no list of 8-byte numbers'
  if (bucketBytes === 0 && boundBytes === 0) return undefined
  if (bucketBytes !== boundBytes + 8)
    return 'bucket_counts does not have one element more than explicit_bounds'
  for (let at = point.boundsStart; at < point.boundsEnd; at += 8) {
    const bound = doubleAt(bytes, at)
    if (Number.isNaN(bound) || (at > point.boundsStart && bound <= doubleAt(bytes, at - 8)))
      return 'explicit_bounds are not strictly increasing'
  }
  let sum = 0n
  for (let at = point.bucketsStart; at < point.bucketsEnd; at += 8) sum += countAt(bytes, at)
  return sum === countAt(bytes, point.count) ? undefined : 'count is not the sum of bucket_counts'
}

function exponentialFault(bytes: Uint8Array, point: PointCursor): string | undefined {
  const sum =
    bucketsOf(bytes, point.positiveStart, point.positiveEnd).sum +
    bucketsOf(bytes, point.negativeStart, point.negativeEnd).sum +
    countAt(bytes, point.zeroCount)
  return sum === countAt(bytes, point.count)
    ? undefined
    : 'count is not the sum of all buckets and zero_count'
}

function summaryFault(bytes: Uint8Array, { quantiles }: PointCursor): string | undefined {
  let before = -Infinity
  for (let i = 0; i < quantiles.count; i++) {
    const { quantile } = quantileOf(bytes, quantiles.start(i), quantiles.end(i))
    if (!(quantile >= 0 && quantile <= 1)) return 'a quantile is not between 0 and 1'
    if (quantile <= before) return 'quantiles are not strictly increasing'
    before = quantile
  }
  return undefined
}

/** What of an exemplar must change before it can be kept. */
export interface ExemplarFaults {
  readonly noValue: boolean
  /** An id of a wrong length, of zeros, or a span id without a trace: the exemplar belongs to no trace. */
  readonly badIds: boolean
}

export function exemplarFaults(bytes: Uint8Array, start: number, end: number): ExemplarFaults {
  let noValue = true
  let badIds = false
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    if (tag === EXEMPLAR.asDouble || tag === EXEMPLAR.asInt) noValue = false
    if (tag === EXEMPLAR.traceId || tag === EXEMPLAR.spanId) {
      const stop = reader.enter()
      const wanted = tag === EXEMPLAR.traceId ? TRACE_ID_BYTES : SPAN_ID_BYTES
      const length = stop - reader.position
      if (length > 0 && (length !== wanted || isZero(bytes, reader.position, stop))) badIds = true
      reader.position = stop
    } else reader.skip(tag)
  }
  return { noValue, badIds }
}
