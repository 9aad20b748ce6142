/**
 * Spans of incoming requests, from the diagnostics channels of node:http. Every framework sits on top of it, so
 * this is the one place where a server span begins and ends; frameworks add the route (`setRoute`) and the error.
 *
 * The host's handler runs inside the request's context because the channel is published before `'request'` is
 * emitted. Events of the request and the response come out of the socket's context, so they are emitted inside the
 * request's own.
 *
 * Source: https://nodejs.org/api/diagnostics_channel.html (http.server.request.start),
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
import {
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type HrTime,
} from '@opentelemetry/api'
import { IncomingMessage, ServerResponse } from 'node:http'
import { now } from '../clock.ts'
import { currentRequest, enterContext, withRequest, type ServedRequest } from '../context.ts'
import { CORRELATION_ATTRIBUTE, CORRELATION_HEADER, correlationFromHeaders } from '../correlation.ts'
import { recordError } from '../errors.ts'
import { guarded } from '../guard.ts'
import { recordDuration } from '../metrics/http.ts'
import { tracer } from '../tracer.ts'
import { listenTo } from '../undo.ts'
import { overlayEmit } from './overlay.ts'
import { knownMethod, methodInName, splitHost, splitTarget } from './url.ts'

const SERVED = Symbol('hodoscope.served')

interface Served {
  [SERVED]?: ServedRequest
}

type Incoming = IncomingMessage & Served
type Outgoing = ServerResponse & Served

export function traceServers(): void {
  listenTo(
    'http.server.request.start',
    guarded(message => {
      const { request, response } = message as { request: Incoming; response: Outgoing }
      begin(request, response)
    }),
  )
  overlayEmit<Incoming>(IncomingMessage.prototype, {
    on: [],
    seen: () => {},
    contextOf: request => request[SERVED]?.context,
  })
  overlayEmit<Outgoing>(ServerResponse.prototype, {
    on: ['finish', 'close'],
    // `close` alone comes when the client has gone away.
    seen: (response, event) => {
      if (response[SERVED]) end(response[SERVED], response, event === 'close')
    },
    contextOf: response => response[SERVED]?.context,
  })
}

/**
 * What a framework matched; the last one that tells is right.
 * @param request  of node:http; the one being served when undefined
 * @param pattern  such as `/orders/:id`; undefined takes back what was told
 */
export function setRoute(request: object | undefined, pattern: string | undefined): void {
  const served = servedBy(request)
  if (served) served.route = pattern
}

/** An error that reached a framework's error handling. It is recorded if the request fails. */
export function setFailure(request: object | undefined, error: unknown): void {
  const served = servedBy(request)
  if (served && served.failure?.error !== error) served.failure = { error, atMillis: Date.now() }
}

function servedBy(request: Served | undefined): ServedRequest | undefined {
  return request?.[SERVED] ?? currentRequest()
}

function begin(request: Incoming, response: Outgoing): void {
  const parent = propagation.extract(ROOT_CONTEXT, request.headers)
  const method = knownMethod(request.method)
  const given = correlationFromHeaders(request.headers)
  const startedAt = performance.now()
  const scheme = (request.socket as { encrypted?: boolean }).encrypted === true ? 'https' : 'http'
  const attributes = requestAttributes(request, method, scheme, given)
  const span = tracer().startSpan(
    methodInName(method),
    { kind: SpanKind.SERVER, startTime: now(), attributes },
    parent,
  )
  const own = trace.setSpan(parent, span)
  const correlationId = given ?? span.spanContext().traceId
  const served: ServedRequest = {
    span,
    method,
    correlationId,
    context: own,
    route: undefined,
    failure: undefined,
    startedAt,
    scheme,
    ended: false,
  }
  served.context = withRequest(own, served)
  request[SERVED] = served
  response[SERVED] = served
  enterContext(served.context)
  response.setHeader(CORRELATION_HEADER, correlationId)
}

/** The SDK leaves out what is undefined. */
function requestAttributes(
  request: IncomingMessage,
  method: string,
  scheme: string,
  correlationId: string | undefined,
): Attributes {
  const { path, query } = splitTarget(request.url ?? '/')
  const { address, port } = splitHost(request.headers.host)
  const socket = request.socket
  return {
    [CORRELATION_ATTRIBUTE]: correlationId,
    'http.request.method': method,
    'http.request.method_original': method === '_OTHER' ? request.method : undefined,
    'url.scheme': scheme,
    'url.path': path,
    'url.query': query,
    'server.address': address,
    'server.port': port ?? socket.localPort,
    'client.address': socket.remoteAddress,
    'network.peer.address': socket.remoteAddress,
    'network.peer.port': socket.remotePort,
    'network.protocol.version': request.httpVersion,
    'user_agent.original': request.headers['user-agent'],
  }
}

function end(served: ServedRequest, response: ServerResponse, abandoned: boolean): void {
  if (served.ended) return
  served.ended = true
  const { span, method, route, failure } = served
  if (response.headersSent) span.setAttribute('http.response.status_code', response.statusCode)
  if (route !== undefined) {
    span.setAttribute('http.route', route)
    span.updateName(`${methodInName(method)} ${route}`)
  }
  if (abandoned) span.addEvent('client disconnected')
  if (response.headersSent && response.statusCode >= 500) {
    span.setAttribute('error.type', String(response.statusCode))
    span.setStatus({ code: SpanStatusCode.ERROR })
    if (failure) recordError(span, failure.error, failure.atMillis)
  }
  const time = now()
  span.end(time)
  measure(served, response, time)
}

function measure(served: ServedRequest, response: ServerResponse, time: HrTime): void {
  const { method, scheme, route, startedAt, span } = served
  const status = response.headersSent ? response.statusCode : 0
  const version = response.req.httpVersion
  const key = `${method} ${status} ${version} ${scheme} ${route ?? ''}`
  const seconds = (performance.now() - startedAt) / 1000
  recordDuration('server', key, { seconds, time, context: span.spanContext() }, () => ({
    'http.request.method': method,
    'url.scheme': scheme,
    'network.protocol.version': version,
    ...(route === undefined ? {} : { 'http.route': route }),
    ...(status === 0 ? {} : { 'http.response.status_code': status }),
    ...(status >= 500 ? { 'error.type': String(status) } : {}),
  }))
}
