/**
 * The thread that decodes large bodies, one after the other. It keeps nothing: what it makes of a
 * body is handed over together with its memory.
 */
import { parentPort } from 'node:worker_threads'
import { decodeRequest, type Decoded } from '../decode/request.ts'
import { HodoscopeError } from '../model/errors.ts'
import type { FromDecodeThread, ToDecodeThread } from './decode-messages.ts'

const port = parentPort!

port.on('message', ({ signal, encoding, body, limits }: ToDecodeThread) => {
  try {
    const decoded = decodeRequest(signal, encoding, body, limits)
    port.postMessage({ decoded } satisfies FromDecodeThread, memoryOf(decoded))
  } catch (error) {
    port.postMessage({ fault: faultOf(error) } satisfies FromDecodeThread)
  }
})

const memoryOf = ({ request }: Decoded): ArrayBuffer[] =>
  request === undefined ? [] : [request.body.buffer as ArrayBuffer, request.lookups.buffer as ArrayBuffer]

function faultOf(error: unknown): Extract<FromDecodeThread, { fault: unknown }>['fault'] {
  if (error instanceof HodoscopeError) return { code: error.code, message: error.message }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { code: 'internal', message: stack ?? message }
}
