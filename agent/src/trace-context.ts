/**
 * W3C trace context, read as strictly as the recommendation asks.
 *
 * Stricter than the SDK's propagator, which takes the first of two `traceparent` headers and surrounding spaces: node
 * joins repeated headers by a comma, and a value with one is invalid. An invalid `tracestate` is dropped as a whole,
 * and the trace goes on; of a key that comes twice the first, which is the latest, is kept.
 *
 * Source: https://www.w3.org/TR/trace-context-1/ (traceparent, tracestate), …/trace-context-2/ (the random flag)
 */
import {
  isSpanContextValid,
  trace,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api'
import { isTracingSuppressed, TraceState } from '@opentelemetry/core'

const TRACEPARENT = 'traceparent'
const TRACESTATE = 'tracestate'

const FORMAT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/
const KEY = /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/
const MOST_MEMBERS = 32
/** More than the 512 characters that must be carried; beyond it the value is taken for an attack. */
const LONGEST_STATE = 8192

const SAMPLED = 1
/** Level 2: the right part of the trace id is random. */
const RANDOM = 2

export interface ParsedParent {
  readonly traceId: string
  readonly spanId: string
  readonly traceFlags: number
}

/** @returns undefined for what is invalid: a new trace begins */
export function parseTraceparent(value: string): ParsedParent | undefined {
  const match = FORMAT.exec(value)
  if (!match) return undefined
  const [, version, traceId, spanId, flags, rest] = match
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (/^0+$/.test(traceId!) || /^0+$/.test(spanId!)) return undefined
  return { traceId: traceId!, spanId: spanId!, traceFlags: Number.parseInt(flags!, 16) & (SAMPLED | RANDOM) }
}

/** @returns the members as they are sent on; undefined for what is empty or invalid */
export function parseTracestate(value: string): string | undefined {
  if (value.length > LONGEST_STATE) return undefined
  const members = value
    .split(',')
    .map(member => member.replace(/^[ \t]+|[ \t]+$/g, ''))
    .filter(member => member !== '')
  const latest = new Map<string, string>()
  for (const member of members) {
    const at = member.indexOf('=')
    const key = member.slice(0, at)
    if (at === -1 || !KEY.test(key) || !VALUE.test(member.slice(at + 1))) return undefined
    if (!latest.has(key)) latest.set(key, member)
  }
  return latest.size === 0 || members.length > MOST_MEMBERS ? undefined : [...latest.values()].join(',')
}

export class StrictTraceContextPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context)
    if (!spanContext || isTracingSuppressed(context) || !isSpanContextValid(spanContext)) return
    const flags = (spanContext.traceFlags & 0xff).toString(16).padStart(2, '0')
    setter.set(carrier, TRACEPARENT, `00-${spanContext.traceId}-${spanContext.spanId}-${flags}`)
    const state = spanContext.traceState?.serialize()
    if (state) setter.set(carrier, TRACESTATE, state)
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = getter.get(carrier, TRACEPARENT)
    if (header === undefined) return context
    const parent = parseTraceparent(String(header))
    if (!parent) return context
    const sent = getter.get(carrier, TRACESTATE)
    const state = sent === undefined ? undefined : parseTracestate(String(sent))
    return trace.setSpanContext(context, {
      ...parent,
      isRemote: true,
      ...(state === undefined ? {} : { traceState: new TraceState(state) }),
    })
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE]
  }
}
