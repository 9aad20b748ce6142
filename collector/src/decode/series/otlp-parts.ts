/** Parts of a metrics request that are read once a metric and not once a point. */
import type { Label } from '../../model/series.ts'
import { WireReader } from '../../wire/reader.ts'
import { DATA, EXEMPLAR, kindOfTag, METRIC, TEMPORALITY, type MetricKind } from '../metric-fields.ts'
import { doubleAt, signedAt } from '../point-cursor.ts'
import { attributesOf } from '../values.ts'
import { labelBytes } from './label-bytes.ts'
import { NO_ATTRIBUTES } from './sink.ts'
import { withAttributes } from './otlp-labels.ts'

/** Nanoseconds at an offset as whole milliseconds. */
export const millisAt = (bytes: Uint8Array, at: number): number => {
  const high =
    (bytes[at + 7]! * 0x1000000 + (bytes[at + 6]! << 16) + (bytes[at + 5]! << 8) + bytes[at + 4]!) >>> 0
  const low = (bytes[at + 3]! * 0x1000000 + (bytes[at + 2]! << 16) + (bytes[at + 1]! << 8) + bytes[at]!) >>> 0
  // 2^32 ns are 4294 ms and 967296 ns; both products are exact.
  return high * 4294 + Math.floor((high * 967_296 + low) / 1_000_000)
}

export interface MetricHead {
  kind: MetricKind | undefined
  name: string
  unit: string
  help: string
  /** As in `MetricMetadata`. */
  attributes: Uint8Array
  delta: boolean
  monotonic: boolean
  /** Where its data stand. */
  from: number
  to: number
}

/** What a Metric message in [start, end) says of all its points. */
export function headOf(bytes: Buffer, start: number, end: number): MetricHead {
  const head: MetricHead = {
    kind: undefined,
    name: '',
    unit: '',
    help: '',
    attributes: NO_ATTRIBUTES,
    delta: false,
    monotonic: false,
    from: start,
    to: start,
  }
  const reader = new WireReader(bytes, start, end)
  for (let at = start, tag = reader.tag(); tag !== 0; at = reader.position, tag = reader.tag()) {
    const kind = kindOfTag(tag)
    if (tag === METRIC.metadata) {
      reader.skip(tag)
      head.attributes = Buffer.concat([head.attributes, bytes.subarray(at, reader.position)])
    } else if (tag === METRIC.name) head.name = reader.text()
    else if (tag === METRIC.unit) head.unit = reader.text()
    else if (tag === METRIC.description) head.help = reader.text()
    else if (kind === undefined) reader.skip(tag)
    else {
      head.kind = kind
      head.to = reader.enter()
      head.from = reader.position
      reader.position = head.to
    }
  }
  const data = new WireReader(bytes, head.from, head.to)
  for (let tag = data.tag(); tag !== 0; tag = data.tag())
    if (tag === DATA.temporality) head.delta = data.uint32() === TEMPORALITY.delta
    else if (tag === DATA.monotonic) head.monotonic = data.bool()
    else data.skip(tag)
  return head
}

/** An Exemplar message in [start, end). */
export function exemplarOf(
  bytes: Buffer,
  start: number,
  end: number,
): { readonly time: number; readonly value: number; readonly labels: Uint8Array } {
  let time = 0
  let value = 0
  let traceId = ''
  let spanId = ''
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag()) {
    const at = reader.position
    if (tag === EXEMPLAR.traceId) traceId = reader.hex()
    else if (tag === EXEMPLAR.spanId) spanId = reader.hex()
    else {
      if (tag === EXEMPLAR.time) time = millisAt(bytes, at)
      else if (tag === EXEMPLAR.asDouble) value = doubleAt(bytes, at)
      else if (tag === EXEMPLAR.asInt) value = signedAt(bytes, at)
      reader.skip(tag)
    }
  }
  const attributes = attributesOf(bytes, start, end, EXEMPLAR.attributes)
  const ids: Label[] = [
    ['trace_id', traceId],
    ['span_id', spanId],
  ]
  const labels = withAttributes([], attributes).filter(([name]) => name !== 'trace_id' && name !== 'span_id')
  return { time, value, labels: labelBytes([...labels, ...ids]) }
}

/** Visits each sub-message under the tag `wanted`. */
export function eachMessage(
  bytes: Buffer,
  start: number,
  end: number,
  wanted: number,
  visit: (bytes: Buffer, start: number, end: number) => void,
): void {
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === wanted) {
      const stop = reader.enter()
      visit(bytes, reader.position, stop)
      reader.position = stop
    } else reader.skip(tag)
}
