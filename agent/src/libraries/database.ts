/**
 * One statement of an embedded database as a span. Calls are synchronous: nothing of the host runs inside them, so the
 * span is never made current.
 *
 * Only what happens inside a trace is recorded: the statements of a start-up migration would each be a trace of
 * their own.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/db/sqlite/ (stable database conventions)
 */
import { context, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { now } from '../clock.ts'
import { recordError } from '../errors.ts'
import { safely } from '../guard.ts'
import { tracer } from '../tracer.ts'
import { describeStatement, type Statement } from './sql.ts'

const CACHED_STATEMENTS = 1000
const statements = new Map<string, Statement>()

/** @param namespace  the file of the database, undefined where unknown */
export function beginStatement(sql: string, namespace: string | undefined): Span | undefined {
  const active = context.active()
  if (!trace.getSpan(active)?.isRecording() || isTracingSuppressed(active)) return undefined
  const statement = described(sql)
  const attributes: Attributes = {
    'db.system.name': 'sqlite',
    'db.query.text': statement.text,
    'db.query.summary': statement.summary,
    'db.operation.name': statement.operation,
  }
  if (statement.table !== undefined) attributes['db.collection.name'] = statement.table
  if (namespace !== undefined) attributes['db.namespace'] = namespace
  return tracer().startSpan(
    statement.summary,
    { kind: SpanKind.CLIENT, startTime: now(), attributes },
    active,
  )
}

export function endStatement(span: Span, returnedRows?: number): void {
  if (returnedRows !== undefined) span.setAttribute('db.response.returned_rows', returnedRows)
  span.end(now())
}

export function failStatement(span: Span, error: unknown): void {
  const { type, message } = recordError(span, error)
  const code = (error as { code?: unknown } | null)?.code
  span.setAttribute('error.type', typeof code === 'string' ? code : type)
  span.setStatus({ code: SpanStatusCode.ERROR, message })
  span.end(now())
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
    return text === undefined ? undefined : beginStatement(text, namespace())
  })
  if (span === undefined) return call()
  try {
    const result = call()
    safely(() => finish(span, result))
    return result
  } catch (error) {
    safely(() => failStatement(span, error))
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
      finish(() => failStatement(span, error))
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

function described(sql: string): Statement {
  const known = statements.get(sql)
  if (known) return known
  const statement = describeStatement(sql)
  if (statements.size >= CACHED_STATEMENTS) statements.clear()
  statements.set(sql, statement)
  return statement
}
