/** A canonical WriteRequest without some of its series. */
import { viewOf } from '../../wire/bytes.ts'
import { WireWriter } from '../../wire/writer.ts'
import { lengthEndAt, skipAt, tagAt, varintEnd } from '../../wire/varint.ts'
import { eachField } from '../each-field.ts'
import { labelsOf } from '../series/label-bytes.ts'
import { TIME_SERIES, WRITE_REQUEST } from './fields.ts'

/** Asked for each series, whose bytes are [start, end); its metric's name is read only where it is not known yet. */
export type Admits = (metric: () => string, bytes: DataView, start: number, end: number) => boolean

/** @returns the same body where every series is admitted; how many samples, histograms and exemplars were left out */
export function withoutSeries(body: Uint8Array, admits: Admits): { body: Uint8Array; left: number } {
  const out = new Set<number>()
  const view = viewOf(body)
  for (let at = 0; at < body.length;) {
    const tag = tagAt(body, at, body.length)
    if (tag !== WRITE_REQUEST.series) {
      at = skipAt(body, tag, varintEnd, body.length)
      continue
    }
    const stop = lengthEndAt(body, varintEnd, body.length)
    const start = varintEnd
    const end = labelsEnd(body, start, stop)
    if (!admits(() => metricOf(body, start, end), view, start, end)) out.add(at)
    at = stop
  }
  return out.size === 0 ? { body, left: 0 } : leaveOut(body, out)
}

function leaveOut(body: Uint8Array, out: ReadonlySet<number>): { body: Uint8Array; left: number } {
  const writer = new WireWriter(body.length)
  let left = 0
  eachField(body, (_tag, at, start, end) => {
    if (out.has(at)) left += itemsIn(body.subarray(start, end))
    else writer.raw(body, at, end)
  })
  return { body: writer.finish(), left }
}

function itemsIn(series: Uint8Array): number {
  let items = 0
  eachField(series, tag => {
    if (tag !== TIME_SERIES.labels) items++
  })
  return items
}

/** Where the labels that a canonical series begins with end. */
export function labelsEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at] === TIME_SERIES.labels) {
    const length = bytes[at + 1]!
    at = length < 0x80 ? at + 2 + length : lengthEndAt(bytes, at + 1, end)
  }
  return at
}

const metricOf = (bytes: Uint8Array, start: number, end: number): string =>
  labelsOf(bytes, start, end).find(([name]) => name === '__name__')?.[1] ?? ''
