/** The hot path over one log record: structure, ids, severity, times. Allocates nothing. */
import { WireError } from '../wire/errors.ts'
import { lengthEndAt, skipAt, tagAt, varintEnd } from '../wire/varint.ts'
import { LOG, MAX_SEVERITY, SPAN_ID_BYTES, TRACE_ID_BYTES } from './fields.ts'
import { oddEnum } from './scan-span.ts'
import { isZero, type ScanState } from './scan-state.ts'
import { scanAttribute, scanValue } from './scan-values.ts'

export function scanLog(state: ScanState, start: number, end: number): void {
  const bytes = state.bytes
  state.items++
  let at = start
  let time = -1
  let observed = -1
  let bodies = 0
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
        case LOG.attributes:
          scanAttribute(state, at, stop, true)
          break
        case LOG.body:
          if (++bodies > 1) state.odd = true
          scanValue(state, at, stop, 1)
          break
        case LOG.traceId:
          if (stop !== at && (stop - at !== TRACE_ID_BYTES || !state.traceId(at))) state.odd = true
          break
        case LOG.spanId:
          if (stop !== at && (stop - at !== SPAN_ID_BYTES || isZero(bytes, at, stop))) state.odd = true
          break
        case LOG.severityText:
        case LOG.eventName:
          break
        default:
          if (tag < 8) throw new WireError(at, 'a field number is out of range')
      }
      at = stop
    } else if (tag === LOG.timeUnixNano) {
      time = at
      at += 8
    } else if (tag === LOG.observedTimeUnixNano) {
      observed = at
      at += 8
    } else if (tag === LOG.severityNumber) {
      if (bytes[at++]! > MAX_SEVERITY) at = oddEnum(state, at - 1, end, MAX_SEVERITY)
    } else at = skipAt(bytes, tag, at, end)
    if (at > end) throw new WireError(at, `a log record's field runs past the record's end at byte ${end}`)
  }
  if (time >= 0 && !isZero(bytes, time, time + 8)) state.time(time)
  else if (observed >= 0 && !isZero(bytes, observed, observed + 8)) state.time(observed)
  else state.untimed = true
}
