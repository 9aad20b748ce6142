/**
 * Who may ask what, and how a browser signs in: with a token, or by the link that the start prints.
 *
 * The files of the UI hold no data and are open, so that there is a page on which one can sign in.
 * What is not known here wants the right to change.
 */
import type { IncomingMessage } from 'node:http'
import type { Context, Hono } from 'hono'
import { z } from 'zod'
import { COOKIE } from '../access/credentials.ts'
import type { Caller, Gate, Session } from '../access/gate.ts'
import { may, type Deed } from '../model/scope.ts'
import type { Env } from './api.ts'
import type { SessionAnswer } from './api-types.ts'
import { errorResponse, JSON_TYPE } from './errors.ts'
import { HodoscopeError } from '../model/errors.ts'
import { readJsonBody } from './json-body.ts'

export const SESSION_PATH = '/api/session'
export const LINK_PATH = '/sign-in'
export const SessionBody = z.strictObject({
  token: z.string().max(512).describe('As `hodoscope token add` shows it.'),
})

const HEADERS = { 'Content-Type': JSON_TYPE, 'Cache-Control': 'no-store' }

/** @returns undefined where nothing is asked: the UI's files, and what begins and ends a session */
export function deedOf(method: string, path: string): Deed | undefined {
  const isData = /^\/+(api|metrics)(\/|$)/.test(path)
  const reads = method === 'GET' || method === 'HEAD'
  if (path === SESSION_PATH || (!isData && reads)) return undefined
  // Prometheus's API takes questions as forms, too.
  return reads || (method === 'POST' && path.startsWith('/api/v1/')) ? 'read' : 'change'
}

export const callerOf = ({ incoming }: { readonly incoming: IncomingMessage }): Caller => ({
  headers: incoming.headers,
  address: incoming.socket.remoteAddress ?? '',
})

export function addSessions(web: Hono<Env>, gate: Gate): void {
  web.get(SESSION_PATH, context => told(gate, context))
  web.post(SESSION_PATH, async context => {
    const { token } = await readJsonBody(context.req.raw, SessionBody)
    const session = gate.signIn(token, callerOf(context.env).address)
    return Response.json({ asks: !gate.isOpen, scope: session.scope } satisfies SessionAnswer, {
      headers: { ...HEADERS, 'Set-Cookie': cookieOf(session) },
    })
  })
  web.delete(SESSION_PATH, context => {
    gate.signOut(callerOf(context.env))
    return Response.json({ asks: !gate.isOpen, scope: null } satisfies SessionAnswer, {
      headers: { ...HEADERS, 'Set-Cookie': `${COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict` },
    })
  })
  web.all(SESSION_PATH, context => {
    const error = new HodoscopeError('method_not_allowed', `${context.req.method} is not allowed here.`)
    return errorResponse(error, { Allow: 'GET, HEAD, POST, DELETE' })
  })
  web.get(LINK_PATH, context => {
    const session = gate.useLink(context.req.query('code') ?? '', callerOf(context.env).address)
    return new Response(null, { status: 303, headers: { Location: '/', 'Set-Cookie': cookieOf(session) } })
  })
}

function told(gate: Gate, context: Context<Env>): Response {
  const scope = gate.scopeOf(callerOf(context.env)) ?? null
  const answer = { asks: !gate.isOpen, scope: scope !== null && may(scope, 'read') ? scope : null }
  return Response.json(answer satisfies SessionAnswer, { headers: HEADERS })
}

/** Not `Secure`: TLS is a proxy's, and without one the cookie would never come back. */
const cookieOf = ({ token, expires }: Session): string =>
  `${COOKIE}=${token}; Path=/; Expires=${new Date(expires).toUTCString()}; HttpOnly; SameSite=Strict`
