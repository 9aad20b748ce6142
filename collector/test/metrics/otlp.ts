/** Metrics of OTLP for tests, written field by field: independent of the code under test. */
import { attribute, bytesOf, fixed64, int, len, text } from '../otlp/wire.ts'
import { double } from './write.ts'

export const nano = (millis: number): bigint => BigInt(millis) * 1_000_000n

const DELTA = 1
const CUMULATIVE = 2

export interface PointTimes {
  readonly time: number
  readonly start?: number
  readonly flags?: number
}

const attributes = (field: number, values: Readonly<Record<string, string>> = {}): Uint8Array[] =>
  Object.entries(values).map(([key, value]) => attribute(field, key, text(value)))

export interface NumberPoint extends PointTimes {
  readonly value?: number | bigint
  readonly attributes?: Readonly<Record<string, string>>
  readonly exemplars?: readonly Uint8Array[]
}

/** A NumberDataPoint; a bigint value is an as_int. */
export const numberPoint = ({
  time,
  start,
  flags,
  value,
  exemplars = [],
  ...more
}: NumberPoint): Uint8Array =>
  len(
    1,
    ...(start === undefined ? [] : [fixed64(2, nano(start))]),
    fixed64(3, nano(time)),
    ...(value === undefined
      ? []
      : [typeof value === 'bigint' ? fixed64(6, BigInt.asUintN(64, value)) : double(4, value)]),
    ...exemplars.map(exemplar => len(5, exemplar)),
    ...attributes(7, more.attributes),
    ...(flags === undefined ? [] : [int(8, flags)]),
  )

export interface HistogramPoint extends PointTimes {
  readonly count: number
  readonly sum?: number
  readonly min?: number
  readonly max?: number
  readonly buckets?: readonly number[]
  readonly bounds?: readonly number[]
  readonly attributes?: Readonly<Record<string, string>>
  readonly exemplars?: readonly Uint8Array[]
}

export const histogramPoint = (point: HistogramPoint): Uint8Array =>
  len(
    1,
    ...(point.start === undefined ? [] : [fixed64(2, nano(point.start))]),
    fixed64(3, nano(point.time)),
    fixed64(4, BigInt(point.count)),
    ...(point.sum === undefined ? [] : [double(5, point.sum)]),
    ...(point.buckets === undefined ? [] : [packed(6, point.buckets.map(BigInt))]),
    ...(point.bounds === undefined ? [] : [packed(7, point.bounds)]),
    ...(point.exemplars ?? []).map(exemplar => len(8, exemplar)),
    ...attributes(9, point.attributes),
    ...(point.flags === undefined ? [] : [int(10, point.flags)]),
    ...(point.min === undefined ? [] : [double(11, point.min)]),
    ...(point.max === undefined ? [] : [double(12, point.max)]),
  )

const packed = (field: number, values: readonly (number | bigint)[]): Uint8Array =>
  len(
    field,
    ...values.map(value => (typeof value === 'bigint' ? fixed64(1, value) : double(1, value)).subarray(1)),
  )

export interface ExponentialPoint extends PointTimes {
  readonly count: number
  readonly scale: number
  readonly zeroCount?: number
  readonly zeroThreshold?: number
  readonly sum?: number
  readonly min?: number
  readonly max?: number
  readonly exemplars?: readonly Uint8Array[]
  readonly positive?: { readonly offset: number; readonly counts: readonly number[] }
  readonly negative?: { readonly offset: number; readonly counts: readonly number[] }
  readonly attributes?: Readonly<Record<string, string>>
}

export const zigzag = (value: number): bigint =>
  BigInt.asUintN(64, (BigInt(value) * 2n) ^ (BigInt(value) >> 63n))

