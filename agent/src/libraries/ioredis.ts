/**
 * ioredis: one span a command, from where it is given to a connection (a pipeline and a cluster give theirs there too)
 * until it is answered. A command that waits for the connection is given twice.
 */
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { replaceMethod } from '../undo.ts'
import { endCall, failCall } from './client-span.ts'
import { beginCommand } from './redis-command.ts'

const SEEN = Symbol('hodoscope.seen')

interface Command {
  readonly name: string
  readonly args: readonly unknown[]
  resolve: (...args: unknown[]) => unknown
  reject: (error: unknown, ...args: unknown[]) => unknown
  [SEEN]?: true
}

interface Redis {
  readonly options: {
    readonly host?: string
    readonly port?: number
    readonly path?: string
    readonly db?: number
  }
  sendCommand: (this: Redis, command: Command, ...args: unknown[]) => unknown
}

/** `ioredis/built/Redis.js`, and `built/redis/index.js` before version 5. */
export const patchIoredis: Patch = exports => {
  const { prototype } = (exports['default'] ?? exports) as { prototype: Redis }
  const { sendCommand } = prototype
  replaceMethod(prototype, 'sendCommand', function (command, ...args) {
    safely(() => trace(this, command))
    return sendCommand.call(this, command, ...args)
  })
  return undefined
}

function trace({ options }: Redis, command: Command): void {
  if (command[SEEN]) return
  command[SEEN] = true
  const span = beginCommand(command.name, command.args.length, {
    address: options.path ?? options.host,
    port: options.path === undefined ? options.port : undefined,
    database: options.db,
  })
  if (span === undefined) return
  const { resolve, reject } = command
  command.resolve = (...args) => {
    safely(() => endCall(span))
    return resolve.apply(command, args)
  }
  command.reject = (error, ...args) => {
    safely(() => failCall(span, error))
    return reject.call(command, error, ...args)
  }
}
