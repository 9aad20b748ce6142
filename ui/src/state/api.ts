/**
 * Asking the collector, and telling it: an answer, or a `Failure` that says what failed and what to do.
 *
 * Also keeps the difference between the collector's clock and the browser's, because `now` in a range
 * means the collector's.
 */
import { signal } from '@preact/signals'
import type { ErrorAnswer } from '../../../collector/src/serve/api-types.ts'

export interface Failure {
  /** `offline`: no answer at all; `answer`: the collector refused; `broken`: what came is no answer of ours. */
  readonly kind: 'offline' | 'answer' | 'broken'
  /** HTTP status; 0 when offline. */
  readonly status: number
  readonly code: string
  readonly message: string
  readonly hint: string
  /** 0-based offset into the query text. */
  readonly position: number | undefined
}

export class ApiError extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.message)
    this.name = 'ApiError'
    this.failure = failure
  }
}

/** Whether the last request got no answer at all. */
export const offline = signal(false)

/** Whether the collector asks for a token that this browser does not have. */
export const locked = signal(false)

let clockOffset = 0

/** What time it is on the collector, in Unix milliseconds; exact to a second. */
export const collectorNow = (): number => Date.now() + clockOffset

function noteClock(date: string | null): void {
  if (date === null) return
  const offset = Date.parse(date) - Date.now()
  // The header has whole seconds and the way takes time: only a difference beyond that is real.
  if (!Number.isNaN(offset)) clockOffset = Math.abs(offset) > 2000 ? offset : 0
}

/** @throws ApiError; AbortError when `abort` is aborted */
export const get = <T>(path: string, abort?: AbortSignal): Promise<T> =>
  ask(path, { headers: { accept: 'application/json' }, ...(abort && { signal: abort }) })

/**
 * Changes something, or asks what takes a body.
 * @throws ApiError; AbortError when `abort` is aborted
 */
export const send = <T>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: object = {},
  abort?: AbortSignal,
): Promise<T> =>
  ask(path, {
    method,
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(abort && { signal: abort }),
  })

async function ask<T>(path: string, how: RequestInit): Promise<T> {
  const abort = how.signal
  let response: Response
  try {
    response = await fetch(path, how)
  } catch (cause) {
    if (abort?.aborted) throw cause
    offline.value = true
    throw new ApiError(OFFLINE)
  }
  offline.value = false
  noteClock(response.headers.get('date'))
  const body = await readJson(response)
  if (response.ok && body !== undefined) return body as T
  if (response.status === 401) locked.value = true
  throw new ApiError(failureOf(response.status, body))
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    return undefined
  }
}

const OFFLINE: Failure = {
  kind: 'offline',
  status: 0,
  code: 'offline',
  message: 'The collector does not answer.',
  hint: 'This page goes on trying. See whether the collector runs and listens on this address.',
  position: undefined,
}

/** A refusal in Prometheus' envelope, as `/api/v1` gives it. */
interface PrometheusRefusal {
  readonly status: 'error'
  readonly errorType: string
  readonly error: string
}

const isPrometheusRefusal = (body: unknown): body is PrometheusRefusal =>
  (body as Partial<PrometheusRefusal> | undefined)?.status === 'error'

const HINTS: Readonly<Record<string, string>> = {
  timeout: 'Narrow the time range, or what the query selects.',
  execution: 'The query is understood, but these series have no answer to it.',
  unavailable: 'Try again in a moment.',
}

function failureOf(status: number, body: unknown): Failure {
  if (isPrometheusRefusal(body))
    return {
      kind: 'answer',
      status,
      code: body.errorType,
      message: body.error,
      hint: HINTS[body.errorType] ?? '',
      position: undefined,
    }
  const error = (body as Partial<ErrorAnswer> | undefined)?.error
  if (!error || typeof error.message !== 'string')
    return {
      kind: 'broken',
      status,
      code: `http_${status}`,
      message: `The answer was HTTP ${status} without an explanation.`,
      hint: 'Something between this page and the collector answered instead of it, a proxy perhaps.',
      position: undefined,
    }
  return {
    kind: 'answer',
    status,
    code: error.code,
    message: error.message,
    hint: error.hint,
    position: error.position,
  }
}
