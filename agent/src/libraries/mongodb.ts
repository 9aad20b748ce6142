/**
 * mongodb: one span a command, at the connection that sends it. No text: a command is a document of values.
 *
 * Source: https://opentelemetry.io/docs/specs/semconv/db/mongodb/
 */
import type { Attributes, Span } from '@opentelemetry/api'
import type { Patch } from '../hooks.ts'
import { splitHost } from '../http/url.ts'
import { replaceMethod } from '../undo.ts'
import { beginCall, endingPromise } from './client-span.ts'

interface Namespace {
  readonly db: string
}

interface Connection {
  /** `host:port`, or the path of a socket. */
  readonly address?: string
  command: (this: Connection, namespace: Namespace, command: object, ...rest: unknown[]) => unknown
}

/** What keeps connections, sessions and cursors; the host has not asked for it. */
const UPKEEP = new Set([
  'hello',
  'ismaster',
  'isMaster',
  'saslStart',
  'saslContinue',
  'authenticate',
  'endSessions',
  'killCursors',
])

/** `mongodb/lib/cmap/connection.js` */
export const patchMongodb: Patch = exports => {
  const { prototype } = exports['Connection'] as { prototype: Connection }
  const { command } = prototype
  replaceMethod(prototype, 'command', function (namespace, document, ...rest) {
    const span = begin(this, namespace, document)
    return endingPromise(span, () => command.call(this, namespace, document, ...rest))
  })
  return undefined
}

/** The first key of a command names it, its value the collection. */
function begin(connection: Connection, { db }: Namespace, command: object): Span | undefined {
  return beginCall(() => {
    const [operation, subject] = Object.entries(command)[0] as [string, unknown]
    if (UPKEEP.has(operation)) return undefined
    const collection = operation === 'getMore' ? (command as { collection?: unknown }).collection : subject
    const attributes: Attributes = {
      'db.system.name': 'mongodb',
      'db.namespace': db,
      'db.operation.name': operation,
      ...serverOf(connection),
    }
    if (typeof collection !== 'string') return { name: operation, attributes }
    attributes['db.collection.name'] = collection
    return { name: `${operation} ${collection}`, attributes }
  })
}

function serverOf({ address: text }: Connection): Attributes {
  const { address, port } = splitHost(text)
  return {
    ...(address === undefined ? {} : { 'server.address': address }),
    ...(port === undefined ? {} : { 'server.port': port }),
  }
}
