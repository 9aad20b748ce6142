/**
 * Requests on their way from the main thread to the journal's: one buffer, traces first, then logs,
 * so that each signal's bodies lie in one piece and are a body again.
 *
 *   buffer   | body | body | body | … | body | body |
 *            |------- traces -------|----- logs ----|
 */
import type { CanonicalRequest } from '../../model/canonical.ts'
import type { Signal } from '../../model/telemetry.ts'

export const SIGNALS: readonly Signal[] = ['traces', 'logs']

export interface Batch {
  readonly buffer: Uint8Array<ArrayBuffer>
  /** Bytes of the traces at the buffer's beginning. */
  readonly tracesLength: number
  /** Length of each body, in the order of the buffer. */
  readonly lengths: Uint32Array<ArrayBuffer>
}

/** A body of this size that goes alone is handed over as it is: to copy 64 MiB holds up the thread. */
const HAND_OVER_BYTES = 1024 * 1024

/** @param requests in the order in which they came; @returns also the order in which they stand in the buffer */
export function packBatch(requests: readonly CanonicalRequest[]): { batch: Batch; order: number[] } {
  const order = SIGNALS.flatMap(signal =>
    requests.flatMap((request, i) => (request.signal === signal ? [i] : [])),
  )
  const lengths = Uint32Array.from(order, i => requests[i]!.body.length)
  const [only] = requests.length === 1 ? requests : []
  if (only !== undefined && only.body.length >= HAND_OVER_BYTES) {
    const tracesLength = only.signal === 'traces' ? only.body.length : 0
    return { batch: { buffer: only.body as Uint8Array<ArrayBuffer>, tracesLength, lengths }, order }
  }
  const buffer = new Uint8Array(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  let tracesLength = 0
  for (const i of order) {
    const { body, signal } = requests[i]!
    buffer.set(body, at)
    at += body.length
    if (signal === 'traces') tracesLength = at
  }
  return { batch: { buffer, tracesLength, lengths }, order }
}

/** The batch without the bodies that `keep` leaves out. */
export function filterBatch(batch: Batch, keep: readonly boolean[]): Batch {
  const pieces: Uint8Array[] = []
  let at = 0
  let tracesLength = 0
  batch.lengths.forEach((length, i) => {
    if (keep[i]) {
      pieces.push(batch.buffer.subarray(at, at + length))
      if (at < batch.tracesLength) tracesLength += length
    }
    at += length
  })
  const buffer = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  pieces.reduce((offset, piece) => (buffer.set(piece, offset), offset + piece.length), 0)
  return { buffer, tracesLength, lengths: Uint32Array.from(pieces, piece => piece.length) }
}

export const tracesOf = (batch: Batch): Uint8Array<ArrayBuffer> =>
  batch.buffer.subarray(0, batch.tracesLength)
export const logsOf = (batch: Batch): Uint8Array<ArrayBuffer> => batch.buffer.subarray(batch.tracesLength)
