/**
 * pg: one span a query, at the client that sends it; `pool.query` passes by there too.
 *
 * A query is a text or a config with a callback or a promise, or an object of the host's own that talks to the
 * connection (pg-cursor, pg-query-stream): that one ends when the server is ready for the next.
 */
import type { Span } from '@opentelemetry/api'
import { context } from '@opentelemetry/api'
import { contexts } from '../context.ts'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { replaceMethod } from '../undo.ts'
import { endCall, endingCallback, endingPromise, failCall } from './client-span.ts'
import { beginStatement, endStatement } from './database.ts'

interface Client {
  readonly host?: string
  readonly port?: number
  readonly database?: string
  query: (this: Client, ...args: unknown[]) => unknown
}

interface Submittable {
  readonly submit: (connection: unknown) => void
  handleReadyForQuery?: (...args: unknown[]) => unknown
  handleError?: (...args: unknown[]) => unknown
}

interface Pool {
  connect: (this: Pool, ...args: unknown[]) => unknown
}

/** `pg/lib/client.js`: the class. */
export const patchPg: Patch = exports => {
  const { prototype } = exports as unknown as { prototype: Client }
  const { query } = prototype
  replaceMethod(prototype, 'query', function (...args) {
    const span = safely(() => begin(this, args[0]))
    const subject = args[0]
    if (isSubmittable(subject)) {
      if (span) safely(() => endWith(subject, span))
      return query.apply(this, args)
    }
    const at = args.findIndex(argument => typeof argument === 'function')
    if (at === -1) return endingPromise(span, () => query.apply(this, args), finish)
    args[at] = endingCallback(args[at] as () => unknown, span, finish)
    return query.apply(this, args)
  })
  return undefined
}

/** The main file of pg-pool: the class. Who waits for a connection goes on in its own context, not in that of who gave it back. */
export const patchPgPool: Patch = exports => {
  const { prototype } = exports as unknown as { prototype: Pool }
  const { connect } = prototype
  replaceMethod(prototype, 'connect', function (...args) {
    const callback = args[0]
    if (typeof callback === 'function')
      args[0] = safely(() => contexts.bind(context.active(), callback)) ?? callback
    return connect.apply(this, args)
  })
  return undefined
}

function begin(client: Client, subject: unknown): Span | undefined {
  const sql = typeof subject === 'string' ? subject : textOf(subject)
  if (sql === undefined) return undefined
  return beginStatement(sql, {
    system: 'postgresql',
    namespace: client.database,
    address: client.host,
    port: client.port,
  })
}

/** Of a config or a cursor, and of a stream that holds a cursor. */
function textOf(subject: unknown): string | undefined {
  const { text, cursor } = (subject ?? {}) as { text?: unknown; cursor?: { text?: unknown } }
  const sql = text ?? cursor?.text
  return typeof sql === 'string' ? sql : undefined
}

function isSubmittable(subject: unknown): subject is Submittable {
  return typeof (subject as Partial<Submittable> | null | undefined)?.submit === 'function'
}

function endWith(query: Submittable, span: Span): void {
  let open = true
  const once = (end: () => void) => {
    if (open) safely(end)
    open = false
  }
  const { handleReadyForQuery, handleError } = query
  query.handleError = function (...args) {
    once(() => failCall(span, args[0]))
    return handleError?.apply(this, args)
  }
  query.handleReadyForQuery = function (...args) {
    once(() => endCall(span))
    return handleReadyForQuery?.apply(this, args)
  }
}

/** Several statements in one text give an array of results. */
function finish(span: Span, result: unknown): void {
  const { fields, rows } = (result ?? {}) as { fields?: unknown[]; rows?: unknown[] }
  endStatement(span, fields !== undefined && fields.length > 0 ? rows?.length : undefined)
}
