/**
 * A Bloom filter over 52-bit hashes: "certainly not" or "perhaps".
 *
 * 6.5 bits a key and five probes take an absent key for present in 4.5 of a hundred times, which is
 * enough to skip a block and small enough to keep for each.
 *
 * Source: Kirsch, Mitzenmacher, "Less Hashing, Same Performance" (2006): two hashes make all probes.
 */
import { mix } from '../../model/lookup-hash.ts'

const BITS_A_KEY = 6.5
const PROBES = 5
const HIGH = 0x1_0000_0000

/** @param hashes repeats cost room and nothing else */
export function bloomOf(hashes: Float64Array): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((hashes.length * BITS_A_KEY) / 8))
  const bits = bytes.length * 8
  for (let i = 0; i < hashes.length; i++) {
    const hash = hashes[i]!
    const step = stepOf(hash)
    let at = hash >>> 0
    for (let probe = 0; probe < PROBES; probe++, at = (at + step) >>> 0) {
      const bit = at % bits
      bytes[bit >>> 3]! |= 1 << (bit & 7)
    }
  }
  return bytes
}

/** @returns false only when no key of the filter has the hash */
export function bloomHolds(bytes: Uint8Array, hash: number): boolean {
  const bits = bytes.length * 8
  if (bits === 0) return false
  const step = stepOf(hash)
  let at = hash >>> 0
  for (let probe = 0; probe < PROBES; probe++, at = (at + step) >>> 0) {
    const bit = at % bits
    if ((bytes[bit >>> 3]! & (1 << (bit & 7))) === 0) return false
  }
  return true
}

/** Odd, so that probes do not come back soon; made of the upper half, so that it is independent. */
const stepOf = (hash: number): number => mix(Math.floor(hash / HIGH) + 1) | 1
