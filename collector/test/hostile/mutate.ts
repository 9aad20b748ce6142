/**
 * Well-formed inputs made hostile: one to four faults each, of the kinds that break decoders.
 */
import type { Random } from '../../bench/payload/random.ts'

/** Bytes at the edges of varints, wire types, lengths and JSON. */
const EDGES = [0x00, 0x01, 0x02, 0x07, 0x0a, 0x0b, 0x12, 0x22, 0x2d, 0x39, 0x5c, 0x7b, 0x7f, 0x80, 0xc0, 0xff]
const LONGEST_PIECE = 24

export function mutated(source: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  let bytes = Buffer.from(source)
  for (let faults = 1 + random.below(4); faults > 0; faults--) bytes = fault(bytes, random)
  // A body stands in memory of its own: what reads beyond its end reads nothing else by luck.
  return new Uint8Array(bytes)
}

/** A flipped bit, an odd byte, a piece left out, doubled, turned round, replaced or cut off. */
function fault(bytes: Buffer<ArrayBuffer>, random: Random): Buffer<ArrayBuffer> {
  if (bytes.length === 0) return Buffer.from([random.pick(EDGES)])
  const at = random.below(bytes.length)
  const end = Math.min(bytes.length, at + 1 + random.below(LONGEST_PIECE))
  const [before, piece, after] = [bytes.subarray(0, at), bytes.subarray(at, end), bytes.subarray(end)]
  switch (random.below(8)) {
    case 0:
      bytes[at]! ^= 1 << random.below(8)
      return bytes
    case 1:
      bytes[at] = random.pick(EDGES)
      return bytes
    case 2:
      return Buffer.concat([before, after])
    case 3:
      return Buffer.concat([before, piece, piece, after])
    case 4:
      return Buffer.concat([before, Buffer.from(piece).reverse(), after])
    case 5:
      return Buffer.concat([before, Buffer.alloc(piece.length, random.pick(EDGES)), after])
    case 6:
      return Buffer.concat([before, Buffer.from([random.pick(EDGES)]), bytes.subarray(at)])
    default:
      return random.below(4) === 0 ? bytes.subarray(0, end) : Buffer.concat([after, before, piece])
  }
}

/** Replaces a piece of text by a piece of another one, as somebody does who types half of two queries. */
export function spliced(text: string, other: string, random: Random): string {
  const at = random.below(text.length + 1)
  const from = random.below(other.length + 1)
  return (
    text.slice(0, at) +
    other.slice(from, from + random.below(LONGEST_PIECE)) +
    text.slice(at + random.below(LONGEST_PIECE))
  )
}
