/**
 * Errors as span events. Whatever the host throws is hostile: getters throw, names are numbers, stacks are huge.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-spans/
 */
import type { Attributes, Span, TimeInput } from '@opentelemetry/api'

const LONGEST_MESSAGE = 4096
const LONGEST_STACK = 16_384
/** How far `error.cause` is followed. */
const DEEPEST_CAUSE = 5

export interface ErrorFacts {
  readonly type: string
  readonly message: string
  /** With the stacks of its causes below it, as Node prints them; undefined for what is no error. */
  readonly stack: string | undefined
}

/** @param at  now when left out */
export function recordError(span: Span, error: unknown, at?: TimeInput): ErrorFacts {
  const facts = factsOf(error)
  const attributes: Attributes = { 'exception.type': facts.type, 'exception.message': facts.message }
  if (facts.stack !== undefined) attributes['exception.stacktrace'] = facts.stack
  span.addEvent('exception', attributes, at)
  return facts
}

export function factsOf(error: unknown): ErrorFacts {
  const name = textOf(error, 'name')
  const code = textOf(error, 'code')
  const message = textOf(error, 'message') ?? printed(error)
  return {
    type: name === undefined || name === 'Error' ? (code ?? name ?? typeof error) : name,
    message: message.slice(0, LONGEST_MESSAGE),
    stack: stackOf(error)?.slice(0, LONGEST_STACK),
  }
}

function stackOf(error: unknown): string | undefined {
  let stack = textOf(error, 'stack')
  if (stack === undefined) return undefined
  let cause = read(error, 'cause')
  for (let depth = 0; depth < DEEPEST_CAUSE && cause !== undefined; depth++) {
    stack += `\nCaused by: ${textOf(cause, 'stack') ?? printed(cause)}`
    cause = read(cause, 'cause')
  }
  return stack
}

function textOf(error: unknown, key: string): string | undefined {
  const value = read(error, key)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function read(error: unknown, key: string): unknown {
  if (typeof error !== 'object' || error === null) return undefined
  try {
    return (error as Record<string, unknown>)[key]
  } catch {
    return undefined
  }
}

function printed(error: unknown): string {
  try {
    return String(error)
  } catch {
    return typeof error
  }
}
