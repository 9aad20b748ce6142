/**
 * The scan over a WriteRequest: labels in order, times within reach. Written for speed, and
 * allocates nothing: lengths of one byte are read in line, `wire/varint.ts` has the rest.
 *
 * Where nothing is odd, the bytes are the canonical form already. A series is canonical when its
 * labels are its first fields, one behind the other, ascending by name, complete and valid UTF-8:
 * then the bytes of its labels are what it is known by.
 */
import { isUtf8 } from 'node:buffer'
import { lengthEndAt, skipAt, tagAt, varintAt, varintEnd, varintHigh } from '../../wire/varint.ts'
import { BudgetError } from '../scan-state.ts'
import { EXEMPLAR, LABEL, SAMPLE, TIME_SERIES, WRITE_REQUEST } from './fields.ts'
import { histogramFault, nativeHistogramOf } from './histogram.ts'

const NAME = Buffer.from('__name__')
/** A Date reaches from here to there, in milliseconds on both sides of 1970. */
export const MAX_TIME = 8.64e15

export class WriteScan {
  readonly bytes: Uint8Array
  /** Samples, histograms and exemplars. */
  items = 0
  series = 0
  metadata = 0
  /** Something must be rejected or rewritten. */
  odd = false
  minMillis = Infinity
  maxMillis = -Infinity
  readonly #latest: number
  #budget: number

  /**
   * Scans the whole of a request.
   * @param latest Unix milliseconds; what is later is refused
   * @throws WireError, BudgetError
   */
  constructor(bytes: Uint8Array, latest: number, budget: number) {
    this.bytes = bytes
    this.#latest = latest
    this.#budget = budget
    this.#request()
  }

  #charge(): void {
    if (--this.#budget < 0) throw new BudgetError()
  }

  #request(): void {
    const { bytes } = this
    const end = bytes.length
    for (let at = 0; at < end;) {
      const tag = tagAt(bytes, at, end)
      if (tag !== WRITE_REQUEST.series && tag !== WRITE_REQUEST.metadata) {
        at = skipAt(bytes, tag, varintEnd, end)
        continue
      }
      const stop = lengthEndAt(bytes, varintEnd, end)
      this.#charge()
      if (tag === WRITE_REQUEST.series) {
        this.series++
        this.#oneSeries(varintEnd, stop)
      } else {
        this.metadata++
        checkFields(bytes, varintEnd, stop)
      }
      at = stop
    }
  }

  #oneSeries(start: number, end: number): void {
    const { bytes } = this
    let at = this.#labels(start, end)
    while (at < end) {
      const tag = tagAt(bytes, at, end)
      const from = varintEnd
      if ((tag & 7) !== 2) {
        at = skipAt(bytes, tag, from, end)
        continue
      }
      const stop = lengthEndAt(bytes, from, end)
      if (tag === TIME_SERIES.samples) this.#sample(varintEnd, stop)
      else if (tag === TIME_SERIES.exemplars) this.#exemplar(varintEnd, stop)
      else if (tag === TIME_SERIES.histograms) this.#histogram(varintEnd, stop)
      else if (tag === TIME_SERIES.labels) {
        checkFields(bytes, varintEnd, stop)
        this.odd = true
      }
      at = stop
    }
  }

  /** The labels at the beginning of a series. @returns where they end */
  #labels(start: number, end: number): number {
    const { bytes } = this
    let at = start
    let beforeStart = 0
    let beforeEnd = 0
    let named = false
    while (at < end && bytes[at] === TIME_SERIES.labels) {
      let from = at + 2
      let stop = from + bytes[at + 1]!
      if (bytes[at + 1]! > 0x7f || stop > end) {
        stop = lengthEndAt(bytes, at + 1, end)
        from = varintEnd
      }
      if (isLabel(bytes, from, stop) && precedes(bytes, beforeStart, beforeEnd, nameStart, nameEnd)) {
        beforeStart = nameStart
        beforeEnd = nameEnd
        named ||= isMetricName(bytes, nameStart, nameEnd)
      } else {
        checkFields(bytes, from, stop)
        this.odd = true
      }
      at = stop
    }
    if (!named) this.odd = true
    return at
  }

  #sample(start: number, end: number): void {
    const { bytes } = this
    this.items++
    this.#charge()
    let time = 0
    for (let at = start; at < end;) {
      if (bytes[at] === SAMPLE.timestamp) {
        time = millisAt(bytes, at + 1, end)
        at = varintEnd
        continue
      }
      const tag = tagAt(bytes, at, end)
      at = skipAt(bytes, tag, varintEnd, end)
    }
    this.#time(time)
  }

  #exemplar(start: number, end: number): void {
    const { bytes } = this
    this.items++
    this.#charge()
    let time = 0
    for (let at = start; at < end;) {
      const tag = tagAt(bytes, at, end)
      const from = varintEnd
      at = skipAt(bytes, tag, from, end)
      if (tag === EXEMPLAR.timestamp) time = millisAt(bytes, from, end)
      else if (tag === EXEMPLAR.labels) {
        lengthEndAt(bytes, from, end)
        if (!isLabel(bytes, varintEnd, at)) {
          checkFields(bytes, varintEnd, at)
          this.odd = true
        }
      }
    }
    this.#time(time)
  }

  #histogram(start: number, end: number): void {
    this.items++
    this.#charge()
    const histogram = nativeHistogramOf(this.bytes, start, end)
    if (histogramFault(histogram) !== undefined) this.odd = true
    this.#time(histogram.timestamp)
  }

  #time(time: number): void {
    if (!(time <= this.#latest && time >= -MAX_TIME)) {
      this.odd = true
      return
    }
    if (time < this.minMillis) this.minMillis = time
    if (time > this.maxMillis) this.maxMillis = time
  }
}

