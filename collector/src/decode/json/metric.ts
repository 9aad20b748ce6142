/**
 * A metric of OTLP/JSON, written as protobuf. A fault in a data point costs that point; one in the
 * metric itself costs all of them.
 */
import { SPAN_ID_BYTES, TRACE_ID_BYTES } from '../fields.ts'
import {
  BUCKETS,
  DATA,
  EXEMPLAR,
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  METRIC,
  NUMBER_POINT,
  QUANTILE,
  SUMMARY_POINT,
  type MetricKind,
} from '../metric-fields.ts'
import { EXEMPLAR_UNASSOCIATED } from '../normalise-metric.ts'
import { writeHex } from './ids.ts'
import { doubleOf, integerWithin } from './numbers.ts'
import type { JsonObject, Transcoder } from './transcoder.ts'
import { writeAttributes } from './values.ts'

const MEMBERS: readonly (readonly [MetricKind, string, string])[] = [
  ['gauge', 'gauge', 'gauge'],
  ['sum', 'sum', 'sum'],
  ['histogram', 'histogram', 'histogram'],
  ['exponential', 'exponentialHistogram', 'exponential_histogram'],
  ['summary', 'summary', 'summary'],
]
const TEMPORALITIES = [
  'AGGREGATION_TEMPORALITY_UNSPECIFIED',
  'AGGREGATION_TEMPORALITY_DELTA',
  'AGGREGATION_TEMPORALITY_CUMULATIVE',
]
const MAX_UINT64 = 2n ** 64n - 1n

type WritePoint = (to: Transcoder, point: JsonObject) => void
const WRITE_POINT: Readonly<Record<MetricKind, WritePoint>> = {
  gauge: writeNumber,
  sum: writeNumber,
  histogram: writeHistogram,
  exponential: writeExponential,
  summary: writeSummary,
}

export function writeMetric(to: Transcoder, metric: JsonObject): void {
  to.text(METRIC.name, metric['name'], 'name of the metric')
  to.text(METRIC.description, metric['description'], 'description')
  to.text(METRIC.unit, metric['unit'], 'unit')
  writeAttributes(to, METRIC.metadata, metric['metadata'], 'metadata')
  const chosen = dataOf(to, metric)
  if (to.fault === '' && chosen !== undefined) writeData(to, chosen.kind, chosen.data)
}

/** The member of the oneof that counts: the last one in the text. */
function dataOf(to: Transcoder, metric: JsonObject): { kind: MetricKind; data: JsonObject } | undefined {
  let chosen: { kind: MetricKind; data: JsonObject } | undefined
  for (const name in metric) {
    const member = MEMBERS.find(([, camel, snake]) => name === camel || name === snake)
    const data = member === undefined ? undefined : to.object(metric[name], name)
    if (data !== undefined) chosen = { kind: member![0], data }
  }
  return chosen
}

const pointsOf = (to: Transcoder, data: JsonObject): readonly unknown[] =>
  to.list(data['dataPoints'] ?? data['data_points'], 'dataPoints')

/** Data points of a metric that is not written. */
export function jsonPointsIn(to: Transcoder, metric: JsonObject | undefined): number {
  const chosen = metric === undefined ? undefined : dataOf(to, metric)
  return chosen === undefined ? 0 : pointsOf(to, chosen.data).filter(point => point !== null).length
}

function writeData(to: Transcoder, kind: MetricKind, data: JsonObject): void {
  const { out } = to
  out.varint(METRIC[kind])
  const opened = out.open()
  for (const element of pointsOf(to, data)) {
    const point = to.object(element, 'dataPoints')
    if (point !== undefined) writePoint(to, point, WRITE_POINT[kind])
  }
  // A temporality that OTLP does not know is none: the scan rejects the points.
  to.enum(DATA.temporality, data['aggregationTemporality'] ?? data['aggregation_temporality'], TEMPORALITIES)
  to.bool(DATA.monotonic, data['isMonotonic'] ?? data['is_monotonic'], 'isMonotonic')
  out.close(opened)
}

function writePoint(to: Transcoder, point: JsonObject, write: WritePoint): void {
  const { out } = to
  const before = out.length
  out.varint(DATA.points)
  const opened = out.open()
  write(to, point)
  if (to.fault === '') return out.close(opened)
  out.reset(before)
  to.findings.reject(to.fault)
  to.fault = ''
}

/** What all data points have, under the numbers that their type gives it. */
function writeCommon(
  to: Transcoder,
  point: JsonObject,
  fields: {
    readonly start: number
    readonly time: number
    readonly attributes: number
    readonly flags: number
  },
): void {
  to.fixed64(fields.start, point['startTimeUnixNano'] ?? point['start_time_unix_nano'], 'startTimeUnixNano')
  to.fixed64(fields.time, point['timeUnixNano'] ?? point['time_unix_nano'], 'timeUnixNano')
  writeAttributes(to, fields.attributes, point['attributes'], 'attributes')
  to.uint32(fields.flags, point['flags'], 'flags')
}

function writeNumber(to: Transcoder, point: JsonObject): void {
  writeCommon(to, point, NUMBER_POINT)
  writeNumberValue(to, point, NUMBER_POINT)
  writeExemplars(to, NUMBER_POINT.exemplars, point['exemplars'])
}

/** Of two members the last one in the text counts. */
function writeNumberValue(
  to: Transcoder,
  from: JsonObject,
  fields: { readonly asDouble: number; readonly asInt: number },
): void {
  for (const name in from) {
    if (name === 'asDouble' || name === 'as_double') to.double(fields.asDouble, from[name], 'asDouble')
    if (name === 'asInt' || name === 'as_int') to.sfixed64(fields.asInt, from[name], 'asInt')
  }
}

