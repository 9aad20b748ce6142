/**
 * One call of the host through a library's client as a span: it begins with the call, and ends with its callback or
 * its promise, whichever the host chose.
 *
 * Only what happens inside a trace is recorded: the statements of a start-up migration, the pings of a pool would each
 * be a trace of their own. Callbacks run in the context of the call: a connection that many requests share answers in
 * that of whoever opened it.
 */
import {
  context,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { now } from '../clock.ts'
import { contexts } from '../context.ts'
import { recordError } from '../errors.ts'
import { safely } from '../guard.ts'
import { tracer } from '../tracer.ts'

export interface CallFacts {
  readonly name: string
  readonly attributes: Attributes
  /** CLIENT when left out. */
  readonly kind?: SpanKind
}

type Callback = (this: unknown, ...args: unknown[]) => unknown

/** @returns undefined outside of a trace, and where `facts` fails or has none to tell */
export function beginCall(facts: () => CallFacts | undefined): Span | undefined {
  return safely(() => {
    const active = context.active()
    if (!isTraced(active)) return undefined
    const call = facts()
    if (call === undefined) return undefined
    const { name, attributes, kind = SpanKind.CLIENT } = call
    return tracer().startSpan(name, { kind, startTime: now(), attributes }, active)
  })
}

function isTraced(active: Context): boolean {
  return trace.getSpan(active)?.isRecording() === true && !isTracingSuppressed(active)
}

export function endCall(span: Span): void {
  span.end(now())
}

/** `error.type` is the code that the server or the system gave, where there is one. */
export function failCall(span: Span, error: unknown): void {
  const { type, message } = recordError(span, error)
  span.setAttribute('error.type', codeOf(error) ?? type)
  span.setStatus({ code: SpanStatusCode.ERROR, message })
  endCall(span)
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' || typeof code === 'number' ? String(code) : undefined
}

/** The host's callback `(error, value)`: run in the context in which this is called, after its span has ended. */
export function endingCallback(
  callback: Callback,
  span: Span | undefined,
  finish: (span: Span, value: unknown) => void = endCall,
): Callback {
  const bound = contexts.bind(context.active(), callback)
  if (span === undefined) return bound
  return function (...args) {
    safely(() => (args[0] ? failCall(span, args[0]) : finish(span, args[1])))
    return bound.apply(this, args)
  }
}

/**
 * Runs the host's call and ends the span with what comes of it. A promise is handed on as one derived from it, of its
 * own kind, so that a rejection that nobody handles still is one.
 */
export function endingPromise<T>(
  span: Span | undefined,
  call: () => T,
  finish: (span: Span, value: unknown) => void = endCall,
): T {
  if (span === undefined) return call()
  try {
    const result = call()
    if (!isThenable(result)) {
      safely(() => finish(span, result))
      return result
    }
    return result.then(
      value => {
        safely(() => finish(span, value))
        return value
      },
      error => {
        safely(() => failCall(span, error))
        throw error
      },
    ) as T
  } catch (error) {
    safely(() => failCall(span, error))
    throw error
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
