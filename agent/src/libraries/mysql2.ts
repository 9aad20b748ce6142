/**
 * mysql2: one span a query or prepared execution, at the connection that sends it. Pools and the promise interface
 * pass by there with a callback of theirs; a command without one tells its end by events.
 */
import { context, type Span } from '@opentelemetry/api'
import { contexts } from '../context.ts'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { replaceMethod } from '../undo.ts'
import { endingCallback, failCall } from './client-span.ts'
import { beginStatement, endStatement } from './database.ts'

type Callback = (...args: unknown[]) => unknown

interface Connection {
  readonly config?: {
    readonly host?: string
    readonly port?: number
    readonly socketPath?: string
    readonly database?: string
  }
  query: (this: Connection, ...args: unknown[]) => unknown
  execute: (this: Connection, ...args: unknown[]) => unknown
}

interface Command {
  readonly sql?: unknown
  onResult?: Callback
  emit: (this: Command, event: string, ...args: unknown[]) => boolean
}

interface Pool {
  getConnection: (this: Pool, ...args: unknown[]) => unknown
}

/** `mysql2/lib/base/connection.js`, and `lib/connection.js` before 3.12. */
export const patchMysql2: Patch = exports => {
  const { prototype } = exports as unknown as { prototype: Connection }
  for (const name of ['query', 'execute'] as const) {
    if (!Object.hasOwn(prototype, name)) continue
    const original = prototype[name]
    replaceMethod(prototype, name, function (...args) {
      const span = safely(() => begin(this, args[0]))
      if (span === undefined) return original.apply(this, args)
      const hasCallback = withCallback(args, span)
      try {
        const command = original.apply(this, args)
        if (!hasCallback) safely(() => endByEvents(command as Command, span))
        return command
      } catch (error) {
        safely(() => failCall(span, error))
        throw error
      }
    })
  }
  return undefined
}

/** `mysql2/lib/base/pool.js`, and `lib/pool.js` before 3.12. */
export const patchMysql2Pool: Patch = exports => {
  const { prototype } = exports as unknown as { prototype: Pool }
  if (!Object.hasOwn(prototype, 'getConnection')) return undefined
  const { getConnection } = prototype
  replaceMethod(prototype, 'getConnection', function (...args) {
    const callback = args[0]
    if (typeof callback === 'function')
      args[0] = safely(() => contexts.bind(context.active(), callback)) ?? callback
    return getConnection.apply(this, args)
  })
  return undefined
}

function begin({ config }: Connection, subject: unknown): Span | undefined {
  const sql = typeof subject === 'string' ? subject : (subject as Command | undefined)?.sql
  if (typeof sql !== 'string') return undefined
  return beginStatement(sql, {
    system: 'mysql',
    namespace: config?.database || undefined,
    address: config?.socketPath ?? config?.host,
    port: config?.socketPath === undefined ? config?.port : undefined,
  })
}

/** A pool gives a finished command, which holds its callback. @returns whether there is one */
function withCallback(args: unknown[], span: Span): boolean {
  const at = args.findIndex(argument => typeof argument === 'function')
  if (at !== -1) {
    args[at] = endingCallback(args[at] as Callback, span, finish)
    return true
  }
  const command = args[0] as Partial<Command>
  if (typeof command.onResult !== 'function') return false
  command.onResult = endingCallback(command.onResult, span, finish)
  return true
}

/** In place of listeners: one for `error` would swallow what nobody else listens for. */
function endByEvents(command: Command, span: Span): void {
  const { emit } = command
  let open = true
  command.emit = function (event, ...args) {
    if (open && (event === 'error' || event === 'end')) {
      open = false
      safely(() => (event === 'error' ? failCall(span, args[0]) : endStatement(span)))
    }
    return emit.call(this, event, ...args)
  }
}

/** Rows of a SELECT; what changes rows answers with a header. */
function finish(span: Span, rows: unknown): void {
  endStatement(span, Array.isArray(rows) ? rows.length : undefined)
}
