/** A log record in canonical form, or the reason why it cannot be kept. Faulty ids cost the record only its trace. */
import type { WireWriter } from '../wire/writer.ts'
import { eachField, lastField, mergedField } from './each-field.ts'
import { LOG, MAX_SEVERITY, SPAN_ID_BYTES, TRACE_ID_BYTES } from './fields.ts'
import type { Findings } from './findings.ts'
import { writeEnum, writeId } from './normalise-span.ts'
import { TOO_DEEP, writeAttribute, writeValue } from './normalise-values.ts'
import { isZero } from './scan-state.ts'

/** Written once, whatever the number of their occurrences. */
const written: ReadonlySet<number> = new Set([LOG.traceId, LOG.spanId, LOG.body])

export const UNASSOCIATED = 'a log record with an invalid trace or span id is kept without it'
export const SEVERITY_UNKNOWN = `a severity number outside of 0 to ${MAX_SEVERITY} is stored as 0`

export function writeLog(out: WireWriter, log: Uint8Array, findings: Findings): string | undefined {
  const traceId = lastField(log, LOG.traceId)
  const spanId = lastField(log, LOG.spanId)
  if (isId(traceId, TRACE_ID_BYTES, findings)) {
    writeId(out, LOG.traceId, traceId)
    if (isId(spanId, SPAN_ID_BYTES, findings)) writeId(out, LOG.spanId, spanId)
  }
  let reason: string | undefined
  eachField(log, (tag, at, start, end) => {
    const value = log.subarray(start, end)
    if (tag === LOG.attributes) reason ??= writeAttribute(out, tag, value) ? undefined : TOO_DEEP
    else if (tag === LOG.severityNumber) {
      if (!writeEnum(out, tag, value, MAX_SEVERITY)) findings.warn(SEVERITY_UNKNOWN)
    } else if (!written.has(tag)) out.raw(log, at, end)
  })
  const body = mergedField(log, LOG.body)
  if (body !== undefined && !writeValue(out, LOG.body, body, 1)) reason ??= TOO_DEEP
  return reason
}

/** An id of zeros is how some senders write "none"; one of a wrong length is a fault worth telling. */
function isId(id: Uint8Array | undefined, bytes: number, findings: Findings): boolean {
  if (id === undefined || id.length === 0) return true
  if (id.length === bytes) return !isZero(id, 0, bytes)
  findings.warn(UNASSOCIATED)
  return false
}
