/**
 * The body of a 200: `Export{Trace,Logs,Metrics}ServiceResponse`, empty when everything was accepted.
 *
 * `partial_success` is set only when there is something to tell: items rejected, or a warning.
 * Source: opentelemetry-proto docs/specification.md, "Full Success", "Partial Success".
 */
import type { Encoding } from '../decode/request.ts'
import type { OtlpSignal } from '../model/telemetry.ts'
import { WireWriter } from '../wire/writer.ts'

const EMPTY = new Uint8Array(0)
const COUNT_NAMES: Readonly<Record<OtlpSignal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
}

/** @param rejected items that were not stored @param message English; '' when there is nothing to tell */
export function successBody(
  signal: OtlpSignal,
  encoding: Encoding,
  rejected: number,
  message: string,
): Uint8Array | string {
  if (rejected === 0 && message === '') return encoding === 'json' ? '{}' : EMPTY
  if (encoding === 'json')
    return JSON.stringify({
      partialSuccess: {
        // An int64 is a string in proto3 JSON, and 0 is its default.
        ...(rejected > 0 && { [COUNT_NAMES[signal]]: String(rejected) }),
        errorMessage: message,
      },
    })
  const out = new WireWriter(message.length + 32)
  out.varint(0x0a)
  const opened = out.open()
  if (rejected > 0) {
    out.varint(0x08)
    out.varint(rejected)
  }
  out.varint(0x12)
  out.text(message)
  out.close(opened)
  return out.finish()
}
