/**
 * Everything that is not ingest: API, UI, metrics and probes behind one guard. Probes are answered
 * whatever the `Host`: a kubelet asks by address, and they tell nothing.
 */
import { Hono, type Context } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Gate } from '../access/gate.ts'
import { ERRORS, HodoscopeError, type ErrorCode } from '../model/errors.ts'
import type { Log } from '../telemetry/log.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import { createApi, refuseMethod, type ApiParts, type Env } from './api.ts'
import { assetResponse, isPagePath, type Assets } from './assets.ts'
import { createDeskApi, type Desk } from './desk-api.ts'
import { asHodoscopeError, errorResponse } from './errors.ts'
import { createPrometheusApi } from './prometheus/api.ts'
import { FORM_BODY, JSON_BODY, refuseCrossSite, SECURITY_HEADERS } from './security.ts'
import { addSessions, callerOf, deedOf } from './session.ts'

export interface WebParts extends ApiParts {
  readonly assets: Assets
  /** Whoever answers for SLOs and alerts. */
  readonly desk: Desk
  /** Why it takes no telemetry at present; undefined while it does. */
  readonly refusing: () => ErrorCode | undefined
  readonly isAllowedHost: (host: string | undefined) => boolean
  readonly gate: Gate
  readonly telemetry: Telemetry
  readonly log: Log
}

export function createWeb(parts: WebParts): Hono<Env> {
  const web = new Hono<Env>()
  web.use(async (context, next) => {
    const started = parts.clock.monotonic()
    await next()
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.res.headers.set(name, value)
    const seconds = (parts.clock.monotonic() - started) / 1_000
    parts.telemetry.http.answered(routeOf(context), context.res.status, seconds)
  })
  probes(web, parts)
  web.use(async (context, next) => {
    if (!parts.isAllowedHost(context.req.header('host')))
      throw new HodoscopeError(
        'host_forbidden',
        'This host name is not one under which Hodoscope may be called.',
      )
    refuseCrossSite(context.req.method, context.req.raw.headers, bodyOf(context.req.path))
    const deed = deedOf(context.req.method, context.req.path)
    if (deed !== undefined) parts.gate.admit(callerOf(context.env), deed)
    await next()
  })
  addSessions(web, parts.gate)
  metrics(web, parts)
  web.route('/', createDeskApi(parts))
  web.route('/', createApi(parts))
  web.route(
    '/api/v1',
    createPrometheusApi({ ...parts, onDefect: (err, route) => logDefect(err, route, parts.log) }),
  )
  web.notFound(context => pageOrNothing(parts.assets, context))
  web.onError((error, context) => told(error, context, parts.log))
  return web
}

/**
 * Ready is what answers. Whoever routes by this probe (compose, Kubernetes) would take the UI, and with it
 * the way to find out, from a collector that a full disk keeps from taking telemetry; and has nothing else
 * to route to, for a data folder has one process. Senders learn of it by 503 and Retry-After, people by
 * the status, alerting by `hodoscope_store_refusing`; and here it is told for who looks.
 */
function probes(web: Hono<Env>, parts: WebParts): void {
  web.get('/healthz', context => context.text('ok\n'))
  web.all('/healthz', refuseMethod)
  web.get('/readyz', context => {
    const reason = parts.refusing()
    if (reason === undefined) return context.text('ready\n')
    const told = `${reason}. ${ERRORS[reason].hint}\n`
    return reason === 'shutting_down'
      ? context.text(`not ready: ${told}`, 503)
      : context.text(`ready, but takes no telemetry: ${told}`)
  })
  web.all('/readyz', refuseMethod)
}

function metrics(web: Hono<Env>, { telemetry }: WebParts): void {
  web.get('/metrics', async () => {
    const body = await telemetry.registry.metrics()
    return new Response(body, { headers: { 'Content-Type': telemetry.registry.contentType } })
  })
  web.all('/metrics', refuseMethod)
}

/** A file of the UI, or its page for a path that may be one of its own, or 404. */
function pageOrNothing(assets: Assets, context: Context<Env>): Response {
  const path = new URL(context.req.url).pathname
  const isPage = !/^\/api(\/|$)/.test(path) && isPagePath(path) && wantsHtml(context.req.header('accept'))
  const asset = assets.get(path) ?? (isPage ? assets.get('/index.html') : undefined)
  if (asset === undefined) return errorResponse(new HodoscopeError('not_found', missing(assets, path)))
  if (!['GET', 'HEAD'].includes(context.req.method)) return refuseMethod(context)
  return assetResponse(asset, context.req.raw.headers)
}

const wantsHtml = (accept: string | undefined): boolean => /text\/html|\*\/\*/.test(accept ?? '*/*')

const missing = (assets: Assets, path: string): string =>
  path === '/' && assets.size === 0
    ? 'The UI is not built; `npm run build` builds it.'
    : 'There is nothing here.'

function told(thrown: unknown, context: Context<Env>, log: Log): Response {
  const error = asHodoscopeError(thrown)
  if (error.status === ERRORS.internal.status) logDefect(thrown, routeOf(context), log)
  return errorResponse(error)
}

const logDefect = (err: unknown, route: string, log: Log): void =>
  log.error({ err, route }, 'an API request failed')

/** Prometheus's API takes forms, which change nothing. */
const bodyOf = (path: string): RegExp => (path.startsWith('/api/v1/') ? FORM_BODY : JSON_BODY)

/** The pattern that answered, e.g. `/api/traces/:id`; `other` for pages, files and what is not there. */
function routeOf(context: Context<Env>): string {
  const route = matchedRoutes(context).findLast(({ path }) => path !== '/*' && path !== '*')
  return route?.path ?? 'other'
}
