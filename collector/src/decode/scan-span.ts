/**
 * The hot path over one span: structure, ids, enums, time. Allocates nothing.
 *
 * What the structure allows but the canonical form does not (a zero id, an unknown kind, a status
 * that stands twice) only sets `state.odd`; `normalise.ts` then says what becomes of it.
 */
import { WireError } from '../wire/errors.ts'
import { lengthEndAt, skipAt, tagAt, varintAt, varintEnd, varintHigh } from '../wire/varint.ts'
import {
  EVENT,
  LINK,
  MAX_SPAN_KIND,
  MAX_STATUS_CODE,
  SPAN,
  SPAN_ID_BYTES,
  STATUS,
  TRACE_ID_BYTES,
} from './fields.ts'
import { isZero, type ScanState } from './scan-state.ts'
import { scanAttribute } from './scan-values.ts'

export function scanSpan(state: ScanState, start: number, end: number): void {
  const bytes = state.bytes
  state.items++
  let at = start
  let traceId = -1
  let spanId = -1
  let time = -1
  let statuses = 0
  while (at < end) {
    let tag = bytes[at++]!
    if (tag > 0x7f) {
      tag = tagAt(bytes, at - 1, end)
      at = varintEnd
    }
    if ((tag & 7) === 2) {
      let stop = at + 1 + bytes[at]!
      if (bytes[at++]! < 0x80 && stop <= end) {
        // A length of one byte: the common case needs no call.
      } else {
        stop = lengthEndAt(bytes, at - 1, end)
        at = varintEnd
      }
      switch (tag) {
        case SPAN.attributes:
          scanAttribute(state, at, stop, true)
          break
        case SPAN.traceId:
          traceId = stop - at === TRACE_ID_BYTES ? at : -1
          break
        case SPAN.spanId:
          spanId = stop - at === SPAN_ID_BYTES ? at : -1
          break
        case SPAN.parentSpanId:
          if (stop !== at && (stop - at !== SPAN_ID_BYTES || isZero(bytes, at, stop))) state.odd = true
          break
        case SPAN.name:
        case SPAN.traceState:
          break
        case SPAN.status:
          if (++statuses > 1) state.odd = true
          scanStatus(state, at, stop)
          break
        case SPAN.events:
          scanEvent(state, at, stop)
          break
        case SPAN.links:
          scanLink(state, at, stop)
          break
        default:
          if (tag < 8) throw new WireError(at, 'a field number is out of range')
      }
      at = stop
    } else if (tag === SPAN.startTimeUnixNano) {
      time = at
      at += 8
    } else if (tag === SPAN.kind) {
      if (bytes[at++]! > MAX_SPAN_KIND) at = oddEnum(state, at - 1, end, MAX_SPAN_KIND)
    } else at = skipAt(bytes, tag, at, end)
    if (at > end) throw new WireError(at, `a span's field runs past the span's end at byte ${end}`)
  }
  if (traceId < 0 || spanId < 0 || !state.traceId(traceId) || isZero(bytes, spanId, spanId + SPAN_ID_BYTES))
    state.odd = true
  if (time < 0) state.timeZero()
  else state.time(time)
}

/** A varint that is not one small byte. @returns its end; an unknown value makes the request odd */
export function oddEnum(state: ScanState, at: number, end: number, max: number): number {
  if (varintAt(state.bytes, at, end) > max || varintHigh !== 0) state.odd = true
  return varintEnd
}

function scanStatus(state: ScanState, start: number, end: number): void {
  const bytes = state.bytes
  let at = start
  while (at < end) {
    const tag = tagAt(bytes, at, end)
    at = varintEnd
    at = tag === STATUS.code ? oddEnum(state, at, end, MAX_STATUS_CODE) : skipAt(bytes, tag, at, end)
  }
}

function scanEvent(state: ScanState, start: number, end: number): void {
  state.charge()
  const bytes = state.bytes
  let at = start
  while (at < end) {
    const tag = tagAt(bytes, at, end)
    at = varintEnd
    const stop = skipAt(bytes, tag, at, end)
    if (tag === EVENT.attributes) scanAttribute(state, varintEnd, stop, false)
    at = stop
  }
}

function scanLink(state: ScanState, start: number, end: number): void {
  state.charge()
  const bytes = state.bytes
  let at = start
  while (at < end) {
    const tag = tagAt(bytes, at, end)
    at = varintEnd
    const stop = skipAt(bytes, tag, at, end)
    const size = stop - varintEnd
    if (tag === LINK.attributes) scanAttribute(state, varintEnd, stop, false)
    else if (tag === LINK.traceId && size !== 0 && size !== TRACE_ID_BYTES) state.odd = true
    else if (tag === LINK.spanId && size !== 0 && size !== SPAN_ID_BYTES) state.odd = true
    at = stop
  }
}
