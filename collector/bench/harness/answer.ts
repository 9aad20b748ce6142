/**
 * Reads HTTP/1.1 answers from what has been received, one behind the other. As little as a load driver
 * needs: status, retry-after, and the body by content-length or in chunks without trailers.
 *
 * Source: RFC 9112, 6 (message body) and 7.1 (chunked transfer coding).
 */
import type { Received } from './received.ts'

export interface Answer {
  readonly status: number
  readonly body: Buffer
  /** Seconds that the server asks to wait; undefined when it does not say. */
  readonly retryAfter: number | undefined
}

const LINE_END = '\r\n'
const HEAD_END = '\r\n\r\n'

/**
 * Yields each answer when it is whole, and undefined while it is not.
 * @throws when a length is told in no way that this reader knows
 */
export function* readAnswers(received: Received): Generator<Answer | undefined, never> {
  for (;;) yield yield* readAnswer(received)
}

function* readAnswer(received: Received): Generator<undefined, Answer> {
  const head = (yield* received.before(HEAD_END)).toString('latin1')
  const retryAfter = header(head, 'retry-after')
  return {
    status: Number(head.slice(9, 12)),
    body: yield* readBody(received, head),
    retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
  }
}

function* readBody(received: Received, head: string): Generator<undefined, Buffer> {
  // A 204 has no body and does not say so.
  if (head.startsWith('HTTP/1.1 204')) return Buffer.alloc(0)
  const length = header(head, 'content-length')
  if (length !== undefined) return yield* received.bytes(Number(length))
  if (header(head, 'transfer-encoding') === 'chunked') return yield* readChunks(received)
  throw new Error(`an answer whose length is not told:\n${head}`)
}

function* readChunks(received: Received): Generator<undefined, Buffer> {
  const chunks: Buffer[] = []
  for (;;) {
    const line = yield* received.before(LINE_END)
    const size = Number.parseInt(line.toString('latin1'), 16)
    const chunk = yield* received.bytes(size + LINE_END.length)
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(chunk.subarray(0, size))
  }
}

function header(head: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim()
}
