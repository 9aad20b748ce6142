/**
 * Gives memory back at once. A thread that allocates little collects its garbage late: what lies
 * outside of its heap, megabytes a batch, would pile up in every thread that a batch passes through.
 */

/** Below this, buffers may share memory with others, and are not worth it. */
const LARGE_BYTES = 64 * 1024

/** Nobody reads these bytes any more: who does all the same finds none. Bytes that share their memory are left alone. */
export function giveBack(bytes: Uint8Array | null | undefined): void {
  if (bytes === null || bytes === undefined || bytes.byteLength < LARGE_BYTES) return
  const { buffer } = bytes
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength) buffer.transfer(0)
}
