/**
 * One data point of a metric, of any type, read as offsets: nothing is copied and no object is made.
 *
 * The scan judges points with it, and the series walk reads them with it. Of a field that stands
 * twice the last one counts, as protobuf has it; a list of numbers that is not one packed field, or
 * a sub-message that stands twice, makes the point `scattered`, and the slow path joins it.
 */
import { WireReader, word } from '../wire/reader.ts'
import { varintAt, varintEnd, varintHigh } from '../wire/varint.ts'
import {
  BUCKETS,
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  NO_RECORDED_VALUE,
  NUMBER_POINT,
  QUANTILE,
  SUMMARY_POINT,
  unpacked,
  type MetricKind,
} from './metric-fields.ts'

/** A field of 8 bytes: where it stands; -1 where it is absent. */
type Offset = number

/** Ranges of repeated messages: start and end of each, one behind the other. */
export class Ranges {
  #bounds = new Int32Array(16)
  count = 0

  clear(): void {
    this.count = 0
  }

  push(start: number, end: number): void {
    if (this.count * 2 === this.#bounds.length) {
      const grown = new Int32Array(this.#bounds.length * 2)
      grown.set(this.#bounds)
      this.#bounds = grown
    }
    this.#bounds[this.count * 2] = start
    this.#bounds[this.count * 2 + 1] = end
    this.count++
  }

  start(index: number): number {
    return this.#bounds[index * 2]!
  }
  end(index: number): number {
    return this.#bounds[index * 2 + 1]!
  }
}

const floats = new DataView(new ArrayBuffer(8))

/** The float64 at an offset. */
export function doubleAt(bytes: Uint8Array, at: Offset): number {
  floats.setUint32(0, word(bytes, at), true)
  floats.setUint32(4, word(bytes, at + 4), true)
  return floats.getFloat64(0, true)
}

/** The unsigned 64 bits at an offset as a double: exact up to 2^53. */
export const unsignedAt = (bytes: Uint8Array, at: Offset): number =>
  word(bytes, at + 4) * 0x1_0000_0000 + word(bytes, at)

/** The signed 64 bits at an offset as a double: exact up to 2^53. */
export function signedAt(bytes: Uint8Array, at: Offset): number {
  const high = word(bytes, at + 4) | 0
  return high * 0x1_0000_0000 + word(bytes, at)
}

export class PointCursor {
  start: Offset = -1
  time: Offset = -1
  asDouble: Offset = -1
  asInt: Offset = -1
  count: Offset = -1
  sum: Offset = -1
  min: Offset = -1
  max: Offset = -1
  zeroCount: Offset = -1
  flags = 0
  scattered = false
  bucketsStart = 0
  bucketsEnd = 0
  boundsStart = 0
  boundsEnd = 0
  positiveStart = -1
  positiveEnd = -1
  negativeStart = -1
  negativeEnd = -1
  readonly attributes = new Ranges()
  readonly exemplars = new Ranges()
  readonly quantiles = new Ranges()

  get isStale(): boolean {
    return (this.flags & NO_RECORDED_VALUE) !== 0
  }

  /** Reads the point in [start, end). @throws WireError */
  read(kind: MetricKind, bytes: Uint8Array, start: number, end: number): void {
    this.#clear()
    const reader = new WireReader(bytes, start, end)
    for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
      if (kind === 'histogram') this.#histogramField(reader, tag)
      else if (kind === 'exponential') this.#exponentialField(reader, tag)
      else if (kind === 'summary') this.#summaryField(reader, tag)
      else this.#numberField(reader, tag)
  }

  #clear(): void {
    this.start = this.time = this.asDouble = this.asInt = this.count = this.sum = -1
    this.min = this.max = this.zeroCount = -1
    this.flags = 0
    this.scattered = false
    this.bucketsStart = this.bucketsEnd = this.boundsStart = this.boundsEnd = 0
    this.positiveStart = this.positiveEnd = this.negativeStart = this.negativeEnd = -1
    this.attributes.clear()
    this.exemplars.clear()
    this.quantiles.clear()
  }

  #numberField(reader: WireReader, tag: number): void {
    const at = reader.position
    if (tag === NUMBER_POINT.asDouble) {
      this.asDouble = at
      this.asInt = -1
    } else if (tag === NUMBER_POINT.asInt) {
      this.asInt = at
      this.asDouble = -1
    } else if (tag === NUMBER_POINT.time) this.time = at
    else if (tag === NUMBER_POINT.start) this.start = at
    else if (tag === NUMBER_POINT.flags) return this.#readFlags(reader)
    else if (tag === NUMBER_POINT.attributes) return readRange(reader, this.attributes)
    else if (tag === NUMBER_POINT.exemplars) return readRange(reader, this.exemplars)
    reader.skip(tag)
  }

