/**
 * A failure in Prometheus's envelope, with its name for the kind of failure and its status.
 *
 * Source: prometheus.io/docs/prometheus/latest/querying/api, "Format overview".
 */
import { ERRORS, type ErrorCode, type HodoscopeError } from '../../model/errors.ts'
import { retryAfter } from '../../model/retry-after.ts'
import { JSON_TYPE } from '../errors.ts'

type ErrorType = 'bad_data' | 'execution' | 'timeout' | 'canceled' | 'unavailable' | 'internal' | 'not_found'

const KINDS: Readonly<Partial<Record<ErrorCode, ErrorType>>> = {
  query_not_executable: 'execution',
  query_too_large: 'execution',
  query_timeout: 'timeout',
  query_cancelled: 'canceled',
  not_found: 'not_found',
  internal: 'internal',
}

/** What a kind of failure has as its status, where our own table says something else. */
const STATUS: Readonly<Partial<Record<ErrorType, number>>> = { timeout: 503 }

export function prometheusError(error: HodoscopeError, headers: Record<string, string> = {}): Response {
  const { status, retryable } = ERRORS[error.code]
  const errorType = KINDS[error.code] ?? (status >= 400 && status < 429 ? 'bad_data' : 'unavailable')
  const message = error.code === 'internal' ? 'Something went wrong inside.' : error.message
  const retry: Record<string, string> = retryable ? { 'Retry-After': retryAfter() } : {}
  return new Response(JSON.stringify({ status: 'error', errorType, error: message }), {
    status: STATUS[errorType] ?? status,
    headers: { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store', ...retry, ...headers },
  })
}
