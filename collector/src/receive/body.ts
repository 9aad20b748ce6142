/**
 * Reads a request's body from node:http, within limits.
 *
 * The budget is charged with the Content-Length before the first byte is read, or chunk by chunk
 * where the length is unknown. A body that turns out to be too long is not read to its end.
 */
import type { IncomingMessage } from 'node:http'
import { HodoscopeError } from '../model/errors.ts'
import type { Charge } from './byte-budget.ts'
import { contentLengthOf } from './headers.ts'

/** The client went away before its body was complete: there is nobody to answer. */
export class AbortedError extends Error {}

/**
 * Checks what the headers tell, before anything is read.
 * @throws HodoscopeError `payload_too_large`, `store_busy`
 */
export function admit(incoming: IncomingMessage, limit: number, charge: Charge): void {
  const length = contentLengthOf(incoming)
  if (length === undefined) return
  if (length > limit) throw tooLarge(`the body has ${length} bytes`, limit)
  charge.add(length)
}

/** @throws HodoscopeError `payload_too_large`, `store_busy`; AbortedError */
export function readBody(incoming: IncomingMessage, limit: number, charge: Charge): Promise<Uint8Array> {
  const told = contentLengthOf(incoming)
  const body = new BodyBytes(told)
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      incoming.off('data', onData).off('end', onEnd).off('error', onAbort).off('close', onAbort)
      finish()
    }
    const onData = (chunk: Buffer): void => {
      try {
        if (body.length + chunk.length > limit)
          throw tooLarge(`the body has ${body.length + chunk.length} bytes or more`, limit)
        if (told === undefined) charge.add(chunk.length)
        body.add(chunk)
      } catch (error) {
        settle(() => reject(error))
      }
    }
    const onEnd = (): void => settle(() => resolve(body.whole()))
    const onAbort = (): void =>
      settle(() => reject(new AbortedError(`the client left after ${body.length} bytes`)))
    if (incoming.destroyed && !incoming.readableEnded) return onAbort()
    incoming.on('data', onData).on('end', onEnd).on('error', onAbort).on('close', onAbort)
  })
}

/**
 * The bytes of a body as they come. Where its length was told they are put into their place at once:
 * 64 MiB that are joined at the end stand in memory twice, and hold up the thread.
 */
class BodyBytes {
  length = 0
  readonly #told: number | undefined
  readonly #chunks: Buffer[] = []
  #place: Buffer | undefined

  constructor(told: number | undefined) {
    this.#told = told
  }

  add(chunk: Buffer): void {
    if (this.#told === undefined || chunk.length === this.#told) this.#chunks.push(chunk)
    else chunk.copy((this.#place ??= Buffer.allocUnsafeSlow(this.#told)), this.length)
    this.length += chunk.length
  }

  whole(): Uint8Array {
    if (this.#place !== undefined) return this.#place.subarray(0, this.length)
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.length)
  }
}

export const tooLarge = (what: string, limit: number): HodoscopeError =>
  new HodoscopeError('payload_too_large', `${what}; the limit is ${limit}`)
