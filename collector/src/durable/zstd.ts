/**
 * Inflates a zstd frame that was written in one step, and so says how long its content is: into one
 * piece of memory of just that size. Without it Node inflates 16 KB at a time, and joins the pieces.
 *
 * Source: RFC 8878, 3.1.1.1 (frame header).
 */
import { kMaxLength } from 'node:buffer'
import { zstdDecompressSync } from 'node:zlib'

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd] as const
const DESCRIPTOR = MAGIC.length
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const
/** What says to be longer is inflated piece by piece: nothing is set aside for a promise. */
const MOST_AT_ONCE = 64 * 1024 * 1024
/** Of a buffer for zlib. */
const LEAST_BYTES = 64

/** @throws when the bytes are no frame, or their content is longer than `most` */
export function inflateFrame(frame: Uint8Array, most = kMaxLength): Uint8Array {
  const length = contentLength(frame)
  if (length === undefined || length > Math.min(most, MOST_AT_ONCE))
    return zstdDecompressSync(frame, { maxOutputLength: most })
  // One byte more than is needed, or a second buffer would be made to see whether anything is left.
  const chunkSize = Math.max(LEAST_BYTES, length + 1)
  return zstdDecompressSync(frame, { chunkSize, maxOutputLength: most })
}

/** Bytes of the content; undefined when the frame does not say, or is none. */
export function contentLength(frame: Uint8Array): number | undefined {
  if (frame.length <= DESCRIPTOR || MAGIC.some((byte, i) => frame[i] !== byte)) return undefined
  const descriptor = frame[DESCRIPTOR]!
  const isSingleSegment = (descriptor & 0x20) !== 0
  const sizeFlag = descriptor >> 6
  const sizeBytes = sizeFlag === 0 ? Number(isSingleSegment) : 2 ** sizeFlag
  const at =
    DESCRIPTOR + 1 + Number(!isSingleSegment) + DICTIONARY_ID_BYTES[(descriptor & 3) as 0 | 1 | 2 | 3]
  if (sizeBytes === 0 || frame.length < at + sizeBytes) return undefined
  let length = 0
  for (let i = sizeBytes - 1; i >= 0; i--) length = length * 256 + frame[at + i]!
  return sizeBytes === 2 ? length + 256 : length
}
