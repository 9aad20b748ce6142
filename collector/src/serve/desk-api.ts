/** The API of SLOs and alerts on hono: parse, ask the thread of alerts, pass its finished JSON on. */
import { Hono, type Context } from 'hono'
import { HodoscopeError } from '../model/errors.ts'
import type { Clock } from '../model/time.ts'
import type { Env, Queries } from './api.ts'
import { BAD_EVENTS_PATH, badEventsParameters, DESK_ENDPOINTS, type DeskEndpoint } from './desk-endpoints.ts'
import { bytesResponse } from './encoding.ts'
import { errorResponse, JSON_TYPE } from './errors.ts'
import { parseParameters, parseRange } from './parameters.ts'

/** Whoever answers for SLOs and alerts. @returns finished JSON; rejects with a HodoscopeError */
export interface Desk {
  call(method: string, params: unknown): Promise<string>
}

export interface DeskApiParts {
  readonly desk: Desk
  readonly queries: Queries
  readonly queryTimeoutMillis: number
  readonly clock: Clock
}

const MAX_BODY_BYTES = 1_048_576
const HEADERS = { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' }

export function createDeskApi(parts: DeskApiParts): Hono<Env> {
  const api = new Hono<Env>()
  const route = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1')
  for (const endpoint of DESK_ENDPOINTS)
    api.on(endpoint.method.toUpperCase(), route(endpoint.path), context => answer(endpoint, parts, context))
  api.get(route(BAD_EVENTS_PATH), context => badEvents(parts, context))
  const methods = Map.groupBy(
    [...DESK_ENDPOINTS, { path: BAD_EVENTS_PATH, method: 'get' }],
    ({ path }) => path,
  )
  for (const [path, endpoints] of methods)
    api.all(route(path), context =>
      refuse(
        context,
        endpoints.map(({ method }) => method.toUpperCase()),
      ),
    )
  return api
}

function refuse(context: Context<Env>, allowed: readonly string[]): Response {
  const error = new HodoscopeError('method_not_allowed', `${context.req.method} is not allowed here.`)
  const all = allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed
  return errorResponse(error, { Allow: all.join(', ') })
}

const searchOf = (context: Context<Env>): URLSearchParams => new URL(context.req.url).searchParams

async function answer(endpoint: DeskEndpoint, parts: DeskApiParts, context: Context<Env>): Promise<Response> {
  const parameters = parseParameters(endpoint.parameters, searchOf(context), context.req.param())
  const body = endpoint.body === undefined ? undefined : await bodyOf(context)
  const json = await parts.desk.call(endpoint.call, endpoint.params(parameters, body, parts.clock.now()))
  return bytesResponse(Buffer.from(json), context.req.header('accept-encoding'), HEADERS)
}

async function bodyOf(context: Context<Env>): Promise<unknown> {
  const bytes = await context.req.arrayBuffer()
  if (bytes.byteLength > MAX_BODY_BYTES)
    throw new HodoscopeError(
      'payload_too_large',
      `the body has ${bytes.byteLength} bytes, of at most ${MAX_BODY_BYTES}`,
    )
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // Told below.
  }
  throw new HodoscopeError('document_invalid', 'the body is no JSON object')
}

/** Whatever else it has is of the question to the store. */
interface IndicatorAnswer {
  readonly signal: 'traces' | 'logs' | 'metrics'
  /** Finds the bad events; null where there are none to find. */
  readonly search: string | null
}

/** The objective is known to the thread of alerts, the events to the store. */
async function badEvents(parts: DeskApiParts, context: Context<Env>): Promise<Response> {
  const given = parseParameters(badEventsParameters, searchOf(context), context.req.param())
  const range = parseRange({ from: given.from, to: given.to }, parts.clock.now())
  const answered = await parts.desk.call('indicator', { name: given['name'] })
  const { search, ...indicator } = JSON.parse(answered) as IndicatorAnswer
  const params = { ...indicator, range, limit: given['limit'] }
  const options = { signal: context.req.raw.signal, timeoutMillis: parts.queryTimeoutMillis }
  const { signal } = indicator
  const job = signal === 'metrics' ? 'badMetricEvents' : 'badEvents'
  const found = await parts.queries.run(job, params, options)
  const told = { signal, query: search, ...(JSON.parse(Buffer.from(found).toString('utf8')) as object) }
  return bytesResponse(Buffer.from(JSON.stringify(told)), context.req.header('accept-encoding'), HEADERS)
}