  #histogramField(reader: WireReader, tag: number): void {
    const at = reader.position
    if (tag === HISTOGRAM_POINT.bucketCounts) {
      if (this.bucketsEnd > 0) this.scattered = true
      this.bucketsEnd = reader.enter()
      this.bucketsStart = reader.position
      reader.position = this.bucketsEnd
      return
    }
    if (tag === HISTOGRAM_POINT.bounds) {
      if (this.boundsEnd > 0) this.scattered = true
      this.boundsEnd = reader.enter()
      this.boundsStart = reader.position
      reader.position = this.boundsEnd
      return
    }
    if (tag === HISTOGRAM_POINT.attributes) return readRange(reader, this.attributes)
    if (tag === HISTOGRAM_POINT.exemplars) return readRange(reader, this.exemplars)
    if (tag === HISTOGRAM_POINT.flags) return this.#readFlags(reader)
    if (tag === HISTOGRAM_POINT.time) this.time = at
    else if (tag === HISTOGRAM_POINT.start) this.start = at
    else if (tag === HISTOGRAM_POINT.count) this.count = at
    else if (tag === HISTOGRAM_POINT.sum) this.sum = at
    else if (tag === HISTOGRAM_POINT.min) this.min = at
    else if (tag === HISTOGRAM_POINT.max) this.max = at
    else if (tag === unpacked(HISTOGRAM_POINT.bucketCounts, 1) || tag === unpacked(HISTOGRAM_POINT.bounds, 1))
      this.scattered = true
    reader.skip(tag)
  }

  #exponentialField(reader: WireReader, tag: number): void {
    const at = reader.position
    if (tag === EXPONENTIAL_POINT.positive) {
      if (this.positiveStart >= 0) this.scattered = true
      this.positiveEnd = reader.enter()
      this.positiveStart = reader.position
      reader.position = this.positiveEnd
      return
    }
    if (tag === EXPONENTIAL_POINT.negative) {
      if (this.negativeStart >= 0) this.scattered = true
      this.negativeEnd = reader.enter()
      this.negativeStart = reader.position
      reader.position = this.negativeEnd
      return
    }
    if (tag === EXPONENTIAL_POINT.attributes) return readRange(reader, this.attributes)
    if (tag === EXPONENTIAL_POINT.exemplars) return readRange(reader, this.exemplars)
    if (tag === EXPONENTIAL_POINT.flags) return this.#readFlags(reader)
    if (tag === EXPONENTIAL_POINT.time) this.time = at
    else if (tag === EXPONENTIAL_POINT.start) this.start = at
    else if (tag === EXPONENTIAL_POINT.count) this.count = at
    else if (tag === EXPONENTIAL_POINT.sum) this.sum = at
    else if (tag === EXPONENTIAL_POINT.min) this.min = at
    else if (tag === EXPONENTIAL_POINT.max) this.max = at
    else if (tag === EXPONENTIAL_POINT.zeroCount) this.zeroCount = at
    reader.skip(tag)
  }

  #summaryField(reader: WireReader, tag: number): void {
    const at = reader.position
    if (tag === SUMMARY_POINT.attributes) return readRange(reader, this.attributes)
    if (tag === SUMMARY_POINT.quantiles) return readRange(reader, this.quantiles)
    if (tag === SUMMARY_POINT.flags) return this.#readFlags(reader)
    if (tag === SUMMARY_POINT.time) this.time = at
    else if (tag === SUMMARY_POINT.start) this.start = at
    else if (tag === SUMMARY_POINT.count) this.count = at
    else if (tag === SUMMARY_POINT.sum) this.sum = at
    reader.skip(tag)
  }

  #readFlags(reader: WireReader): void {
    this.flags = reader.uint32()
  }
}

function readRange(reader: WireReader, into: Ranges): void {
  const end = reader.enter()
  into.push(reader.position, end)
  reader.position = end
}

/** Buckets of an exponential histogram: the sum of their counts, and whether they are one packed list. */
export function bucketsOf(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly sum: bigint; readonly scattered: boolean } {
  let sum = 0n
  let lists = 0
  let scattered = false
  const reader = new WireReader(bytes, Math.max(0, start), Math.max(0, end))
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === BUCKETS.counts) {
      if (++lists > 1) scattered = true
      const listEnd = reader.enter()
      for (let at = reader.position; at < listEnd; at = varintEnd) {
        const low = varintAt(bytes, at, listEnd)
        sum += (BigInt(varintHigh) << 32n) | BigInt(low)
      }
      reader.position = listEnd
    } else {
      if (tag === unpacked(BUCKETS.counts, 0)) scattered = true
      reader.skip(tag)
    }
  return { sum, scattered }
}

/** A ValueAtQuantile: where its numbers stand. */
export function quantileOf(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly quantile: number; readonly value: number } {
  let quantile = 0
  let value = 0
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === QUANTILE.quantile) quantile = reader.double()
    else if (tag === QUANTILE.value) value = reader.double()
    else reader.skip(tag)
  return { quantile, value }
}
