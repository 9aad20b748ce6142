/**
 * One message through a queue as two spans of one trace: sending it, which puts the context into its headers, and
 * processing it, whose parent and link the sending is. The correlation id goes with it.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
 */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { now } from '../clock.ts'
import { contexts } from '../context.ts'
import { CORRELATION_HEADER, correlationFromHeaders, correlationOf, withCorrelation } from '../correlation.ts'
import { safely } from '../guard.ts'
import { tracer } from '../tracer.ts'
import { endingPromise } from './client-span.ts'

export type Carrier = Record<string, string>

export interface Message {
  /** Its well-known name: `rabbitmq`. */
  readonly system: string
  /** The queue or topic as a person knows it. */
  readonly destination: string
  /** What the library calls it: `publish`, `add`, `process`. */
  readonly operation: string
  readonly attributes?: Attributes
}

/** A message sent outside of a trace begins one. @param carry  puts the context into the message */
export function beginSend(message: Message, carry: (carrier: Carrier) => void): Span | undefined {
  const active = context.active()
  if (isTracingSuppressed(active)) return undefined
  const span = start(message, 'send', SpanKind.PRODUCER, active, [])
  carry(carrierOf(trace.setSpan(active, span)))
  return span
}

function carrierOf(own: Context): Carrier {
  const carrier: Carrier = {}
  propagation.inject(own, carrier)
  const id = correlationOf(own)
  if (id !== undefined) carrier[CORRELATION_HEADER] = id
  return carrier
}

/**
 * Runs the host's handler of one message inside its span, which ends when the handler returns or its promise settles.
 * @param headers  of the message, hostile: what is no text is passed over
 */
export function processMessage<T>(message: Message, headers: unknown, call: () => T): T {
  const begun = safely(() => beginProcess(message, textHeaders(headers)))
  if (begun === undefined) return call()
  return endingPromise(begun.span, () => contexts.with(begun.context, call))
}

function beginProcess(message: Message, carrier: Carrier): { span: Span; context: Context } {
  const extracted = propagation.extract(ROOT_CONTEXT, carrier)
  const id = correlationFromHeaders(carrier)
  const parent = id === undefined ? extracted : withCorrelation(extracted, id)
  const sent = trace.getSpanContext(parent)
  const span = start(message, 'process', SpanKind.CONSUMER, parent, sent ? [{ context: sent }] : [])
  return { span, context: trace.setSpan(parent, span) }
}

function textHeaders(headers: unknown): Carrier {
  const carrier: Carrier = {}
  for (const name of [...propagation.fields(), CORRELATION_HEADER]) {
    const value = (headers as Record<string, unknown> | undefined)?.[name]
    if (typeof value === 'string') carrier[name] = value
    else if (Buffer.isBuffer(value)) carrier[name] = value.toString()
  }
  return carrier
}

function start(
  { system, destination, operation, attributes }: Message,
  type: 'send' | 'process',
  kind: SpanKind,
  parent: Context,
  links: Link[],
): Span {
  return tracer().startSpan(
    `${operation} ${destination}`,
    {
      kind,
      startTime: now(),
      links,
      attributes: {
        'messaging.system': system,
        'messaging.operation.name': operation,
        'messaging.operation.type': type,
        'messaging.destination.name': destination,
        ...attributes,
      },
    },
    parent,
  )
}
