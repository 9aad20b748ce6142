/**
 * Prometheus remote-write 1.0: `POST /api/v1/write`.
 *
 * A 204 is sent when every sample is on stable storage. Where some cannot be kept the others are
 * stored, and the answer is a 400 that counts them: a sender does not repeat it. What passes, an
 * overload or a full disk, is a 503, because Prometheus gives up on a 429.
 * Source: prometheus.io/docs/specs/prw/remote_write_spec.
 */
import type { IncomingMessage } from 'node:http'
import type { Hono } from 'hono'
import { decodeWrite } from '../decode/write/request.ts'
import { HodoscopeError } from '../model/errors.ts'
import { retryAfter } from '../model/retry-after.ts'
import { AbortedError, admit, readBody } from './body.ts'
import type { ByteBudget, Charge } from './byte-budget.ts'
import { awaitsLeave, giveLeave } from './expect-continue.ts'
import { stored, typed, type NodeBindings, type NodeContext, type ReceiverOptions } from './handling.ts'
import { unsnap } from './snappy.ts'

export const WRITE_PATH = '/api/v1/write'
/** What Prometheus reads of one request. */
const MAX_DECOMPRESSED = 32 * 1024 * 1024
const PROTO_1 = 'prometheus.writerequest'

export function mountRemoteWrite(
  app: Hono<{ Bindings: NodeBindings }>,
  options: ReceiverOptions,
  budget: ByteBudget,
): void {
  app.all(WRITE_PATH, c =>
    c.req.method === 'POST'
      ? receive(c, options, budget.open())
      : refusal(
          c,
          new HodoscopeError('method_not_allowed', `${c.req.method} is not a method of ${WRITE_PATH}`),
        ),
  )
}

async function receive(c: NodeContext, options: ReceiverOptions, charge: Charge): Promise<Response> {
  const { telemetry, limits, clock } = options
  let received = 0
  telemetry.request('samples')
  try {
    options.admit(c.env.incoming)
    requireRemoteWrite(c.env.incoming)
    const body = await bodyOf(c, options, charge)
    const decoded = options.seriesLimit.apply(decodeWrite(body, clock.now(), limits))
    received = decoded.request?.items ?? 0
    telemetry.items('samples', received + decoded.rejected, decoded.rejected)
    await stored(decoded, options)
    telemetry.stored('samples', received)
    if (decoded.rejected === 0) return new Response(null, { status: 204 })
    return text(400, decoded.message)
  } catch (error) {
    if (error instanceof AbortedError) {
      telemetry.aborted('samples')
      return new Response(null, { status: 400 })
    }
    const told = typed(error, options)
    telemetry.refused('samples', told.code, received)
    return refusal(c, told)
  } finally {
    charge.release()
  }
}

/** The schema is chosen by the content type alone; remote-write 2.0 is another one. */
function requireRemoteWrite({ headers }: IncomingMessage): void {
  const [type, ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map(part => part.trim().toLowerCase())
  if (type !== 'application/x-protobuf')
    throw unsupported(`Content-Type ${quoted(headers['content-type'])} is not the one of remote-write`)
  const proto = parameters.find(parameter => parameter.startsWith('proto='))?.slice('proto='.length)
  if (proto !== undefined && proto !== PROTO_1)
    throw unsupported(`the schema ${quoted(proto)} is not supported; send remote-write 1.0`)
  if (headers['content-encoding']?.trim().toLowerCase() !== 'snappy')
    throw unsupported(`Content-Encoding ${quoted(headers['content-encoding'])} is not snappy`)
}

const unsupported = (message: string): HodoscopeError => new HodoscopeError('media_type_unsupported', message)
const quoted = (value = ''): string => JSON.stringify(value.slice(0, 100))

async function bodyOf(
  c: NodeContext,
  { limits, telemetry }: ReceiverOptions,
  charge: Charge,
): Promise<Uint8Array> {
  const { incoming, outgoing } = c.env
  const limit = Math.min(limits.maxBodyBytes, MAX_DECOMPRESSED)
  admit(incoming, limit, charge)
  giveLeave(incoming, outgoing)
  const wire = await readBody(incoming, limit, charge)
  const body = unsnap(wire, limit, charge)
  telemetry.body('samples', wire.length, body.length)
  return body
}

/** Plain text: it stands in the sender's log. */
function refusal(c: NodeContext, error: HodoscopeError): Response {
  const status = error.status === 429 ? 503 : error.status
  const headers: Record<string, string> = {}
  if (error.code === 'method_not_allowed') headers['Allow'] = 'POST'
  if (status === 503) headers['Retry-After'] = retryAfter()
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer'
  if (awaitsLeave(c.env.incoming)) headers['Connection'] = 'close'
  const hint = error.code === 'media_type_unsupported' ? 'Send snappy-compressed protobuf.' : error.hint
  return text(status, `${error.message}. ${hint}`, headers)
}

const text = (status: number, message: string, headers: Record<string, string> = {}): Response =>
  new Response(`${message}\n`, {
    status,
    headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  })
