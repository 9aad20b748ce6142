/**
 * One outgoing HTTP call as a span, whichever client makes it.
 *
 * A call made outside of any trace whose request already carries a `traceparent` continues that trace: a job that was
 * stored with the trace it came from stays in it, by nothing but the headers its worker sends. Inside a trace a
 * `traceparent` that was copied from elsewhere (a proxy forwards all headers) is replaced.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
 */
import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { now } from '../clock.ts'
import { CORRELATION_HEADER, correlationFromHeaders, correlationOf, withCorrelation } from '../correlation.ts'
import { recordError } from '../errors.ts'
import { recordDuration } from '../metrics/http.ts'
import { tracer } from '../tracer.ts'
import { fullUrl, knownMethod, methodInName, splitHost } from './url.ts'

export interface Call {
  readonly span: Span
  /** ms, monotonic */
  readonly startedAt: number
  /** Of the duration. */
  readonly dimensions: Attributes
  answered: boolean
  ended: boolean
}

export interface CallRequest {
  readonly method: string | undefined
  /** `http://host:port` */
  readonly origin: string
  /** `/path?query` */
  readonly target: string
  readonly headerOf: (name: string) => string | undefined
  readonly setHeader: (name: string, value: string) => void
}

/** @returns undefined where tracing is suppressed: the agent's own requests */
export function beginCall(request: CallRequest): Call | undefined {
  const active = context.active()
  if (isTracingSuppressed(active)) return undefined
  const method = knownMethod(request.method)
  const parent = parentOf(active, request)
  const startedAt = performance.now()
  const attributes = callAttributes(request, method)
  const span = tracer().startSpan(
    methodInName(method),
    { kind: SpanKind.CLIENT, startTime: now(), attributes },
    parent,
  )
  inject(trace.setSpan(parent, span), request)
  return { span, startedAt, dimensions: dimensionsOf(attributes), answered: false, ended: false }
}

function parentOf(active: Context, request: CallRequest): Context {
  const given = correlationFromHeaders({ [CORRELATION_HEADER]: request.headerOf(CORRELATION_HEADER) })
  const inTrace = trace.getSpanContext(active) !== undefined
  const parent = inTrace ? active : propagation.extract(active, carried(request))
  return given === undefined ? parent : withCorrelation(parent, given)
}

function carried(request: CallRequest): Record<string, string> {
  const carrier: Record<string, string> = {}
  for (const name of propagation.fields()) {
    const value = request.headerOf(name)
    if (typeof value === 'string') carrier[name] = value
  }
  return carrier
}

function inject(own: Context, request: CallRequest): void {
  const carrier: Record<string, string> = {}
  propagation.inject(own, carrier)
  const id = correlationOf(own)
  if (id !== undefined && request.headerOf(CORRELATION_HEADER) === undefined) carrier[CORRELATION_HEADER] = id
  for (const name in carrier) request.setHeader(name, carrier[name]!)
}

function callAttributes(request: CallRequest, method: string): Attributes {
  const [scheme, host] = request.origin.split('://', 2)
  const { address, port } = splitHost(host)
  return {
    'http.request.method': method,
    ...(method === '_OTHER' ? { 'http.request.method_original': request.method ?? '' } : {}),
    'server.address': address ?? host ?? '',
    'server.port': port ?? (scheme === 'https' ? 443 : 80),
    'url.full': fullUrl(request.origin, request.target),
  }
}

function dimensionsOf(attributes: Attributes): Attributes {
  return {
    'http.request.method': attributes['http.request.method'],
    'server.address': attributes['server.address'],
    'server.port': attributes['server.port'],
  }
}

export interface Answer {
  readonly version?: string | undefined
  readonly peerAddress?: string | undefined
  readonly peerPort?: number | undefined
}

/** The status line and the headers have come. */
export function answerCall(call: Call, status: number, answer: Answer): void {
  if (call.ended) return
  call.answered = true
  const attributes: Attributes = { 'http.response.status_code': status }
  if (answer.version !== undefined) attributes['network.protocol.version'] = answer.version
  if (answer.peerAddress !== undefined) attributes['network.peer.address'] = answer.peerAddress
  if (answer.peerPort !== undefined) attributes['network.peer.port'] = answer.peerPort
  call.span.setAttributes(attributes)
  call.dimensions['http.response.status_code'] = status
  if (status >= 400) {
    call.dimensions['error.type'] = String(status)
    call.span.setAttribute('error.type', String(status))
    call.span.setStatus({ code: SpanStatusCode.ERROR })
  }
}

export function failCall(call: Call, error: unknown): void {
  if (call.ended) return
  const { type, message } = recordError(call.span, error)
  const code = codeOf(error)
  call.span.setAttribute('error.type', code ?? type)
  call.dimensions['error.type'] = code ?? type
  call.span.setStatus({ code: SpanStatusCode.ERROR, message })
  endCall(call)
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : undefined
}

export function endCall(call: Call): void {
  if (call.ended) return
  call.ended = true
  const { dimensions, span } = call
  const time = now()
  span.end(time)
  const key = Object.values(dimensions).join(' ')
  const seconds = (performance.now() - call.startedAt) / 1000
  recordDuration('client', key, { seconds, time, context: span.spanContext() }, () => dimensions)
}
