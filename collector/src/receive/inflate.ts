/**
 * Decompresses a request's body and stops one byte behind the limit: a megabyte of gzip can hold a
 * gigabyte of zeros.
 *
 * Small bodies are inflated at once, because a hand-over to the thread pool costs more than they
 * do; all others in chunks, each charged to the budget, so that the event loop lives and many bombs
 * at a time stay within it.
 */
import zlib from 'node:zlib'
import { HodoscopeError } from '../model/errors.ts'
import { tooLarge } from './body.ts'
import type { Charge } from './byte-budget.ts'

/** Deflate makes no more of a byte. Source: zlib, "Technical Details", Maximum Compression Factor. */
const MAX_DEFLATE_FACTOR = 1032
/** A header, an empty block and the trailer. */
const MIN_GZIP_BYTES = 20
const SYNC_INPUT_BYTES = 256 * 1024
const SYNC_OUTPUT_BYTES = 1024 * 1024
/** Frames of zstd one behind the other; each costs a decoder. */
const MAX_FRAMES = 64
/** 2^25: no window larger than half of the largest body. */
const ZSTD_OPTIONS = { params: { [zlib.constants.ZSTD_d_windowLogMax]: 25 } }

/** @throws HodoscopeError `payload_malformed`, `payload_too_large`, `store_busy` */
export async function inflate(
  body: Uint8Array,
  encoding: 'gzip' | 'zstd',
  limit: number,
  charge: Charge,
): Promise<Uint8Array> {
  if (encoding === 'gzip') refuseToldBomb(body, limit)
  try {
    const whole = body.length <= SYNC_INPUT_BYTES ? inflateAtOnce(body, encoding, limit) : undefined
    if (whole === undefined) return await inflateInChunks(body, encoding, limit, charge)
    charge.add(whole.length)
    return whole
  } catch (error) {
    if (error instanceof HodoscopeError) throw error
    const told = error instanceof Error ? error.message : String(error)
    throw new HodoscopeError('payload_malformed', `the body is not valid ${encoding}: ${told}`, {
      cause: error,
    })
  }
}

/**
 * A gzip body ends with the length of what it holds: an honest bomb is refused by that, unopened. A
 * length that cannot be is none, and the body is damaged; what lies is cut off while it is inflated.
 */
function refuseToldBomb(body: Uint8Array, limit: number): void {
  if (body.length < MIN_GZIP_BYTES) return
  const told = new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(body.length - 4, true)
  if (told > limit && told <= body.length * MAX_DEFLATE_FACTOR)
    throw tooLarge(`the decompressed body has ${told} bytes, as its trailer says`, limit)
}

/** @returns undefined where the result is too large for that, or comes in several frames */
function inflateAtOnce(body: Uint8Array, encoding: 'gzip' | 'zstd', limit: number): Uint8Array | undefined {
  const options = { info: true, maxOutputLength: Math.min(limit, SYNC_OUTPUT_BYTES) }
  try {
    const inflated: unknown =
      encoding === 'gzip'
        ? zlib.gunzipSync(body, options)
        : zlib.zstdDecompressSync(body, { ...ZSTD_OPTIONS, ...options })
    const { buffer, engine } = inflated as { buffer: Buffer; engine: { bytesWritten: number } }
    return engine.bytesWritten === body.length ? buffer : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined
    throw error
  }
}

async function inflateInChunks(
  body: Uint8Array,
  encoding: 'gzip' | 'zstd',
  limit: number,
  charge: Charge,
): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let length = 0
  let rest = body
  for (let frames = 0; rest.length > 0 || frames === 0; frames++) {
    if (frames === MAX_FRAMES) throw new Error(`it has more than ${MAX_FRAMES} frames`)
    const stream = encoding === 'gzip' ? zlib.createGunzip() : zlib.createZstdDecompress(ZSTD_OPTIONS)
    stream.end(rest)
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > limit) throw tooLarge('the decompressed body is too long', limit)
      charge.add(chunk.length)
      chunks.push(chunk)
    }
    rest = rest.subarray(stream.bytesWritten)
  }
  return Buffer.concat(chunks, length)
}
