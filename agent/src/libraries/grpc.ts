/**
 * grpc-js: calls made and calls served, of all four kinds. The context goes with the metadata.
 *
 * A client's call ends with its status, a server's with the callback or the end of its stream.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/rpc/grpc/
 */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api'
import type { EventEmitter } from 'node:events'
import { now } from '../clock.ts'
import { contexts } from '../context.ts'
import { CORRELATION_HEADER, correlationFromHeaders, correlationOf, withCorrelation } from '../correlation.ts'
import { recordError } from '../errors.ts'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { replaceMethod } from '../undo.ts'
import { tracer } from '../tracer.ts'
import { beginCall } from './client-span.ts'

type Method = (this: unknown, ...args: unknown[]) => unknown

interface Metadata {
  get(name: string): unknown[]
  set(name: string, value: string): void
  clone(): Metadata
}

type Listener = Record<string, Method>

interface ClientCall {
  start: (this: ClientCall, metadata: Metadata, listener?: Listener) => unknown
}

interface Status {
  readonly code: number
  readonly details?: string
}

/** The status codes that are the server's fault; the others are the caller's. */
const SERVER_ERRORS = new Set([2, 4, 12, 13, 14, 15])
const STATUS_NAMES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

/** `@grpc/grpc-js/build/src/client-interceptors.js`: every kind of call is made of what this gives. */
export const patchGrpcClient: Patch = exports => {
  const getCall = exports['getInterceptingCall'] as (...args: unknown[]) => ClientCall
  const patched = (...args: unknown[]): ClientCall => {
    const call = getCall(...args)
    safely(() => trackCall(call, (args[1] as { path?: unknown }).path))
    return call
  }
  replaceMethod(exports, 'getInterceptingCall', patched)
  return undefined
}

function trackCall(call: ClientCall, path: unknown): void {
  const { start } = call
  call.start = function (metadata, listener) {
    const span = beginCall(() => ({ name: nameOf(path), attributes: attributesOf(path) }))
    if (span === undefined) return start.call(this, metadata, listener)
    const carrying = safely(() => carriedBy(metadata, trace.setSpan(context.active(), span))) ?? metadata
    return start.call(this, carrying, listening(listener, span))
  }
}

/** The host's metadata is copied: it may send it again. */
function carriedBy(metadata: Metadata, own: Context): Metadata {
  const carrier: Record<string, string> = {}
  propagation.inject(own, carrier)
  const id = correlationOf(own)
  if (id !== undefined) carrier[CORRELATION_HEADER] = id
  const copy = metadata.clone()
  for (const name in carrier) copy.set(name, carrier[name]!)
  return copy
}

/** Answers come out of the connection's context: the listeners run in that of the call. */
function listening(listener: Listener | undefined, span: Span): Listener {
  const own: Record<string, Method> = {}
  for (const [name, method] of Object.entries(listener ?? {}))
    own[name] = contexts.bind(context.active(), method.bind(listener))
  const onReceiveStatus = own['onReceiveStatus']
  own['onReceiveStatus'] = function (...args) {
    safely(() => endClient(span, args[0] as Status))
    return onReceiveStatus?.apply(this, args)
  }
  return own
}

/** `@grpc/grpc-js/build/src/server.js` */
export const patchGrpcServer: Patch = exports => {
  const { prototype } = exports['Server'] as { prototype: { register: Method } }
  const { register } = prototype
  replaceMethod(prototype, 'register', function (...args) {
    const [path, handler] = args
    if (typeof handler === 'function') args[1] = serving(path, handler as Method)
    return register.apply(this, args)
  })
  return undefined
}

interface Served extends Partial<EventEmitter> {
  readonly metadata: Metadata
}

function serving(path: unknown, handler: Method): Method {
  return function (...args) {
    const [call, callback] = args as [Served, unknown]
    const begun = safely(() => beginServed(path, call.metadata))
    if (begun === undefined) return handler.apply(this, args)
    if (typeof callback === 'function') args[1] = answering(callback as Method, begun.span)
    else safely(() => endWithStream(call, begun.span))
    return contexts.with(begun.context, () => handler.apply(this, args))
  }
}

function beginServed(path: unknown, metadata: Metadata): { span: Span; context: Context } {
  const carrier: Record<string, string> = {}
  for (const name of [...propagation.fields(), CORRELATION_HEADER]) {
    const [value] = metadata.get(name)
    if (typeof value === 'string') carrier[name] = value
  }
  const extracted = propagation.extract(ROOT_CONTEXT, carrier)
  const id = correlationFromHeaders(carrier)
  const parent = id === undefined ? extracted : withCorrelation(extracted, id)
  const facts = { kind: SpanKind.SERVER, startTime: now(), attributes: attributesOf(path) }
  const span = tracer().startSpan(nameOf(path), facts, parent)
  return { span, context: trace.setSpan(parent, span) }
}

function answering(callback: Method, span: Span): Method {
  return function (...args) {
    safely(() => endServer(span, args[0]))
    return callback.apply(this, args)
  }
}

/** By an event of the stream: an error that the handler emits, its end, or the client's leaving. */
function endWithStream(call: Served, span: Span): void {
  const { emit } = call
  call.emit = function (this: EventEmitter, event: string | symbol, ...args: unknown[]) {
    if (event === 'error') safely(() => endServer(span, args[0]))
    if (event === 'finish') safely(() => endServer(span, undefined))
    if (event === 'cancelled') safely(() => endServer(span, { code: 1, details: 'cancelled' }))
    return emit!.call(this, event, ...args)
  }
}

function endServer(span: Span, error: unknown): void {
  if (!span.isRecording()) return
  const code = error ? (codeOf(error) ?? 2) : 0
  span.setAttribute('rpc.response.status_code', STATUS_NAMES[code] ?? String(code))
  if (SERVER_ERRORS.has(code)) {
    const { message } = recordError(span, error)
    span.setAttribute('error.type', STATUS_NAMES[code] ?? String(code))
    span.setStatus({ code: SpanStatusCode.ERROR, message })
  }
  span.end(now())
}

function endClient(span: Span, { code, details = '' }: Status): void {
  const name = STATUS_NAMES[code] ?? String(code)
  span.setAttribute('rpc.response.status_code', name)
  if (code !== 0) {
    span.setAttribute('error.type', name)
    span.setStatus({ code: SpanStatusCode.ERROR, message: details })
  }
  span.end(now())
}

/** A number, as gRPC has it; what else was thrown is UNKNOWN. */
function codeOf(error: unknown): number | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'number' ? code : undefined
}

/** Of a path such as `/shop.Orders/Get`. */
function nameOf(path: unknown): string {
  return String(path).replace(/^\//, '')
}

function attributesOf(path: unknown): Attributes {
  return { 'rpc.system.name': 'grpc', 'rpc.method': nameOf(path) }
}
