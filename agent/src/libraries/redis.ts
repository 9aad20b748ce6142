/**
 * redis (node-redis 4 to 6): one span a command, at the queue that every way of giving one ends in: methods,
 * `sendCommand`, pipelines, transactions. The queue knows no server, so the client is remembered while it fills it.
 */
import type { Patch } from '../hooks.ts'
import { safely } from '../guard.ts'
import { replaceMethod } from '../undo.ts'
import { endingPromise } from './client-span.ts'
import { beginCommand, type Server } from './redis-command.ts'

type Method = (...args: unknown[]) => unknown

interface Client {
  readonly options?: {
    readonly database?: number
    readonly socket?: { readonly host?: string; readonly port?: number; readonly path?: string }
  }
}

/** Whatever of these a version has fills the queue before it first waits. */
const FILLING = ['sendCommand', 'commandsExecutor', 'multiExecutor', '_executeMulti', '_executePipeline']

let filling: Client | undefined

/** `@redis/client/dist/lib/client/index.js` */
export const patchRedisClient: Patch = exports => {
  const { prototype } = exports['default'] as { prototype: Record<string, Method> }
  for (const name of FILLING) {
    const original = prototype[name]
    if (original === undefined) continue
    replaceMethod(prototype, name, function (this: unknown, ...args) {
      const outer = filling
      filling = this as Client
      try {
        return original.apply(this, args)
      } finally {
        filling = outer
      }
    })
  }
  return undefined
}

/** `@redis/client/dist/lib/client/commands-queue.js` */
export const patchRedisQueue: Patch = exports => {
  const { prototype } = exports['default'] as { prototype: { addCommand: Method } }
  const { addCommand } = prototype
  replaceMethod(prototype, 'addCommand', function (this: unknown, ...args) {
    const span = safely(() => {
      const [name, ...rest] = args[0] as readonly unknown[]
      return beginCommand(String(name), rest.length, serverOf(filling))
    })
    return endingPromise(span, () => addCommand.apply(this, args))
  })
  return undefined
}

function serverOf(client: Client | undefined): Server {
  if (client === undefined) return {}
  const { socket, database = 0 } = client.options ?? {}
  if (socket?.path !== undefined) return { address: socket.path, database }
  return { address: socket?.host ?? 'localhost', port: socket?.port ?? 6379, database }
}
