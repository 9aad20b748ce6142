/**
 * `google.rpc.Status` in the request's own encoding: the body of every answer that is not 200.
 *
 * Source: opentelemetry-proto docs/specification.md, "Failures"; google/rpc/status.proto,
 * error_details.proto, code.proto.
 */
import type { Encoding } from '../decode/request.ts'
import type { HodoscopeError } from '../model/errors.ts'
import { WireWriter } from '../wire/writer.ts'

const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest'
/** Far below the 4 MiB that an OTLP answer may have. */
const MAX_MESSAGE = 4096

/** google.rpc.Code by HTTP status. */
const CODES: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  404: 5, // NOT_FOUND
  405: 12, // UNIMPLEMENTED
  413: 8, // RESOURCE_EXHAUSTED
  415: 3,
  429: 8,
  503: 14, // UNAVAILABLE
}
const INTERNAL = 13

/** What was wrong with the request, where something was: for the details of a 400. */
export interface Violation {
  readonly field: string
  readonly description: string
}

export function statusBody(
  error: HodoscopeError,
  encoding: Encoding,
  violation?: Violation,
): Uint8Array | string {
  const code = CODES[error.status] ?? INTERNAL
  const message = cut(`${error.message}. ${error.hint}`)
  const violations =
    violation === undefined ? [] : [{ ...violation, description: cut(violation.description) }]
  return encoding === 'json'
    ? JSON.stringify({
        code,
        message,
        ...(violations.length > 0 && { details: [{ '@type': BAD_REQUEST, fieldViolations: violations }] }),
      })
    : protobufStatus(code, message, violations)
}

function protobufStatus(code: number, message: string, violations: readonly Violation[]): Uint8Array {
  const out = new WireWriter()
  out.varint(0x08)
  out.varint(code)
  text(out, 0x12, message)
  if (violations.length > 0)
    nested(out, 0x1a, () => {
      text(out, 0x0a, BAD_REQUEST)
      nested(out, 0x12, () => {
        for (const { field, description } of violations)
          nested(out, 0x0a, () => {
            text(out, 0x0a, field)
            text(out, 0x12, description)
          })
      })
    })
  return out.finish()
}

function text(out: WireWriter, tag: number, value: string): void {
  out.varint(tag)
  out.text(value)
}

function nested(out: WireWriter, tag: number, write: () => void): void {
  out.varint(tag)
  const opened = out.open()
  write()
  out.close(opened)
}

const cut = (message: string): string =>
  message.length <= MAX_MESSAGE ? message : `${message.slice(0, MAX_MESSAGE - 1)}…`
