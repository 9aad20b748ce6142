/**
 * One attempt of a delivery over HTTP. The address is looked up once, judged and connected to, so
 * that no second answer of a name server comes between; redirects are not followed; of the answer no
 * more than 64 KiB is read, and nothing but its status goes any further.
 */
import { lookup, type LookupAddress } from 'node:dns'
import { request as requestHttp, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'

export interface Attempt {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Answer =
  | { readonly status: number; readonly retryAfter: string | undefined }
  /** No answer came. The text names neither address nor secret. */
  | { readonly failure: string }

export type Transport = (attempt: Attempt) => Promise<Answer>

export const ATTEMPT_MILLIS = 15_000
const MAX_ANSWER_BYTES = 64 * 1024

/** @param isAllowed whether an address may be connected to */
export function httpTransport(
  isAllowed: (address: string) => boolean,
  timeoutMillis = ATTEMPT_MILLIS,
): Transport {
  return attempt =>
    new Promise(resolve => {
      const fail = (error: unknown): void => resolve({ failure: told(error) })
      try {
        const request = open(attempt, isAllowed, timeoutMillis)
        request.once('error', fail)
        request.once('response', response => {
          // The status has come: what fails from here on is of no interest.
          request.off('error', fail).on('error', () => {})
          void drain(response).then(resolve)
        })
        request.end(attempt.body)
      } catch (error) {
        fail(error)
      }
    })
}

function open(
  { url, headers, body }: Attempt,
  isAllowed: (address: string) => boolean,
  timeoutMillis: number,
): ClientRequest {
  const target = new URL(url)
  const host = target.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) !== 0 && !isAllowed(host)) throw new Error(FORBIDDEN)
  const request = target.protocol === 'https:' ? requestHttps : requestHttp
  return request(target, {
    method: 'POST',
    headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
    lookup: guardedLookup(isAllowed),
    // A connection of its own: a pooled one was judged for another receiver.
    agent: false,
    signal: AbortSignal.timeout(timeoutMillis),
  })
}

const FORBIDDEN = 'the address is not one that alerts may be sent to; see alerts.allowedAddresses'

function guardedLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) =>
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0)
      const allowed = found.filter(({ address }) => isAllowed(address))
      // One forbidden address among several is a trick, not a choice.
      if (allowed.length < found.length || allowed.length === 0) return callback(new Error(FORBIDDEN), '', 0)
      if (options.all === true) return callback(null, allowed)
      return callback(null, allowed[0]!.address, allowed[0]!.family)
    })
}

/** Reads what is sent, up to a limit, so that the receiver sees its answer taken. */
async function drain(response: IncomingMessage): Promise<Answer> {
  const answer = { status: response.statusCode!, retryAfter: response.headers['retry-after'] }
  let bytes = 0
  try {
    for await (const chunk of response) {
      bytes += (chunk as Buffer).length
      if (bytes > MAX_ANSWER_BYTES) break
    }
  } catch {
    // It was cut short.
  } finally {
    response.destroy()
  }
  return answer
}

function told(error: unknown): string {
  const { name, message, code } = error as Error & { code?: string }
  if (name === 'AbortError' || name === 'TimeoutError') return 'no answer in time'
  return message === FORBIDDEN ? FORBIDDEN : (code ?? 'the connection failed')
}
