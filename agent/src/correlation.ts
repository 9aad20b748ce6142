/**
 * The correlation id: what a person pastes from a log line, an e-mail or a response header to find a request.
 *
 * It is the first of `x-correlation-id` and `x-request-id` that came in, else the trace id. It is on every span
 * and log of the request as `correlation.id`, goes on to the next service and back to the caller as
 * `x-correlation-id`. Incoming values are hostile: what is not short visible ASCII is passed over.
 */
import { createContextKey, isSpanContextValid, trace, type Context } from '@opentelemetry/api'
import { requestOf } from './context.ts'

export const CORRELATION_ATTRIBUTE = 'correlation.id'
export const CORRELATION_HEADER = 'x-correlation-id'

const CORRELATION = createContextKey('hodoscope.correlation')
const ACCEPTED = /^[\x21-\x7e]{1,128}$/

/** @param headers  as node:http gives them: lower-case names, repeated ones joined by a comma */
export function correlationFromHeaders(
  headers: Record<string, string | string[] | undefined>,
): string | undefined {
  return accepted(headers[CORRELATION_HEADER]) ?? accepted(headers['x-request-id'])
}

function accepted(value: string | string[] | undefined): string | undefined {
  const first = (Array.isArray(value) ? value[0] : value)?.split(',', 1)[0]?.trim()
  return first !== undefined && ACCEPTED.test(first) ? first : undefined
}

export function withCorrelation(context: Context, id: string): Context {
  return context.setValue(CORRELATION, id)
}

/** @returns what `withCorrelation` gave; else the id of the request that the context belongs to; the trace id outside of one; undefined without either */
export function correlationOf(context: Context): string | undefined {
  const given = context.getValue(CORRELATION) as string | undefined
  if (given !== undefined) return given
  const served = requestOf(context)
  if (served) return served.correlationId
  const spanContext = trace.getSpanContext(context)
  return spanContext && isSpanContextValid(spanContext) ? spanContext.traceId : undefined
}
