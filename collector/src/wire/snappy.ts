/**
 * Snappy's block format: the length of what is packed, then literals, and copies of what came before.
 *
 * Most of a remote-write body is copies of some tens of bytes, which are moved eight at a time. What
 * that writes beyond their end is written over by what follows, and where there is no room for it the
 * bytes go one by one.
 *
 * Source: google/snappy format_description.txt.
 */
import { WireError } from './errors.ts'
import { varintAt, varintEnd, varintHigh } from './varint.ts'

/** The longest copy makes 64 bytes of 3. */
const MOST_OF_A_BYTE = 64 / 3
const WORD_BYTES = 8
/** A call costs more than it saves where a literal is shorter. */
const LONG_LITERAL_BYTES = 64

/** @returns how many bytes the block says it holds; throws a WireError where it does not begin with that */
export function unpackedLength(block: Uint8Array): number {
  try {
    const low = varintAt(block, 0, Math.min(5, block.length))
    return varintHigh * 2 ** 32 + low
  } catch {
    throw new WireError(0, 'it does not begin with its length')
  }
}

/** @throws WireError for what is no block; nothing is allocated for a length that its bytes cannot have */
export function unpackBlock(block: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = unpackedLength(block)
  if (length > (block.length - varintEnd) * MOST_OF_A_BYTE)
    throw new WireError(0, `${block.length} bytes of snappy cannot hold ${length}`)
  const unpacking = new Unpacking(block, varintEnd, length)
  while (unpacking.at < block.length) unpacking.step()
  if (unpacking.filled !== length)
    throw new WireError(block.length, `it ends after ${unpacking.filled} of ${length} bytes`)
  return unpacking.out
}

class Unpacking {
  readonly out: Uint8Array<ArrayBuffer>
  at: number
  filled = 0
  readonly #block: Uint8Array
  readonly #from: DataView
  readonly #to: DataView

  constructor(block: Uint8Array, at: number, length: number) {
    this.#block = block
    this.at = at
    this.out = new Uint8Array(length)
    this.#from = new DataView(block.buffer, block.byteOffset, block.byteLength)
    this.#to = new DataView(this.out.buffer)
  }

  /** One literal or copy: the kind stands in the two lowest bits of its tag. */
  step(): void {
    const tag = this.#block[this.at]!
    const kind = tag & 3
    if (kind === 0) this.#literal(tag >>> 2)
    else if (kind === 1) this.#copy(((tag >>> 2) & 7) + 4, ((tag >>> 5) << 8) | this.#operand(1), 2)
    else if (kind === 2) this.#copy((tag >>> 2) + 1, this.#operand(2), 3)
    else this.#copy((tag >>> 2) + 1, this.#operand(4), 5)
  }

  /** Lengths of up to 60 stand in the tag, others in the one to four bytes behind it. */
  #literal(code: number): void {
    const bytes = Math.max(0, code - 59)
    const size = (bytes === 0 ? code : this.#operand(bytes)) + 1
    const start = this.at + 1 + bytes
    if (size > this.#block.length - start)
      throw new WireError(this.at, `a literal of ${size} bytes runs past the end`)
    this.#room(size)
    if (size > LONG_LITERAL_BYTES) this.out.set(this.#block.subarray(start, start + size), this.filled)
    else move(this.#from, start, this.#to, this.filled, size)
    this.at = start + size
    this.filled += size
  }

  #copy(size: number, back: number, bytes: number): void {
    const { filled } = this
    if (back === 0 || back > filled)
      throw new WireError(this.at, `a copy begins ${back} bytes back, where there are ${filled}`)
    this.#room(size)
    if (back >= WORD_BYTES) move(this.#to, filled - back, this.#to, filled, size)
    else for (let i = filled; i < filled + size; i++) this.out[i] = this.out[i - back]!
    this.at += bytes
    this.filled += size
  }

  #room(size: number): void {
    if (size > this.out.length - this.filled)
      throw new WireError(this.at, `it holds more than the ${this.out.length} bytes that it tells`)
  }

  /** The little-endian number of some bytes behind the tag. */
  #operand(bytes: number): number {
    const start = this.at + 1
    if (start + bytes > this.#block.length) throw new WireError(this.at, 'a tag is cut short')
    if (bytes === 1) return this.#block[start]!
    if (bytes === 2) return this.#from.getUint16(start, true)
    if (bytes === 4) return this.#from.getUint32(start, true)
    return this.#from.getUint16(start, true) | (this.#block[start + 2]! << 16)
  }
}

/** Moves `size` bytes. Within one buffer the places lie at least a word apart. */
function move(from: DataView, start: number, to: DataView, place: number, size: number): void {
  const wholeWords = (size + WORD_BYTES - 1) & -WORD_BYTES
  const roomy = start + wholeWords <= from.byteLength && place + wholeWords <= to.byteLength
  if (roomy)
    for (let i = 0; i < size; i += WORD_BYTES)
      to.setBigUint64(place + i, from.getBigUint64(start + i, true), true)
  else for (let i = 0; i < size; i++) to.setUint8(place + i, from.getUint8(start + i))
}
