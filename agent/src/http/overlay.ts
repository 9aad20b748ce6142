/**
 * Event emitters of node:http seen from the agent: one `emit` on the prototype in place of listeners on each
 * request, which would be counted, copied and called for every event the host does not listen to.
 */
import type { Context } from '@opentelemetry/api'
import type { EventEmitter } from 'node:events'
import { contexts } from '../context.ts'
import { safely } from '../guard.ts'
import { replaceMethod } from '../undo.ts'

type Emit = (this: EventEmitter, ...args: unknown[]) => boolean

export interface Overlay<T> {
  /** Called before the listeners, of the named events only. */
  readonly on: readonly string[]
  readonly seen: (emitter: T, event: string) => void
  /** The context in which the listeners run; undefined leaves it as it is. */
  readonly contextOf?: (emitter: T) => Context | undefined
}

export function overlayEmit<T extends EventEmitter>(prototype: T, { on, seen, contextOf }: Overlay<T>): void {
  const { emit: original } = prototype as unknown as { emit: Emit }
  const overlaid: Emit = function emit(...args) {
    const event = args[0]
    if (typeof event === 'string' && on.includes(event)) safely(() => seen(this as T, event))
    const context = contextOf?.(this as T)
    if (context === undefined || context === contexts.active()) return original.apply(this, args)
    return contexts.with(context, original, this, ...args)
  }
  replaceMethod(prototype, 'emit', overlaid as T['emit'])
}
