/**
 * Koa: the route that @koa/router (or koa-router) tells on the context, when it tells it, and the error that reached
 * the context's error handling. An application below koa-mount is told where it is mounted.
 */
import { setFailure, setRoute } from '../http/server.ts'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { onUndo, replaceMethod } from '../undo.ts'

const MATCHED = Symbol('hodoscope.matchedRoute')

interface Context {
  readonly req: object
  readonly mountPath?: unknown
  [MATCHED]?: unknown
  onerror: (this: Context, error: unknown) => unknown
}

/** `koa/lib/context.js`: the prototype of every context. */
export const patchKoa: Patch = exports => {
  const prototype = exports as unknown as Context
  Object.defineProperty(prototype, '_matchedRoute', {
    configurable: true,
    get(this: Context) {
      return this[MATCHED]
    },
    set(this: Context, route: unknown) {
      this[MATCHED] = route
      safely(() => setRoute(this.req, routeText(this.mountPath, route)))
    },
  })
  onUndo(() => delete exports['_matchedRoute'])
  const { onerror } = prototype
  replaceMethod(prototype, 'onerror', function (error) {
    if (error !== null && error !== undefined) safely(() => setFailure(this.req, error))
    return onerror.call(this, error)
  })
  return undefined
}

function routeText(mountPath: unknown, route: unknown): string {
  const mount = typeof mountPath === 'string' ? mountPath.replace(/\/$/, '') : ''
  return mount + String(route)
}
