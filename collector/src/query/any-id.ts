/**
 * Reads whatever somebody pasted as an id: a text may be several things at once.
 *
 * ```
 * 32 hex digits, any case                   a trace id
 * 16 hex digits                             a span id, or a 64-bit trace id
 * 00-<trace>-<span>-01                      a traceparent
 * xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx      a UUID: a trace id, or a correlation value
 * anything                                  a correlation value
 * ```
 * Source: W3C Trace Context, "traceparent Header"; OpenTelemetry B3 notes on 64-bit trace ids.
 */

export interface AnyId {
  /** Lower-case hex. */
  readonly traceIds: readonly string[]
  readonly spanIds: readonly string[]
  /** Spellings under which the text may have been sent as a correlation value, as typed first. */
  readonly values: readonly string[]
}

const TRACE = /^[0-9a-f]{32}$/
const SPAN = /^[0-9a-f]{16}$/
const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/

export function readAnyId(text: string): AnyId {
  const typed = text.trim()
  const lower = typed.toLowerCase()
  const traceparent = TRACEPARENT.exec(lower)
  if (traceparent !== null) return { traceIds: [traceparent[1]!], spanIds: [], values: [typed] }
  const uuid = UUID.exec(lower)
  if (uuid !== null) {
    const digits = uuid.slice(1).join('')
    return { traceIds: [digits], spanIds: [], values: distinct(typed, lower, digits) }
  }
  if (TRACE.test(lower))
    return { traceIds: [lower], spanIds: [], values: distinct(typed, lower, dashed(lower)) }
  if (SPAN.test(lower))
    return { traceIds: [lower.padStart(32, '0')], spanIds: [lower], values: distinct(typed, lower) }
  return { traceIds: [], spanIds: [], values: [typed] }
}

function dashed(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

const distinct = (...texts: readonly string[]): string[] => [...new Set(texts)]
