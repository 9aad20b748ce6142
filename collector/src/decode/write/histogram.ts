/**
 * Prometheus native histograms: read as an object, and judged.
 *
 * Source: prometheus/prompb types.proto, and model/histogram: what `Validate` there asks for.
 */
import { WireReader } from '../../wire/reader.ts'
import { unpacked } from '../metric-fields.ts'
import { nested } from '../values.ts'
import { BUCKET_SPAN, HISTOGRAM } from './fields.ts'

export interface BucketSpan {
  readonly offset: number
  readonly length: number
}

/** Buckets of one sign. Counts are absolute, and whole where the histogram is one of integers. */
export interface NativeBuckets {
  readonly spans: readonly BucketSpan[]
  readonly counts: readonly number[]
}

export interface NativeHistogram {
  /** Unix milliseconds. */
  readonly timestamp: number
  /** The counts are floats and not whole numbers. */
  readonly float: boolean
  readonly count: number
  readonly sum: number
  readonly schema: number
  readonly zeroThreshold: number
  readonly zeroCount: number
  readonly positive: NativeBuckets
  readonly negative: NativeBuckets
  /** 0 unknown, 1 yes, 2 no, 3 gauge. */
  readonly resetHint: number
  /** Upper bounds, of a histogram with custom buckets (schema -53). */
  readonly customValues: readonly number[]
}

export const CUSTOM_BUCKETS = -53
const MIN_SCHEMA = -9
const MAX_SCHEMA = 52

const unzigzag = (value: number): number => (value >>> 1) ^ -(value & 1)
const signed = (value: bigint): number => Number((value >> 1n) ^ -(value & 1n))

/** A Histogram message in [start, end). @throws WireError */
export function nativeHistogramOf(bytes: Uint8Array, start: number, end: number): NativeHistogram {
  const reader = new WireReader(bytes, start, end)
  const of = {
    timestamp: 0,
    float: false,
    count: 0,
    sum: 0,
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    resetHint: 0,
  }
  const spans: { positive: BucketSpan[]; negative: BucketSpan[] } = { positive: [], negative: [] }
  const deltas: { positive: number[]; negative: number[] } = { positive: [], negative: [] }
  const floats: { positive: number[]; negative: number[] } = { positive: [], negative: [] }
  const customValues: number[] = []
  const int64s = (into: number[]): void =>
    eachPacked(reader, list => into.push(signed(BigInt.asUintN(64, list.int64()))))
  const doubles = (into: number[]): void => eachPacked(reader, list => into.push(list.double()))
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    switch (tag) {
      case HISTOGRAM.countInt:
        of.count = Number(BigInt.asUintN(64, reader.int64()))
        break
      case HISTOGRAM.countFloat:
        of.count = reader.double()
        of.float = true
        break
      case HISTOGRAM.sum:
        of.sum = reader.double()
        break
      case HISTOGRAM.schema:
        of.schema = unzigzag(reader.uint32())
        break
      case HISTOGRAM.zeroThreshold:
        of.zeroThreshold = reader.double()
        break
      case HISTOGRAM.zeroCountInt:
        of.zeroCount = Number(BigInt.asUintN(64, reader.int64()))
        break
      case HISTOGRAM.zeroCountFloat:
        of.zeroCount = reader.double()
        break
      case HISTOGRAM.resetHint:
        of.resetHint = reader.uint32()
        break
      case HISTOGRAM.timestamp:
        of.timestamp = Number(reader.int64())
        break
      case HISTOGRAM.positiveSpans:
        spans.positive.push(nested(reader, spanOf))
        break
      case HISTOGRAM.negativeSpans:
        spans.negative.push(nested(reader, spanOf))
        break
      case HISTOGRAM.positiveDeltas:
        int64s(deltas.positive)
        break
      case HISTOGRAM.negativeDeltas:
        int64s(deltas.negative)
        break
      case HISTOGRAM.positiveCounts:
        doubles(floats.positive)
        break
      case HISTOGRAM.negativeCounts:
        doubles(floats.negative)
        break
      case HISTOGRAM.customValues:
        doubles(customValues)
        break
      case unpacked(HISTOGRAM.positiveDeltas, 0):
        deltas.positive.push(signed(BigInt.asUintN(64, reader.int64())))
        break
      case unpacked(HISTOGRAM.negativeDeltas, 0):
        deltas.negative.push(signed(BigInt.asUintN(64, reader.int64())))
        break
      case unpacked(HISTOGRAM.positiveCounts, 1):
        floats.positive.push(reader.double())
        break
      case unpacked(HISTOGRAM.negativeCounts, 1):
        floats.negative.push(reader.double())
        break
      case unpacked(HISTOGRAM.customValues, 1):
        customValues.push(reader.double())
        break
      default:
        reader.skip(tag)
    }
  const counts = (sign: 'positive' | 'negative'): number[] =>
    of.float ? floats[sign] : summedUp(deltas[sign])
  return {
    ...of,
    positive: { spans: spans.positive, counts: counts('positive') },
    negative: { spans: spans.negative, counts: counts('negative') },
    customValues,
  }
}

