/**
 * What the pool and a query thread say to each other.
 *
 * Beside the messages each job has four shared integers, because a thread that is busy with a query
 * reads no messages: the flag that stops it, how far it has come, and how much of it is yet unread.
 */
import { HodoscopeError, type ErrorCode } from '../model/errors.ts'
import type { ReaderSource } from '../store/api.ts'

export interface ThreadData {
  readonly source: ReaderSource
  /** Path of the file of counts. */
  readonly derived: string | undefined
}

export type ToThread =
  | {
      readonly kind: 'run'
      readonly job: string
      readonly params: unknown
      readonly control: SharedArrayBuffer
      readonly timeoutMillis: number
      /** What is told before the answer: what is found already, or the answer itself in parts. */
      readonly stream: 'found' | 'parts' | undefined
    }
  | { readonly kind: 'close' }

export type FromThread =
  | { readonly kind: 'answer'; readonly json: Uint8Array }
  /** What is certain to stand in the answer, a part at a time. */
  | { readonly kind: 'found'; readonly json: Uint8Array }
  /** A piece of the answer's text. */
  | { readonly kind: 'part'; readonly text: Uint8Array }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** Indexes into the shared integers of a job. */
export const CONTROL = { stop: 0, done: 1, total: 2, unread: 3, size: 4 } as const
/** Bytes of parts that may wait to be read before the query does. */
export const MOST_UNREAD_BYTES = 8 * 1024 * 1024
/** Values of `CONTROL.stop`. */
export const STOP = { no: 0, cancelled: 1, timeout: 2 } as const

/** An error in a form that crosses threads whole. */
export interface Fault {
  readonly code: ErrorCode
  readonly message: string
  readonly position: number | undefined
  /** Where an error arose that is none of ours. */
  readonly stack: string | undefined
}

export function faultOf(error: unknown): Fault {
  if (error instanceof HodoscopeError)
    return { code: error.code, message: error.message, position: error.position, stack: undefined }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  const code = message === 'Invalid string length' ? 'query_too_large' : 'internal'
  return { code, message, position: undefined, stack }
}

export function errorOf({ code, message, position, stack }: Fault): HodoscopeError {
  return new HodoscopeError(code, message, {
    ...(stack === undefined ? {} : { cause: Object.assign(new Error(message), { stack }) }),
    ...(position === undefined ? {} : { position }),
  })
}
