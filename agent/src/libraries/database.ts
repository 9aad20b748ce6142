/**
 * One statement of a SQL database as a span, and the calls of the embedded ones. These are synchronous: nothing of the
 * host runs inside them, so the span is never made current.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/db/sql/ (stable database conventions)
 */
import type { Attributes, Span } from '@opentelemetry/api'
import { safely } from '../guard.ts'
import { beginCall, endCall, failCall } from './client-span.ts'
import { describeStatement, type Dialect, type Statement } from './sql.ts'

const CACHED_STATEMENTS = 1000
const statements: Record<Dialect, Map<string, Statement>> = {
  standard: new Map(),
  mysql: new Map(),
  postgresql: new Map(),
}

/** The well-known `db.system.name`s of what speaks SQL here, and how each quotes. */
const DIALECTS = { sqlite: 'standard', postgresql: 'postgresql', mysql: 'mysql' } as const

export interface Database {
  readonly system: keyof typeof DIALECTS
  /** The file or the name of the database, undefined where unknown. */
  readonly namespace: string | undefined
  readonly address?: string | undefined
  readonly port?: number | undefined
}

/** @returns undefined outside of a trace */
export function beginStatement(sql: string, database: Database): Span | undefined {
  return beginCall(() => {
    const statement = described(sql, DIALECTS[database.system])
    return { name: statement.summary, attributes: attributesOf(statement, database) }
  })
}

function attributesOf(statement: Statement, database: Database): Attributes {
  const attributes: Attributes = {
    'db.system.name': database.system,
    'db.query.text': statement.text,
    'db.query.summary': statement.summary,
    'db.operation.name': statement.operation,
  }
  if (statement.table !== undefined) attributes['db.collection.name'] = statement.table
  if (database.namespace !== undefined) attributes['db.namespace'] = database.namespace
  if (database.address !== undefined) attributes['server.address'] = database.address
  if (database.port !== undefined) attributes['server.port'] = database.port
  return attributes
}

export function endStatement(span: Span, returnedRows?: number): void {
  if (returnedRows !== undefined) span.setAttribute('db.response.returned_rows', returnedRows)
  endCall(span)
}

/** Runs the host's call inside a span, where there is a trace to be part of. The host's result and error pass through. */
export function traceStatement<T>(
  sql: () => string | undefined,
  namespace: () => string | undefined,
  call: () => T,
  finish: (span: Span, result: T) => void = span => endStatement(span),
): T {
  const span = safely(() => {
    const text = sql()
    return text === undefined ? undefined : beginStatement(text, { system: 'sqlite', namespace: namespace() })
  })
  if (span === undefined) return call()
  try {
    const result = call()
    safely(() => finish(span, result))
    return result
  } catch (error) {
    safely(() => failCall(span, error))
    throw error
  }
}

/** An iteration ends when it is exhausted, left early, or fails. */
export function traceIteration(span: Span, iterator: unknown): void {
  const target = iterator as Iterator<unknown>
  const next = target.next.bind(target)
  const leave = target.return?.bind(target)
  let rows = 0
  let open = true
  const finish = (end: () => void) => {
    if (open) safely(end)
    open = false
  }
  target.next = () => {
    try {
      const step = next()
      if (step.done) finish(() => endStatement(span, rows))
      else rows++
      return step
    } catch (error) {
      finish(() => failCall(span, error))
      throw error
    }
  }
  if (leave) {
    target.return = value => {
      finish(() => endStatement(span, rows))
      return leave(value)
    }
  }
}

function described(sql: string, dialect: Dialect): Statement {
  const cache = statements[dialect]
  const known = cache.get(sql)
  if (known) return known
  const statement = describeStatement(sql, dialect)
  if (cache.size >= CACHED_STATEMENTS) cache.clear()
  cache.set(sql, statement)
  return statement
}
