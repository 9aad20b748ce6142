/**
 * What the agent has changed in the process, to be taken back when it is shut down: the last first.
 */
import { subscribe, unsubscribe, type ChannelListener } from 'node:diagnostics_channel'
import { complain } from './guard.ts'

const steps: (() => void)[] = []

export function onUndo(step: () => void): void {
  steps.push(step)
}

export function undoAll(): void {
  for (const step of steps.splice(0).toReversed()) {
    try {
      step()
    } catch (error) {
      complain(error)
    }
  }
}

/** Listens to a diagnostics channel until the agent is shut down. */
export function listenTo(channel: string, listener: ChannelListener): void {
  subscribe(channel, listener)
  onUndo(() => unsubscribe(channel, listener))
}

/** Puts `method` in the place of another until the agent is shut down; unless somebody else has by then. */
export function replaceMethod<T extends object, K extends keyof T>(owner: T, name: K, method: T[K]): void {
  const before = Object.getOwnPropertyDescriptor(owner, name)
  owner[name] = method
  onUndo(() => {
    if (owner[name] !== method) return
    if (before) Object.defineProperty(owner, name, before)
    else delete owner[name]
  })
}
