/**
 * The other end of `load.ts`: starts it, waits until its payload is made, and lets it go.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import type { LoadOrder, LoadReady } from '../load.ts'
import type { Sent } from './send-all.ts'

const LOAD = resolve(import.meta.dirname, '../load.ts')

export class LoadProcess {
  readonly payload: LoadReady
  /** Resolves when the process is gone. */
  readonly ended: Promise<unknown>
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, payload: LoadReady) {
    this.#child = child
    this.ended = once(child, 'exit')
    this.payload = payload
  }

  static async prepare(order: LoadOrder): Promise<LoadProcess> {
    const child = fork(LOAD)
    const ready = message<LoadReady>(child)
    child.send(order)
    return new LoadProcess(child, await ready)
  }

  /** Sends everything. @throws when any request was neither acknowledged nor refused for the moment */
  async run(): Promise<Sent> {
    const sent = message<Sent>(this.#child)
    this.#child.send('go')
    const result = await sent
    if (result.acknowledged !== this.payload.requests)
      throw new Error(`of ${this.payload.requests} requests failed: ${JSON.stringify(result.failures)}`)
    return result
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

/** The next message; rejects when the process ends without one. */
function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the load ended with ${code}`))
    child.once('exit', ended)
    child.once('message', value => {
      child.off('exit', ended)
      resolve(value as T)
    })
  })
}