/** Where the name of the label that was looked at last stands. */
let nameStart = 0
let nameEnd = 0

/** Whether [start, end) is a label as every sender writes it: a name, then a value, neither empty, both UTF-8. */
function isLabel(bytes: Uint8Array, start: number, end: number): boolean {
  if (start >= end || bytes[start] !== LABEL.name) return false
  nameStart = start + 2
  nameEnd = nameStart + bytes[start + 1]!
  if (bytes[start + 1]! > 0x7f || nameEnd > end) {
    nameEnd = lengthEndAt(bytes, start + 1, end)
    nameStart = varintEnd
  }
  if (nameEnd + 1 >= end || bytes[nameEnd] !== LABEL.value) return false
  let valueStart = nameEnd + 2
  let valueEnd = valueStart + bytes[nameEnd + 1]!
  if (bytes[nameEnd + 1]! > 0x7f || valueEnd > end) {
    valueEnd = lengthEndAt(bytes, nameEnd + 1, end)
    valueStart = varintEnd
  }
  if (nameStart === nameEnd || valueStart === valueEnd || valueEnd !== end) return false
  return isText(bytes, nameStart, nameEnd) && isText(bytes, valueStart, valueEnd)
}

/** An int64 as a double; its end is left in `varintEnd`. */
export function millisAt(bytes: Uint8Array, at: number, end: number): number {
  const low = varintAt(bytes, at, end)
  return (varintHigh | 0) * 0x1_0000_0000 + low
}

/** Checks that [start, end) is a message. */
function checkFields(bytes: Uint8Array, start: number, end: number): void {
  for (let at = start; at < end;) {
    const tag = tagAt(bytes, at, end)
    at = skipAt(bytes, tag, varintEnd, end)
  }
}

/** The first name stands before the second in the order of their bytes. */
function precedes(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  for (; a < aEnd && b < bEnd; a++, b++) {
    const difference = bytes[a]! - bytes[b]!
    if (difference !== 0) return difference < 0
  }
  return a === aEnd && b < bEnd
}

function isMetricName(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== NAME.length) return false
  for (let i = 0; i < NAME.length; i++) if (bytes[start + i] !== NAME[i]) return false
  return true
}

/** Valid UTF-8, which ASCII is. */
function isText(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i]! > 0x7f) return isUtf8(bytes.subarray(start, end))
  return true
}
