/**
 * The query API on hono: parse, hand over to a query thread, pass its finished bytes on. When the
 * client goes away, the query is cancelled.
 */
import { Hono, type Context } from 'hono'
import type { HttpBindings } from '@hono/node-server'
import { z } from 'zod'
import { HodoscopeError } from '../model/errors.ts'
import type { Clock } from '../model/time.ts'
import type { StatusAnswer } from './api-types.ts'
import type { StreamSink } from '../query/thread.ts'
import { bytesResponse } from './encoding.ts'
import { ENDPOINTS, TAILS, type Endpoint } from './endpoints.ts'
import { errorResponse, JSON_TYPE } from './errors.ts'
import { parseParameters } from './parameters.ts'
import { addPins, type PinParts } from './pins.ts'
import { streamAnswer } from './stream-answer.ts'
import { streamParts } from './stream-parts.ts'
import { TAIL_HEADERS, Tails, type TailParts } from './tail.ts'

export type Env = { Bindings: HttpBindings }

/** Runs a query on a thread of its own; the answer is finished JSON. */
export interface Queries {
  run(
    job: string,
    params: unknown,
    options: { readonly signal: AbortSignal; readonly timeoutMillis: number; readonly stream?: StreamSink },
  ): Promise<Uint8Array>
}

export interface ApiParts extends TailParts, PinParts {
  readonly status: (signal: AbortSignal) => Promise<StatusAnswer>
  readonly clock: Clock
  readonly version: string
}

/** An answer that is read while it is made takes as long as its reader, and may take this many times as long. */
const IN_PARTS_TIMES = 10

const NO_PARAMETERS = z.object({})
const HEADERS = { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' }

export function createApi(parts: ApiParts): Hono<Env> {
  const api = new Hono<Env>()
  const get = (path: string, handler: (context: Context<Env>) => Promise<Response>) => {
    api.get(path, handler)
    api.all(path, refuseMethod)
  }
  const tails = new Tails(parts)
  for (const { path, parameters, signal } of TAILS)
    get(path, async context => {
      const { q, after } = parseParameters(parameters, searchOf(context))
      // A browser that comes back tells the last event that it saw.
      const last = context.req.header('last-event-id') ?? after
      if (context.req.method === 'HEAD') return new Response(null, { headers: TAIL_HEADERS })
      return tails.open({ signal, q, after: last }, context.req.raw.signal)
    })
  for (const endpoint of ENDPOINTS)
    get(endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'), context => answer(endpoint, parts, context))
  get('/api/status', async context => {
    parseParameters(NO_PARAMETERS, searchOf(context))
    return Response.json(await parts.status(context.req.raw.signal), { headers: HEADERS })
  })
  addPins(api, parts)
  get('/api/openapi.json', async context => {
    const { openApi } = await import('./openapi.ts')
    const body = Buffer.from(JSON.stringify(openApi(parts.version)))
    return bytesResponse(body, context.req.header('accept-encoding'), HEADERS)
  })
  return api
}

/** For every method but GET and HEAD on a path that exists. */
export function refuseMethod(context: Context<Env>): Response {
  const error = new HodoscopeError('method_not_allowed', `${context.req.method} is not allowed here.`)
  return errorResponse(error, { Allow: 'GET, HEAD' })
}

const searchOf = (context: Context<Env>): URLSearchParams => new URL(context.req.url).searchParams

async function answer(endpoint: Endpoint, parts: ApiParts, context: Context<Env>): Promise<Response> {
  const parameters = parseParameters(endpoint.parameters, searchOf(context), context.req.param())
  const { name, params } = endpoint.job(parameters, parts.clock.now())
  const [gone, timeoutMillis] = [context.req.raw.signal, parts.queryTimeoutMillis]
  if (endpoint.line !== undefined && 'stream' in parameters && parameters.stream === '1')
    return streamAnswer((stream, stop) =>
      parts.queries.run(name, params, { signal: AbortSignal.any([gone, stop]), timeoutMillis, stream }),
    )
  if (endpoint.inParts?.(parameters) === true)
    return streamParts(
      (stream, stop) =>
        parts.queries.run(name, params, {
          signal: AbortSignal.any([gone, stop]),
          timeoutMillis: timeoutMillis * IN_PARTS_TIMES,
          stream,
        }),
      HEADERS,
    )
  const body = await parts.queries.run(name, params, { signal: gone, timeoutMillis })
  return bytesResponse(body as Uint8Array<ArrayBuffer>, context.req.header('accept-encoding'), HEADERS)
}
