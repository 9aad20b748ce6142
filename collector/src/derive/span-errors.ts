/**
 * The errors that a span tells: its exceptions; where there are none, its status. Read from its bytes
 * without the rest of it.
 */
import { EVENT, SPAN } from '../decode/fields.ts'
import { spanEventOf } from '../decode/spans.ts'
import { keyValueOf, nested } from '../decode/values.ts'
import type { ToldError } from '../errors/fingerprint.ts'
import type { Sample } from '../errors/group.ts'
import { attribute, type Attributes } from '../model/attributes.ts'
import { lengthEndAt, skipAt, tagAt, varintEnd } from '../wire/varint.ts'
import type { KnownError, KnownErrors } from './known-errors.ts'
import type { SpanView } from './span-view.ts'

/** Name of an event. Source: OpenTelemetry's conventions, exceptions on spans. */
const EXCEPTION = Buffer.from('exception')

export interface SpanErrors {
  readonly errors: readonly KnownError[]
  readonly sample: Sample
}

/** @param view of a span that has an exception, or failed */
export function errorsOf(view: SpanView, known: KnownErrors): SpanErrors {
  const errors: KnownError[] = []
  const { hasException } = view
  let [traceId, spanId, type] = ['', '', '']
  const reader = view.reader()
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === SPAN.traceId) traceId = reader.hex()
    else if (tag === SPAN.spanId) spanId = reader.hex()
    else if (tag === SPAN.events && hasException) {
      const error = nested(reader, (bytes, start, end) => exceptionOf(bytes, start, end, view, known))
      if (error !== undefined) errors.push(error)
    } else if (tag === SPAN.attributes && !hasException) {
      const { key, value } = nested(reader, keyValueOf)
      if (key === 'error.type' && typeof value === 'string') type = value
    } else reader.skip(tag)
  if (!hasException) errors.push(failureOf(view, type, known))
  return { errors, sample: { traceId, spanId, time: view.startTimeUnixNano } }
}

/** undefined where the event in [start, end) is none. */
function exceptionOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  view: SpanView,
  known: KnownErrors,
): KnownError | undefined {
  if (!isException(bytes, start, end)) return undefined
  const { buffer, byteOffset } = bytes
  // The time, which stands first, differs from one to the next.
  const from = bytes[start] === EVENT.timeUnixNano ? start + TIME_BYTES : start
  const text = Buffer.from(buffer, byteOffset + from, end - from).toString('latin1')
  return known.of(`exception ${view.nameKey.length} ${view.nameKey}${text}`, () =>
    toldBy(spanEventOf(bytes, start, end).attributes, view.name),
  )
}

/** Tag and fixed64. */
const TIME_BYTES = 9

function failureOf(view: SpanView, type: string, known: KnownErrors): KnownError {
  const { statusMessage: message, nameKey } = view
  return known.of(`failure ${nameKey.length} ${type.length} ${nameKey}${type}${message}`, () => ({
    type,
    message,
    stack: '',
    operation: view.name,
  }))
}

/** @param operation '' where there is none */
export const toldBy = (attributes: Attributes, operation: string): ToldError => ({
  type: textOf(attributes, 'exception.type'),
  message: textOf(attributes, 'exception.message'),
  stack: textOf(attributes, 'exception.stacktrace'),
  operation,
})

function textOf(attributes: Attributes, key: string): string {
  const value = attribute(attributes, key)
  return typeof value === 'string' ? value : ''
}

/** Of a Span.Event message in [start, end): looked at for every event that comes, so without an object. */
export function isException(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    const tag = tagAt(bytes, at, end)
    const value = varintEnd
    if (tag === EVENT.name) {
      const stop = lengthEndAt(bytes, value, end)
      const from = varintEnd
      return stop - from === EXCEPTION.length && EXCEPTION.every((byte, i) => bytes[from + i] === byte)
    }
    at = skipAt(bytes, tag, value, end)
  }
  return false
}
