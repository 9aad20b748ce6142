/** Faults of a query, and the place of an offset as people count it. */
import { HodoscopeError } from '../../model/errors.ts'

/** A query that cannot be understood. */
export function malformed(message: string, position: number): HodoscopeError {
  return new HodoscopeError('query_malformed', message, { position })
}

/** A query that is understood and has no answer with these series. */
export function notExecutable(message: string): HodoscopeError {
  return new HodoscopeError('query_not_executable', message)
}

/** `line:column`, both from 1. */
export function placeOf(text: string, position: number): string {
  const before = text.slice(0, position)
  const line = before.split('\n').length
  return `${line}:${position - before.lastIndexOf('\n')}`
}
