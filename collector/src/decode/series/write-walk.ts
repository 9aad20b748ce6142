/**
 * The walk over a canonical WriteRequest. The hot path of metrics: per series one look-up by the
 * bytes of its labels, per sample one call.
 */
import { word } from '../../wire/reader.ts'
import { WireReader } from '../../wire/reader.ts'
import { lengthEndAt, skipAt, tagAt, varintEnd } from '../../wire/varint.ts'
import { EXEMPLAR, METADATA, METRIC_TYPES, SAMPLE, TIME_SERIES, WRITE_REQUEST } from '../write/fields.ts'
import { nativeHistogramOf } from '../write/histogram.ts'
import { millisAt } from '../write/scan.ts'
import { labelBytes, labelsOf } from './label-bytes.ts'
import { NO_ATTRIBUTES, type SeriesSink } from './sink.ts'

const words = new Uint32Array(2)
const double = new Float64Array(words.buffer)
/** The NaN that Prometheus writes where a series ends: 0x7ff0000000000002. */
const STALE_HIGH = 0x7ff0_0000
const STALE_LOW = 2

export function walkWrite(bytes: Uint8Array, sink: SeriesSink): void {
  const end = bytes.length
  for (let at = 0; at < end;) {
    const tag = tagAt(bytes, at, end)
    if (tag !== WRITE_REQUEST.series && tag !== WRITE_REQUEST.metadata) {
      at = skipAt(bytes, tag, varintEnd, end)
      continue
    }
    const stop = lengthEndAt(bytes, varintEnd, end)
    if (tag === WRITE_REQUEST.series) walkSeries(bytes, varintEnd, stop, sink)
    else walkMetadata(bytes, varintEnd, stop, sink)
    at = stop
  }
}

function walkSeries(bytes: Uint8Array, start: number, end: number, sink: SeriesSink): void {
  let at = start
  while (at < end && bytes[at] === TIME_SERIES.labels) {
    const length = bytes[at + 1]!
    at = length < 0x80 ? at + 2 + length : lengthEndAt(bytes, at + 1, end)
  }
  const series = sink.series(bytes, start, at)
  while (at < end) {
    const tag = tagAt(bytes, at, end)
    const from = varintEnd
    at = skipAt(bytes, tag, from, end)
    if (tag === TIME_SERIES.samples) {
      const length = bytes[from]!
      if (length < 0x80) walkSample(bytes, from + 1, at, series, sink)
      else {
        lengthEndAt(bytes, from, end)
        walkSample(bytes, varintEnd, at, series, sink)
      }
    } else if (tag === TIME_SERIES.exemplars) {
      lengthEndAt(bytes, from, end)
      walkExemplar(bytes, varintEnd, at, series, sink)
    } else if (tag === TIME_SERIES.histograms) {
      lengthEndAt(bytes, from, end)
      walkHistogram(bytes, varintEnd, at, series, sink)
    }
  }
}

function walkSample(bytes: Uint8Array, start: number, end: number, series: number, sink: SeriesSink): void {
  let time = 0
  words[0] = 0
  words[1] = 0
  for (let at = start; at < end;) {
    const tag = bytes[at]!
    if (tag === SAMPLE.value) {
      words[0] = word(bytes, at + 1)
      words[1] = word(bytes, at + 5)
      at += 9
    } else if (tag === SAMPLE.timestamp) {
      time = millisAt(bytes, at + 1, end)
      at = varintEnd
    } else {
      const other = tagAt(bytes, at, end)
      at = skipAt(bytes, other, varintEnd, end)
    }
  }
  sink.sample(series, time, double[0]!, words[1] === STALE_HIGH && words[0] === STALE_LOW, 0)
}

function walkExemplar(bytes: Uint8Array, start: number, end: number, series: number, sink: SeriesSink): void {
  let time = 0
  let value = 0
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === EXEMPLAR.value) value = reader.double()
    else if (tag === EXEMPLAR.timestamp) time = Number(reader.int64())
    else reader.skip(tag)
  // Labels of an exemplar stand under the number that those of a series have.
  sink.exemplar(series, time, value, labelBytes(labelsOf(bytes, start, end)))
}

function walkHistogram(
  bytes: Uint8Array,
  start: number,
  end: number,
  series: number,
  sink: SeriesSink,
): void {
  const { timestamp } = nativeHistogramOf(bytes, start, end)
  sink.histogram(series, timestamp, 'prometheus', bytes, start, end)
}

function walkMetadata(bytes: Uint8Array, start: number, end: number, sink: SeriesSink): void {
  let type = 0
  let name = ''
  let help = ''
  let unit = ''
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === METADATA.type) type = reader.uint32()
    else if (tag === METADATA.family) name = reader.text()
    else if (tag === METADATA.help) help = reader.text()
    else if (tag === METADATA.unit) unit = reader.text()
    else reader.skip(tag)
  if (name !== '')
    sink.metadata({ name, type: METRIC_TYPES[type] ?? 'unknown', unit, help, attributes: NO_ATTRIBUTES })
}

/** Whether the 8 bytes at `at` are the marker of a series' end. */
export const isStaleAt = (bytes: Uint8Array, at: number): boolean =>
  word(bytes, at) === STALE_LOW && word(bytes, at + 4) === STALE_HIGH
