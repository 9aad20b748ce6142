/**
 * Reads one HTTP/1.1 answer from the front of what has been received. As little as a load driver
 * needs: status, retry-after, and the body by content-length or in chunks without trailers.
 *
 * Source: RFC 9112, 6 (message body) and 7.1 (chunked transfer coding).
 */
export interface Answer {
  readonly status: number
  readonly body: Buffer
  /** Seconds that the server asks to wait; undefined when it does not say. */
  readonly retryAfter: number | undefined
}

interface Body {
  readonly body: Buffer
  /** Where the next answer begins. */
  readonly end: number
}

const LINE_END = '\r\n'
const HEAD_END = '\r\n\r\n'

/**
 * @returns undefined while the answer is not whole
 * @throws when its length is told in no way that this reader knows
 */
export function readAnswer(received: Buffer): { answer: Answer; rest: Buffer } | undefined {
  const headEnd = received.indexOf(HEAD_END)
  if (headEnd < 0) return undefined
  const head = received.toString('latin1', 0, headEnd)
  const read = readBody(received, headEnd + HEAD_END.length, head)
  if (!read) return undefined
  const retryAfter = header(head, 'retry-after')
  return {
    answer: {
      status: Number(head.slice(9, 12)),
      body: read.body,
      retryAfter: retryAfter === undefined ? undefined : Number(retryAfter),
    },
    rest: received.subarray(read.end),
  }
}

function readBody(received: Buffer, start: number, head: string): Body | undefined {
  // A 204 has no body and does not say so.
  if (head.startsWith('HTTP/1.1 204')) return { body: Buffer.alloc(0), end: start }
  const length = header(head, 'content-length')
  if (length === undefined) {
    if (header(head, 'transfer-encoding') === 'chunked') return readChunks(received, start)
    throw new Error(`an answer whose length is not told:\n${head}`)
  }
  const end = start + Number(length)
  return received.length < end ? undefined : { body: received.subarray(start, end), end }
}

function readChunks(received: Buffer, start: number): Body | undefined {
  const chunks: Buffer[] = []
  for (let at = start; ;) {
    const lineEnd = received.indexOf(LINE_END, at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(received.toString('latin1', at, lineEnd), 16)
    const chunkStart = lineEnd + LINE_END.length
    at = chunkStart + size + LINE_END.length
    if (received.length < at) return undefined
    if (size === 0) return { body: Buffer.concat(chunks), end: at }
    chunks.push(received.subarray(chunkStart, chunkStart + size))
  }
}

function header(head: string, name: string): string | undefined {
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim()
}
