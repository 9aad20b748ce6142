/**
 * One request to the collector, and its answer read as what the queue shall do next.
 *
 * Repeated is what OTLP calls retryable (429, 502, 503, 504) and what got no answer at all; by the queue, which keeps
 * the records. Any other refusal is final: no repetition will change it. An answer of 200 that is a web page does not
 * come from a collector, and counts as one that is away.
 *
 * Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response, #retryable-response-codes
 */
import { request as plainRequest, type Agent, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { gzip } from 'node:zlib'
import type { Outcome } from './item.ts'

export interface Destination {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly gzip: boolean
  readonly timeoutMillis: number
  readonly agent: Agent
}

/** As much of an answer as is read for what it says; an answer that goes on is cut off. */
const LONGEST_READ = 65_536
const LONGEST_ANSWER = 4 * 1024 * 1024
const LONGEST_REASON = 300

const RETRYABLE = new Set([429, 502, 503, 504])

/** Never rejects. */
export async function post(to: Destination, body: string): Promise<Outcome> {
  try {
    const bytes = Buffer.from(body)
    return await exchange(to, to.gzip ? await compressed(bytes) : bytes)
  } catch (error) {
    return { kind: 'retry', reason: reasonOf(error) }
  }
}

function compressed(bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(bytes, { level: 1 }, (error, result) => (error ? reject(error) : resolve(result)))
  })
}

function exchange(to: Destination, bytes: Buffer): Promise<Outcome> {
  return new Promise(resolve => {
    const request = open(to, bytes.length)
    const tooLate = setTimeout(
      () => request.destroy(new Error(`no answer within ${to.timeoutMillis} ms`)),
      to.timeoutMillis,
    )
    const settle = (outcome: Outcome) => {
      clearTimeout(tooLate)
      resolve(outcome)
    }
    request.on('response', response => readAnswer(request, response, settle))
    request.on('error', error => settle({ kind: 'retry', reason: reasonOf(error) }))
    // An upgrade or a tunnel was never asked for.
    request.on('close', () => settle({ kind: 'retry', reason: 'the connection closed without an answer' }))
    request.end(bytes)
  })
}

function open(to: Destination, length: number): ClientRequest {
  const request = to.url.startsWith('https:') ? tlsRequest : plainRequest
  return request(to.url, {
    method: 'POST',
    agent: to.agent,
    headers: {
      ...to.headers,
      'content-type': 'application/json',
      'content-length': length,
      ...(to.gzip ? { 'content-encoding': 'gzip' } : {}),
    },
  })
}

function readAnswer(
  request: ClientRequest,
  response: IncomingMessage,
  settle: (outcome: Outcome) => void,
): void {
  const chunks: Buffer[] = []
  let bytes = 0
  const done = () => settle(outcomeOf(response, Buffer.concat(chunks).toString()))
  response.on('data', (chunk: Buffer) => {
    if (bytes < LONGEST_READ) chunks.push(chunk)
    bytes += chunk.length
    if (bytes <= LONGEST_ANSWER) return
    done()
    request.destroy()
  })
  response.on('end', done)
  // The status has come: the collector has decided, though its words are cut short.
  response.on('close', done)
  response.on('error', done)
}

export function outcomeOf(
  { statusCode: status = 0, headers }: Pick<IncomingMessage, 'statusCode' | 'headers'>,
  body: string,
): Outcome {
  if (status >= 200 && status < 300) {
    return isWebPage(headers) ? { kind: 'retry', reason: 'a web page answered' } : sentOutcome(body)
  }
  const reason = `the collector answered ${status}${messageOf(body)}`
  if (RETRYABLE.has(status)) {
    const afterMillis = retryAfterMillis(headers['retry-after'])
    return { kind: 'retry', reason, ...(afterMillis === undefined ? {} : { afterMillis }) }
  }
  return { kind: status === 413 ? 'too-large' : 'refused', reason }
}

function isWebPage(headers: IncomingMessage['headers']): boolean {
  return headers['content-type']?.startsWith('text/html') === true
}

interface PartialSuccess {
  readonly rejectedSpans?: unknown
  readonly rejectedLogRecords?: unknown
  readonly rejectedDataPoints?: unknown
  readonly errorMessage?: unknown
}

function sentOutcome(body: string): Outcome {
  const partial = fieldsOf(body)['partialSuccess'] as PartialSuccess | null | undefined
  const { rejectedSpans, rejectedLogRecords, rejectedDataPoints, errorMessage } = partial ?? {}
  const rejected = Number(rejectedSpans ?? rejectedLogRecords ?? rejectedDataPoints ?? 0)
  if (!(rejected > 0)) return { kind: 'sent' }
  return {
    kind: 'sent',
    rejected,
    ...(typeof errorMessage === 'string' ? { reason: short(errorMessage) } : {}),
  }
}

function messageOf(body: string): string {
  const { message } = fieldsOf(body)
  return typeof message === 'string' && message !== '' ? ` (${short(message)})` : ''
}

function fieldsOf(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body) as unknown
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** On one line of the host's terminal: no control characters of a stranger. */
function short(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').slice(0, LONGEST_REASON)
}

/** @param value  seconds or an HTTP date */
export function retryAfterMillis(value: string | undefined, nowMillis = Date.now()): number | undefined {
  if (value === undefined) return undefined
  const millis = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMillis
  return Number.isFinite(millis) && millis >= 0 ? millis : undefined
}

function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  if (typeof code === 'string') return code
  return typeof message === 'string' && message !== '' ? message : 'unknown error'
}
