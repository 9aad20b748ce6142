/**
 * Hono: the route and the error, at the router of each application.
 *
 * A router is asked once a request which handlers match; the pattern of the last one that is no middleware is the
 * route, also when a middleware answers first. Handlers are wrapped as they are added to see what they throw; the
 * `routes` of the application keep the originals, which Hono compares and mounts elsewhere.
 *
 * Routers replace their own `match` after the first call, hence the accessor.
 */
import { setFailure, setRoute } from '../http/server.ts'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'

const SEEN = Symbol('hodoscope.seen')

type Handler = (...args: unknown[]) => unknown

interface RouterRoute {
  readonly path: string
  readonly method: string
}

type Target = readonly [Handler, RouterRoute]
type Match = (
  method: string,
  path: string,
) => readonly [readonly (readonly [Target, unknown])[], ...unknown[]]

interface Router {
  [SEEN]?: true
  add(method: string, path: string, target: Target): void
  match: Match
}

type Constructor = new (...args: unknown[]) => { router: Router }

/** `hono/dist/hono.js` and the presets: whichever class they export under the name Hono. */
export const patchHono: Patch = exports => {
  const original = exports['Hono'] as Constructor
  const patched = new Proxy(original, {
    construct(target, args, newTarget) {
      const app = Reflect.construct(target, args, newTarget) as { router: Router }
      safely(() => watch(app.router))
      return app
    },
  })
  exports['Hono'] = patched
  return undefined
}

function watch(router: Router): void {
  if (router[SEEN]) return
  router[SEEN] = true
  const add = router.add.bind(router)
  router.add = (method, path, [handler, route]) => add(method, path, [watched(handler), route])
  let match = router.match
  const watchedMatch: Match = (method, path) => {
    const result = match.call(router, method, path)
    safely(() => setRoute(undefined, routeOf(result[0].map(([[, route]]) => route))))
    return result
  }
  Object.defineProperty(router, 'match', {
    configurable: true,
    enumerable: true,
    get: () => watchedMatch,
    set: (next: Match) => {
      if (next !== watchedMatch) match = next
    },
  })
}

/** @param routes  matched handlers in the order in which they run; `use` registers for ALL methods */
function routeOf(routes: readonly RouterRoute[]): string | undefined {
  const handler =
    routes.findLast(route => route.method !== 'ALL') ?? routes.findLast(route => !route.path.endsWith('*'))
  return handler?.path
}

/** What it throws or rejects with is noted, then goes on its way. */
function watched(handler: Handler): Handler {
  return function (this: unknown, ...args) {
    try {
      const result = handler.apply(this, args)
      if (result instanceof Promise) result.catch(error => safely(() => setFailure(undefined, error)))
      return result
    } catch (error) {
      safely(() => setFailure(undefined, error))
      throw error
    }
  }
}
