/** A failure as an answer: the row of the error table, and nothing of the inside (no stack, no path). */
import { HodoscopeError } from '../model/errors.ts'
import { retryAfter } from '../model/retry-after.ts'
import type { ErrorAnswer } from './api-types.ts'

export const JSON_TYPE = 'application/json; charset=utf-8'

export function errorAnswer(error: HodoscopeError): ErrorAnswer {
  const message = error.code === 'internal' ? 'Something went wrong inside.' : error.message
  const position = error.position === undefined ? {} : { position: error.position }
  return { error: { code: error.code, message, hint: error.hint, ...position } }
}

/** What is no HodoscopeError is a defect: it is told as `internal` and logged by the caller. */
export const asHodoscopeError = (error: unknown): HodoscopeError =>
  error instanceof HodoscopeError ? error : new HodoscopeError('internal', 'unexpected', { cause: error })

export function errorResponse(error: HodoscopeError, headers: Record<string, string> = {}): Response {
  const retry: Record<string, string> = error.retryable ? { 'Retry-After': retryAfter() } : {}
  const ask: Record<string, string> = error.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}
  return new Response(JSON.stringify(errorAnswer(error)), {
    status: error.status,
    headers: { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store', ...retry, ...ask, ...headers },
  })
}
