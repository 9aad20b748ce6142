/**
 * Fastify: the route and the error, by two hooks on each instance that its `fastify.initialization` channel
 * announces.
 *
 * The first hook runs before all others, so a request that authentication turns away has its route too; the channel
 * around the handler would come too late for it.
 *
 * Source: https://fastify.dev/docs/latest/Reference/Hooks/ (onRequest, onError)
 */
import { subscribe } from 'node:diagnostics_channel'
import { setFailure, setRoute } from '../http/server.ts'
import { guarded, safely } from '../guard.ts'

interface FastifyRequest {
  readonly raw: object
  /** `url` is undefined for what no route matched. Fastify 4 before 4.10 has `routerPath` instead. */
  readonly routeOptions?: { readonly url?: string }
  readonly routerPath?: string
}

interface FastifyInstance {
  addHook(name: 'onRequest', hook: (request: FastifyRequest, reply: object, done: () => void) => void): void
  addHook(
    name: 'onError',
    hook: (request: FastifyRequest, reply: object, error: unknown, done: () => void) => void,
  ): void
}

export function traceFastify(): void {
  subscribe(
    'fastify.initialization',
    guarded(message => addHooks((message as { fastify: FastifyInstance }).fastify)),
  )
}

function addHooks(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    safely(() => setRoute(request.raw, request.routeOptions?.url ?? request.routerPath))
    done()
  })
  instance.addHook('onError', (request, _reply, error, done) => {
    safely(() => setFailure(request.raw, error))
    done()
  })
}
