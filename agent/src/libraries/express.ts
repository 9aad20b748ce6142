/**
 * Express 4 and 5: the route that matched, and the error that reached its error handling.
 *
 * The pattern of a layer is noted where it is added (`use`, `route`); on the way of a request the patterns of the
 * mounted routers around it are joined. `req.baseUrl` would not do: it holds what matched (`/users/42`), not the
 * pattern, and is gone once an error leaves the router.
 */
import { setFailure, setRoute } from '../http/server.ts'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'

const PATTERN = Symbol('hodoscope.pattern')
const MOUNTED_AT = Symbol('hodoscope.mountedAt')
const PATCHED = Symbol('hodoscope.patched')

type Next = (error?: unknown) => void
type Handle = (this: Layer, request: Request, response: object, next: Next) => unknown
type HandleError = (this: Layer, error: unknown, request: Request, response: object, next: Next) => unknown

interface Request {
  /** Below the mounts around it. */
  readonly url?: string
  [MOUNTED_AT]?: string
}

interface Layer {
  readonly handle: { readonly length: number }
  readonly route?: object | undefined
  /** One by alternative, since Express 5. */
  readonly matchers?: readonly ((path: string) => unknown)[]
  [PATTERN]?: Pattern
}

/** As it was given; alternatives of an array by themselves. */
type Pattern = string | readonly string[]

interface LayerPrototype {
  [PATCHED]?: true
  handleRequest?: Handle
  handle_request?: Handle
  handleError?: HandleError
  handle_error?: HandleError
}

interface Router {
  readonly stack: Layer[]
}

interface RouterPrototype {
  use: (this: Router, ...args: unknown[]) => unknown
  route: (this: Router, path: unknown) => unknown
  handle: (this: Router, request: object, response: object, done: Next) => unknown
}

/** `express/lib/express.js`. In Express 4 the router's methods are on the factory itself. */
export const patchExpress: Patch = exports => {
  const factory = exports['Router'] as { prototype?: Partial<RouterPrototype> } & Partial<RouterPrototype>
  const methods = (
    typeof factory.prototype?.route === 'function' ? factory.prototype : factory
  ) as RouterPrototype
  const { use, route, handle } = methods
  methods.use = function (...args) {
    const before = this.stack.length
    const result = use.apply(this, args)
    safely(() => note(this.stack.slice(before), mountPattern(args[0])))
    return result
  }
  methods.route = function (path) {
    const before = this.stack.length
    const result = route.call(this, path)
    safely(() => note(this.stack.slice(before), patternOf(path)))
    return result
  }
  methods.handle = function (request, response, done) {
    return handle.call(this, request, response, error => {
      if (isFailure(error)) safely(() => setFailure(request, error))
      done(error)
    })
  }
  return undefined
}

function note(layers: readonly Layer[], pattern: Pattern): void {
  for (const layer of layers) {
    layer[PATTERN] = pattern
    patchLayers(Object.getPrototypeOf(layer) as LayerPrototype)
  }
}

/** The first argument of `use` is a path unless it is a handler, however deeply in arrays. */
function mountPattern(argument: unknown): Pattern {
  let first = argument
  while (Array.isArray(first) && first.length > 0) first = first[0]
  return typeof first === 'function' ? '/' : patternOf(argument)
}

function patternOf(path: unknown): Pattern {
  return Array.isArray(path) ? path.flat(Infinity).map(String) : String(path)
}

/** Of a route's alternatives the one that matched; all of them where that cannot be told. */
function patternText({ [PATTERN]: pattern = '/', matchers, route }: Layer, request: Request): string {
  if (typeof pattern === 'string') return pattern
  const path = request.url?.split('?', 1)[0] ?? ''
  const at = (route && matchers?.findIndex(matches => Boolean(matches(path)))) ?? -1
  return pattern[at] ?? pattern.join(',')
}

function patchLayers(prototype: LayerPrototype): void {
  if (prototype[PATCHED]) return
  prototype[PATCHED] = true
  const requestName = prototype.handleRequest ? 'handleRequest' : 'handle_request'
  const errorName = prototype.handleError ? 'handleError' : 'handle_error'
  const handle = prototype[requestName]!
  const handleError = prototype[errorName]!
  prototype[requestName] = function (request, response, next) {
    const isMiddleware = !this.route && (this[PATTERN] ?? '/') === '/'
    return handle.call(this, request, response, isMiddleware ? next : enter(this, request, next))
  }
  prototype[errorName] = function (error, request, response, next) {
    if (this.handle.length === 4 && isFailure(error)) safely(() => setFailure(request, error))
    return handleError.call(this, error, request, response, next)
  }
}

function enter(layer: Layer, request: Request, next: Next): Next {
  return (
    safely(() => {
      const pattern = patternText(layer, request)
      return layer.route ? enterRoute(request, pattern, next) : enterMount(request, pattern, next)
    }) ?? next
  )
}

/** A route that passes the request on without an error was not the one. */
function enterRoute(request: Request, pattern: string, next: Next): Next {
  setRoute(request, joined(request[MOUNTED_AT], pattern) || '/')
  return error => {
    if (!isFailure(error)) setRoute(request, undefined)
    next(error)
  }
}

function enterMount(request: Request, pattern: string, next: Next): Next {
  const outer = request[MOUNTED_AT]
  request[MOUNTED_AT] = joined(outer, pattern)
  return error => {
    request[MOUNTED_AT] = outer ?? ''
    next(error)
  }
}

function joined(outer: string | undefined, pattern: string): string {
  const inner = pattern === '/' ? '' : pattern
  return outer === undefined || outer === '' ? inner : `${outer.replace(/\/$/, '')}${inner}`
}

/** `next('route')` and `next('router')` are directions. */
function isFailure(error: unknown): boolean {
  return error !== undefined && error !== null && error !== false && error !== 'route' && error !== 'router'
}
