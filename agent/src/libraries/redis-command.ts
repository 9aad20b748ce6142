/**
 * One command to Redis as a span. Of its arguments the text shows none but the keys' places: a key holds a user's id as
 * often as a value does.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/db/redis/
 */
import type { Span } from '@opentelemetry/api'
import { beginCall } from './client-span.ts'

export interface Server {
  readonly address?: string | undefined
  readonly port?: number | undefined
  /** Index of the database. */
  readonly database?: number | string | undefined
}

/** What keeps the connection; the host has not asked for it. */
const HANDSHAKE = new Set(['HELLO', 'AUTH', 'INFO', 'SELECT', 'CLIENT', 'READONLY', 'COMMAND'])
const LONGEST_TEXT = 200

/** @param args  of the command, without its name */
export function beginCommand(name: string, args: number, server: Server): Span | undefined {
  const operation = name.toUpperCase()
  if (HANDSHAKE.has(operation)) return undefined
  return beginCall(() => ({
    name: operation,
    attributes: {
      'db.system.name': 'redis',
      'db.operation.name': operation,
      'db.query.text': `${operation}${' ?'.repeat(args)}`.slice(0, LONGEST_TEXT),
      ...(server.database === undefined ? {} : { 'db.namespace': String(server.database) }),
      ...(server.address === undefined ? {} : { 'server.address': server.address }),
      ...(server.port === undefined ? {} : { 'server.port': server.port }),
    },
  }))
}
