/**
 * The 52-bit hashes under which trace ids and correlation values are looked up.
 *
 * 52 bits are an exact JavaScript number, so a run of them sorts natively as a Float64Array.
 * A hash only ever narrows a search: whoever reads a record by its hash compares the id itself.
 * The function is part of the storage format (`collector/docs/format.md`); changing it changes
 * the format version.
 */

const HIGH = 0x1_0000_0000

/** Spreads a 32-bit number over all its bits (the finalizer of MurmurHash3). */
export function mix(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** The upper 32 bits of a lookup hash: what indexes keep of it. */
export const lookupPrefix = (hash: number): number => Math.floor(hash / 2 ** 20)

/** Hash of `bytes[start, end)`. @returns an integer in [0, 2^52) */
export function lookupHash(bytes: Uint8Array, start: number, end: number): number {
  let a = 0x9e3779b9 ^ (end - start)
  let b = 0x7f4a7c15
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    a = Math.imul(a ^ byte, 0x01000193)
    b = Math.imul(b ^ byte, 0x5bd1e995) ^ (b >>> 15)
  }
  return (mix(a ^ b) & 0xfffff) * HIGH + (mix(b + Math.imul(a, 5)) >>> 0)
}