function writeHistogram(to: Transcoder, point: JsonObject): void {
  writeCommon(to, point, HISTOGRAM_POINT)
  to.fixed64(HISTOGRAM_POINT.count, point['count'], 'count')
  writeFigures(to, point, HISTOGRAM_POINT)
  writeList(to, HISTOGRAM_POINT.bucketCounts, point['bucketCounts'] ?? point['bucket_counts'], element => {
    const count = uint64(to, element, 'bucketCounts')
    to.out.fixed64(count)
  })
  writeList(to, HISTOGRAM_POINT.bounds, point['explicitBounds'] ?? point['explicit_bounds'], element => {
    const bound = doubleOf(element)
    if (bound === undefined) to.blame('explicitBounds has an element that is not a number')
    to.out.double(bound ?? 0)
  })
  writeExemplars(to, HISTOGRAM_POINT.exemplars, point['exemplars'])
}

function writeExponential(to: Transcoder, point: JsonObject): void {
  writeCommon(to, point, EXPONENTIAL_POINT)
  to.fixed64(EXPONENTIAL_POINT.count, point['count'], 'count')
  writeFigures(to, point, EXPONENTIAL_POINT)
  to.sint32(EXPONENTIAL_POINT.scale, point['scale'], 'scale')
  to.fixed64(EXPONENTIAL_POINT.zeroCount, point['zeroCount'] ?? point['zero_count'], 'zeroCount')
  const threshold = point['zeroThreshold'] ?? point['zero_threshold']
  if (threshold !== 0) to.double(EXPONENTIAL_POINT.zeroThreshold, threshold, 'zeroThreshold')
  writeBuckets(to, EXPONENTIAL_POINT.positive, point['positive'], 'positive')
  writeBuckets(to, EXPONENTIAL_POINT.negative, point['negative'], 'negative')
  writeExemplars(to, EXPONENTIAL_POINT.exemplars, point['exemplars'])
}

function writeFigures(
  to: Transcoder,
  point: JsonObject,
  fields: { readonly sum: number; readonly min: number; readonly max: number },
): void {
  to.double(fields.sum, point['sum'], 'sum')
  to.double(fields.min, point['min'], 'min')
  to.double(fields.max, point['max'], 'max')
}

function writeBuckets(to: Transcoder, tag: number, value: unknown, name: string): void {
  const buckets = to.object(value, name)
  if (buckets === undefined) return
  to.out.varint(tag)
  const opened = to.out.open()
  to.sint32(BUCKETS.offset, buckets['offset'], 'offset')
  writeList(to, BUCKETS.counts, buckets['bucketCounts'] ?? buckets['bucket_counts'], element =>
    to.out.int64(uint64(to, element, 'bucketCounts')),
  )
  to.out.close(opened)
}

function writeSummary(to: Transcoder, point: JsonObject): void {
  writeCommon(to, point, SUMMARY_POINT)
  to.fixed64(SUMMARY_POINT.count, point['count'], 'count')
  to.double(SUMMARY_POINT.sum, point['sum'], 'sum')
  for (const element of to.list(point['quantileValues'] ?? point['quantile_values'], 'quantileValues')) {
    const at = to.object(element, 'quantileValues')
    if (at === undefined) continue
    to.out.varint(SUMMARY_POINT.quantiles)
    const opened = to.out.open()
    to.double(QUANTILE.quantile, at['quantile'], 'quantile')
    to.double(QUANTILE.value, at['value'], 'value of a quantile')
    to.out.close(opened)
  }
}

/** A packed list; nothing where it is empty. */
function writeList(to: Transcoder, tag: number, value: unknown, write: (element: unknown) => void): void {
  const elements = to.list(value, 'a list of numbers').filter(element => element !== null)
  if (elements.length === 0) return
  to.out.varint(tag)
  const opened = to.out.open()
  for (const element of elements) write(element)
  to.out.close(opened)
}

function uint64(to: Transcoder, value: unknown, name: string): bigint {
  const number = integerWithin(value, 0n, MAX_UINT64)
  if (number === undefined) to.blame(`${name} has an element that is not an unsigned 64-bit integer`)
  return number ?? 0n
}

function writeExemplars(to: Transcoder, tag: number, value: unknown): void {
  for (const element of to.list(value, 'exemplars')) {
    const exemplar = to.object(element, 'exemplars')
    if (exemplar === undefined) continue
    to.out.varint(tag)
    const opened = to.out.open()
    writeAttributes(
      to,
      EXEMPLAR.attributes,
      exemplar['filteredAttributes'] ?? exemplar['filtered_attributes'],
      'filteredAttributes',
    )
    to.fixed64(EXEMPLAR.time, exemplar['timeUnixNano'] ?? exemplar['time_unix_nano'], 'timeUnixNano')
    writeNumberValue(to, exemplar, EXEMPLAR)
    writeIds(to, exemplar)
    to.out.close(opened)
  }
}

/** Both ids or none: one that is invalid costs the exemplar its trace. */
function writeIds(to: Transcoder, exemplar: JsonObject): void {
  const before = to.out.length
  const known =
    writeId(to, EXEMPLAR.traceId, exemplar['traceId'] ?? exemplar['trace_id'], TRACE_ID_BYTES) &&
    writeId(to, EXEMPLAR.spanId, exemplar['spanId'] ?? exemplar['span_id'], SPAN_ID_BYTES)
  if (known) return
  to.out.reset(before)
  to.findings.warn(EXEMPLAR_UNASSOCIATED)
}

function writeId(to: Transcoder, tag: number, value: unknown, bytes: number): boolean {
  if (value === undefined || value === null || value === '') return true
  return typeof value === 'string' && value.length === bytes * 2 && writeHex(to.out, tag, value)
}