export const exponentialPoint = (point: ExponentialPoint): Uint8Array =>
  len(
    1,
    ...attributes(1, point.attributes),
    ...(point.start === undefined ? [] : [fixed64(2, nano(point.start))]),
    fixed64(3, nano(point.time)),
    fixed64(4, BigInt(point.count)),
    ...(point.sum === undefined ? [] : [double(5, point.sum)]),
    int(6, zigzag(point.scale)),
    fixed64(7, BigInt(point.zeroCount ?? 0)),
    ...(point.positive === undefined ? [] : [len(8, ...buckets(point.positive))]),
    ...(point.negative === undefined ? [] : [len(9, ...buckets(point.negative))]),
    ...(point.flags === undefined ? [] : [int(10, point.flags)]),
    ...(point.exemplars ?? []).map(exemplar => len(11, exemplar)),
    ...(point.min === undefined ? [] : [double(12, point.min)]),
    ...(point.max === undefined ? [] : [double(13, point.max)]),
    ...(point.zeroThreshold === undefined ? [] : [double(14, point.zeroThreshold)]),
  )

const buckets = ({
  offset,
  counts,
}: {
  readonly offset: number
  readonly counts: readonly number[]
}): Uint8Array[] => [int(1, zigzag(offset)), len(2, ...counts.map(count => int(1, count).subarray(1)))]

export interface SummaryPoint extends PointTimes {
  readonly count: number
  readonly sum: number
  readonly quantiles: readonly (readonly [quantile: number, value: number])[]
}

export const summaryPoint = (point: SummaryPoint): Uint8Array =>
  len(
    1,
    fixed64(3, nano(point.time)),
    fixed64(4, BigInt(point.count)),
    double(5, point.sum),
    ...point.quantiles.map(([quantile, value]) => len(6, double(1, quantile), double(2, value))),
    ...(point.flags === undefined ? [] : [int(8, point.flags)]),
  )

export interface Exemplar {
  readonly time: number
  readonly value?: number | bigint
  readonly traceId?: string
  readonly spanId?: string
  readonly attributes?: Readonly<Record<string, string>>
}

export const exemplar = ({ time, value, traceId = '', spanId = '', ...more }: Exemplar): Uint8Array =>
  bytesOf(
    fixed64(2, nano(time)),
    ...(value === undefined
      ? []
      : [typeof value === 'bigint' ? fixed64(6, BigInt.asUintN(64, value)) : double(3, value)]),
    ...(spanId === '' ? [] : [len(4, Buffer.from(spanId, 'hex'))]),
    ...(traceId === '' ? [] : [len(5, Buffer.from(traceId, 'hex'))]),
    ...attributes(7, more.attributes),
  )

/** A Metric message's fields. */
const metric = (name: string, unit: string, data: Uint8Array): Uint8Array =>
  bytesOf(len(1, name), len(2, `about ${name}`), ...(unit === '' ? [] : [len(3, unit)]), data)

export const gauge = (name: string, points: readonly Uint8Array[], unit = ''): Uint8Array =>
  metric(name, unit, len(5, ...points))
export const sum = (
  name: string,
  points: readonly Uint8Array[],
  { unit = '', delta = false, monotonic = true } = {},
): Uint8Array =>
  metric(name, unit, len(7, ...points, int(2, delta ? DELTA : CUMULATIVE), int(3, monotonic ? 1 : 0)))
export const histogram = (
  name: string,
  points: readonly Uint8Array[],
  { unit = '', delta = false } = {},
): Uint8Array => metric(name, unit, len(9, ...points, int(2, delta ? DELTA : CUMULATIVE)))
export const exponential = (
  name: string,
  points: readonly Uint8Array[],
  { unit = '', delta = false } = {},
): Uint8Array => metric(name, unit, len(10, ...points, int(2, delta ? DELTA : CUMULATIVE)))
export const summary = (name: string, points: readonly Uint8Array[], unit = ''): Uint8Array =>
  metric(name, unit, len(11, ...points))

/** A request with one resource, of the given attributes, and one scope without a name. */
export const metricsRequest = (
  metrics: readonly Uint8Array[],
  resource: Readonly<Record<string, string>> = { 'service.name': 'shop', 'service.instance.id': 'i-1' },
): Uint8Array => len(1, len(1, ...attributes(1, resource)), len(2, ...metrics.map(fields => len(2, fields))))
