/**
 * OTLP/HTTP: `POST /v1/traces`, `/v1/logs` and `/v1/metrics`; and beside it Prometheus remote-write.
 *
 * A 200 is sent when the store has resolved `append`: the items are on stable storage. Every other
 * answer is a `google.rpc.Status` in the request's encoding, and its HTTP status comes from the
 * table of errors alone. Bodies are read from node:http directly; the Fetch request's own reader
 * costs nearly half of the throughput.
 *
 * Source: opentelemetry-proto docs/specification.md, "OTLP/HTTP".
 */
import type { IncomingMessage } from 'node:http'
import { Hono } from 'hono'
import type { Encoding } from '../decode/request.ts'
import { HodoscopeError } from '../model/errors.ts'
import { retryAfter } from '../model/retry-after.ts'
import type { OtlpSignal, RequestKind } from '../model/telemetry.ts'
import { AbortedError, admit, readBody } from './body.ts'
import { ByteBudget, type Charge } from './byte-budget.ts'
import { awaitsLeave, giveLeave } from './expect-continue.ts'
import { stored, typed, type NodeBindings, type NodeContext, type ReceiverOptions } from './handling.ts'
import { contentEncodingOf, encodingOf, requireEncoding } from './headers.ts'
import { inflate } from './inflate.ts'
import { statusBody } from './status.ts'
import { successBody } from './success.ts'
import { mountRemoteWrite } from './write-receiver.ts'

const MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
}

/** Paths that the receiver answers, and for which it decides on `Expect: 100-continue`. */
export const isIngestPath = (incoming: IncomingMessage): boolean =>
  /^\/(v1(development)?\/|api\/v1\/write(\?|$))/.test(incoming.url ?? '')

/** Mount it at the root: it answers everything under `/v1/` and `/v1development/`, and remote-write. */
export function createReceiver(options: ReceiverOptions): Hono<{ Bindings: NodeBindings }> {
  const budget = new ByteBudget(options.limits.maxInFlightBytes)
  const app = new Hono<{ Bindings: NodeBindings }>()
  const signals: readonly OtlpSignal[] = ['traces', 'logs', 'metrics']
  for (const signal of signals)
    app.all(`/v1/${signal}`, c =>
      c.req.method === 'POST'
        ? receive(c, signal, options, budget.open())
        : refusal(
            c,
            new HodoscopeError('method_not_allowed', `${c.req.method} is not a method of ${c.req.path}`),
          ),
    )
  const unknown = (c: NodeContext): Response =>
    refusal(c, new HodoscopeError('not_found', `nothing is received at ${c.req.path}`))
  mountRemoteWrite(app, options, budget)
  return app.all('/v1/*', unknown).all('/v1development/*', unknown)
}

async function receive(
  c: NodeContext,
  signal: OtlpSignal,
  options: ReceiverOptions,
  charge: Charge,
): Promise<Response> {
  const { telemetry } = options
  let received = 0
  telemetry.request(signal)
  try {
    options.admit(c.env.incoming)
    const encoding = requireEncoding(c.env.incoming.headers['content-type'])
    const body = await bodyOf(c, signal, options, charge)
    const decoded = options.seriesLimit.apply(
      await options.decoder.decode(signal, encoding, body, options.limits),
    )
    received = decoded.request?.items ?? 0
    telemetry.items(signal, received + decoded.rejected, decoded.rejected)
    await stored(decoded, options)
    telemetry.stored(signal, received)
    return answer(200, encoding, successBody(signal, encoding, decoded.rejected, decoded.message))
  } catch (error) {
    if (error instanceof AbortedError) {
      telemetry.aborted(signal)
      return new Response(null, { status: 400 })
    }
    const told = typed(error, options)
    telemetry.refused(signal, told.code, received)
    return refusal(c, told)
  } finally {
    charge.release()
  }
}

/** The body as it was before compression. */
async function bodyOf(
  c: NodeContext,
  signal: RequestKind,
  { limits, telemetry }: ReceiverOptions,
  charge: Charge,
): Promise<Uint8Array> {
  const { incoming, outgoing } = c.env
  const contentEncoding = contentEncodingOf(incoming)
  admit(incoming, limits.maxBodyBytes, charge)
  giveLeave(incoming, outgoing)
  const wire = await readBody(incoming, limits.maxBodyBytes, charge)
  const body =
    contentEncoding === 'identity' ? wire : await inflate(wire, contentEncoding, limits.maxBodyBytes, charge)
  telemetry.body(signal, wire.length, body.length)
  return body
}

/** An error, as a Status in the encoding of the request; JSON where that is unknown. */
function refusal(c: NodeContext, error: HodoscopeError): Response {
  const encoding = encodingOf(c.req.header('content-type')) ?? 'json'
  const violation =
    error.code === 'payload_malformed' ? { field: 'body', description: error.message } : undefined
  const headers: Record<string, string> = {}
  if (error.code === 'method_not_allowed') headers['Allow'] = 'POST'
  if (error.status === 429 || error.status === 503) headers['Retry-After'] = retryAfter()
  if (error.status === 401) headers['WWW-Authenticate'] = 'Bearer'
  // The client will not send the body that it asked leave for, so the connection cannot go on.
  if (awaitsLeave(c.env.incoming)) headers['Connection'] = 'close'
  return answer(error.status, encoding, statusBody(error, encoding, violation), headers)
}

const answer = (
  status: number,
  encoding: Encoding,
  body: Uint8Array | string,
  headers: Record<string, string> = {},
): Response =>
  new Response(body as Uint8Array<ArrayBuffer> | string, {
    status,
    headers: { 'Content-Type': MEDIA_TYPES[encoding], ...headers },
  })
