/**
 * Nest: the error that its exception filters answer. The route is told by the express or fastify below it.
 */
import { setFailure } from '../http/server.ts'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { replaceMethod } from '../undo.ts'

interface Host {
  getType(): string
  getArgByIndex(index: number): { readonly raw?: object } & object
}

interface ExceptionsHandler {
  next: (this: ExceptionsHandler, exception: unknown, host: Host) => unknown
}

/** `@nestjs/core/exceptions/exceptions-handler.js` */
export const patchNest: Patch = exports => {
  const { prototype } = exports['ExceptionsHandler'] as { prototype: ExceptionsHandler }
  const { next } = prototype
  replaceMethod(prototype, 'next', function (exception, host) {
    safely(() => {
      if (host.getType() !== 'http') return
      const request = host.getArgByIndex(0)
      setFailure(request.raw ?? request, exception)
    })
    return next.call(this, exception, host)
  })
  return undefined
}
