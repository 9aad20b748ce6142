/** Pinned traces: which there are, and how one is pinned and unpinned. */
import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { HodoscopeError } from '../model/errors.ts'
import type { Pin, StoreWriter } from '../store/api.ts'
import type { Env, Queries } from './api.ts'
import type { PinsAnswer } from './api-types.ts'
import { errorResponse, JSON_TYPE } from './errors.ts'
import { readJsonBody } from './json-body.ts'
import { parseParameters, traceId } from './parameters.ts'

export type PinStore = Pick<StoreWriter, 'pins' | 'pin' | 'unpin'>

export interface PinParts {
  readonly pins: PinStore
  readonly queries: Queries
  readonly queryTimeoutMillis: number
}

export const PinBody = z.strictObject({
  traceId,
  note: z.string().max(2_000).default('').describe('Why it is kept.'),
})
export const PIN_PARAMETERS = z.object({ traceId })

const NO_PARAMETERS = z.object({})
const HEADERS = { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' }

export function addPins(api: Hono<Env>, { pins, queries, queryTimeoutMillis }: PinParts): void {
  const parametersOf = (context: Context<Env>) => new URL(context.req.url).searchParams
  const answer = (): Response =>
    Response.json({ pins: pins.pins().map(pinJson) } satisfies PinsAnswer, { headers: HEADERS })

  api.get('/api/pins', context => {
    parseParameters(NO_PARAMETERS, parametersOf(context))
    return answer()
  })
  api.post('/api/pins', async context => {
    parseParameters(NO_PARAMETERS, parametersOf(context))
    const body = await readJsonBody(context.req.raw, PinBody)
    // A trace of which nothing is stored is refused here: what is mistyped would keep nothing.
    const asked = { traceId: body.traceId, limit: 1, withoutLogs: true }
    const { signal } = context.req.raw
    await queries.run('trace', asked, { signal, timeoutMillis: queryTimeoutMillis })
    await pins.pin(body.traceId, body.note)
    return answer()
  })
  api.all('/api/pins', context => refuse(context, 'GET, HEAD, POST'))

  api.delete('/api/pins/:traceId', async context => {
    const given = parseParameters(PIN_PARAMETERS, parametersOf(context), context.req.param())
    if (!(await pins.unpin(given.traceId)))
      throw new HodoscopeError('not_found', `trace ${given.traceId} is not pinned`)
    return answer()
  })
  api.all('/api/pins/:traceId', context => refuse(context, 'DELETE'))
}

const pinJson = ({ pinnedAt, ...pin }: Pin): PinsAnswer['pins'][number] => ({
  ...pin,
  pinnedUnixMillis: pinnedAt,
})

function refuse(context: Context<Env>, allow: string): Response {
  const error = new HodoscopeError('method_not_allowed', `${context.req.method} is not allowed here.`)
  return errorResponse(error, { Allow: allow })
}
