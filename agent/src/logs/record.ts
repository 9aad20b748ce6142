/**
 * A log record of the host's logger as OTLP carries it.
 *
 * Objects become attributes with dotted keys, because that is what one searches by; depth, count and length are
 * bounded. Errors become the `exception.*` attributes that the trace page reads.
 */
import {
  context,
  isSpanContextValid,
  logs,
  trace,
  type Attributes,
  type SeverityNumber,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { now } from '../clock.ts'
import { factsOf } from '../errors.ts'
import { VERSION } from '../version.ts'

const LONGEST_BODY = 32_768
const LONGEST_VALUE = 4096
const LONGEST_STACK = 16_384
const MOST_ATTRIBUTES = 64
const DEEPEST = 4

export interface HostRecord {
  /** The library, which is the scope of the record. */
  readonly logger: string
  readonly severity: SeverityNumber
  /** The level as the library calls it. */
  readonly level: string
  readonly message: string
  readonly attributes: Attributes
}

/** Inside the current context: the SDK takes trace and span id from it, the processor the correlation id. */
export function emitLog(record: HostRecord): void {
  if (isTracingSuppressed(context.active())) return
  const timestamp = now()
  logs.getLogger(record.logger, VERSION).emit({
    timestamp,
    observedTimestamp: timestamp,
    severityNumber: record.severity,
    severityText: record.level,
    body: record.message.slice(0, LONGEST_BODY),
    attributes: record.attributes,
  })
}

/** @returns the ids of the current span, as the library's own lines name them; undefined outside of a trace */
export function currentIds(): { trace_id: string; span_id: string } | undefined {
  const spanContext = trace.getSpanContext(context.active())
  if (!spanContext || !isSpanContextValid(spanContext)) return undefined
  return { trace_id: spanContext.traceId, span_id: spanContext.spanId }
}

/** @param into  receives `fields`, nested ones as `outer.inner`; `skip` names top-level keys to leave out */
export function addFields(into: Attributes, fields: object, skip: ReadonlySet<string>): void {
  for (const key of Object.keys(fields)) {
    if (!skip.has(key)) addField(into, key, read(fields, key), 1)
  }
}

function addField(into: Attributes, key: string, value: unknown, depth: number): void {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return
  if (Object.keys(into).length >= MOST_ATTRIBUTES) return
  if (typeof value === 'string') into[key] = value.slice(0, LONGEST_VALUE)
  else if (typeof value === 'number' || typeof value === 'boolean') into[key] = value
  else if (typeof value === 'object' && value !== null) addObject(into, key, value, depth)
  else if (typeof value === 'bigint') into[key] = value.toString()
  else into[key] = 'null'
}

function addObject(into: Attributes, key: string, value: object, depth: number): void {
  if (value instanceof Error) addError(into, value)
  else if (Array.isArray(value) || depth >= DEEPEST || !isPlain(value))
    into[key] = asJson(value).slice(0, LONGEST_VALUE)
  else
    for (const inner of Object.keys(value)) addField(into, `${key}.${inner}`, read(value, inner), depth + 1)
}

/** Keeps the first error; a record has one. */
export function addError(into: Attributes, error: unknown): void {
  if (into['exception.type'] !== undefined) return
  const { type, message, stack } = factsOf(error)
  into['exception.type'] = type
  into['exception.message'] = message
  if (stack !== undefined) into['exception.stacktrace'] = stack.slice(0, LONGEST_STACK)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function asJson(value: object): string {
  try {
    return JSON.stringify(value) ?? '[no value]'
  } catch {
    return '[unserialisable]'
  }
}

function read(object: object, key: string): unknown {
  try {
    return (object as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}
