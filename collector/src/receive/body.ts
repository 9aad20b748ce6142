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
  const charged = contentLengthOf(incoming) !== undefined
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      incoming.off('data', onData).off('end', onEnd).off('error', onAbort).off('close', onAbort)
      finish()
    }
    const onData = (chunk: Buffer): void => {
      length += chunk.length
      try {
        if (length > limit) throw tooLarge(`the body has ${length} bytes or more`, limit)
        if (!charged) charge.add(chunk.length)
        chunks.push(chunk)
      } catch (error) {
        settle(() => reject(error))
      }
    }
    const onEnd = (): void =>
      settle(() => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length)))
    const onAbort = (): void =>
      settle(() => reject(new AbortedError(`the client left after ${length} bytes`)))
    if (incoming.destroyed && !incoming.readableEnded) return onAbort()
    incoming.on('data', onData).on('end', onEnd).on('error', onAbort).on('close', onAbort)
  })
}

export const tooLarge = (what: string, limit: number): HodoscopeError =>
  new HodoscopeError('payload_too_large', `${what}; the limit is ${limit}`)
