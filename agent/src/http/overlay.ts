/**
 * Event emitters of node:http seen from the agent: one `emit` on the prototype in place of listeners on each
 * request, which would be counted, copied and called for every event the host does not listen to.
 */
import type { EventEmitter } from 'node:events'

type Emit = (this: EventEmitter, ...args: unknown[]) => boolean

/**
 * @param around  called for every event with the rest of the emission; it must call `emit` exactly once
 */
export function overlayEmit<T extends EventEmitter>(
  prototype: T,
  around: (emitter: T, event: unknown, emit: () => boolean) => boolean,
): void {
  const { emit: original } = prototype as unknown as { emit: Emit }
  const overlaid: Emit = function emit(...args) {
    return around(this as T, args[0], () => original.apply(this, args))
  }
  prototype.emit = overlaid as T['emit']
}
