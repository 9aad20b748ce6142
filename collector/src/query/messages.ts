/**
 * What the pool and a query thread say to each other.
 *
 * Beside the messages each job has three shared integers, because a thread that is busy with a
 * query reads no messages: the flag that stops it, and how far it has come.
 */
import { HodoscopeError, type ErrorCode } from '../model/errors.ts'
import type { ReaderSource } from '../store/api.ts'

export interface ThreadData {
  readonly source: ReaderSource
}

export type ToThread =
  | {
      readonly kind: 'run'
      readonly job: string
      readonly params: unknown
      readonly control: SharedArrayBuffer
      readonly timeoutMillis: number
      /** Whether what is found is told before the answer. */
      readonly stream: boolean
    }
  | { readonly kind: 'close' }

export type FromThread =
  | { readonly kind: 'answer'; readonly json: Uint8Array }
  /** What is certain to stand in the answer, a part at a time. */
  | { readonly kind: 'found'; readonly json: Uint8Array }
  | { readonly kind: 'fault'; readonly fault: Fault }

/** Indexes into the shared integers of a job. */
export const CONTROL = { stop: 0, done: 1, total: 2, size: 3 } as const
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