function eachPacked(reader: WireReader, read: (list: WireReader) => void): void {
  const end = reader.enter()
  const list = new WireReader(reader.bytes, reader.position, end)
  while (list.position < end) read(list)
  reader.position = end
}

function spanOf(bytes: Uint8Array, start: number, end: number): BucketSpan {
  let offset = 0
  let length = 0
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === BUCKET_SPAN.offset) offset = unzigzag(reader.uint32())
    else if (tag === BUCKET_SPAN.length) length = reader.uint32()
    else reader.skip(tag)
  return { offset, length }
}

/** Each count is told as the difference from the one before. */
function summedUp(deltas: readonly number[]): number[] {
  let count = 0
  return deltas.map(delta => (count += delta))
}

/** @returns why it cannot be kept; undefined where it can */
export function histogramFault(histogram: NativeHistogram): string | undefined {
  const { schema, positive, negative, customValues } = histogram
  if (schema !== CUSTOM_BUCKETS && !(schema >= MIN_SCHEMA && schema <= MAX_SCHEMA))
    return `a native histogram of schema ${schema} is not known`
  for (const buckets of [positive, negative]) {
    const fault = bucketsFault(buckets)
    if (fault !== undefined) return fault
  }
  if (schema === CUSTOM_BUCKETS) {
    if (negative.counts.length > 0 || histogram.zeroCount !== 0)
      return 'a native histogram with custom buckets has a zero bucket or negative ones'
    if (customValues.some((bound, i) => Number.isNaN(bound) || (i > 0 && bound <= customValues[i - 1]!)))
      return 'custom_values are not strictly increasing'
  }
  return countFault(histogram)
}

function bucketsFault({ spans, counts }: NativeBuckets): string | undefined {
  if (spans.reduce((sum, span) => sum + span.length, 0) !== counts.length)
    return 'the spans of a native histogram do not have as many buckets as it has counts'
  if (spans.some((span, i) => i > 0 && span.offset < 0))
    return 'a span of a native histogram has a negative offset'
  return counts.some(count => !(count >= 0))
    ? 'a bucket of a native histogram has a negative count'
    : undefined
}

/** Observations of NaN are counted and stand in no bucket. Sums of floats are not compared: they are rounded. */
function countFault({
  float,
  count,
  sum,
  zeroCount,
  positive,
  negative,
}: NativeHistogram): string | undefined {
  if (float) return count >= 0 ? undefined : 'the count of a native histogram is negative'
  const inBuckets = [...positive.counts, ...negative.counts].reduce((total, n) => total + n, zeroCount)
  const fits = Number.isNaN(sum) ? inBuckets <= count : inBuckets === count
  return fits ? undefined : 'the count of a native histogram is not the sum of its buckets'
}
