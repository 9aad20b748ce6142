/**
 * A cursor over one protobuf message in a byte range, for code that builds objects.
 *
 * ```ts
 * const reader = new WireReader(bytes, start, end)
 * for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
 *   switch (tag) {
 *     case 0x0a: name = reader.text(); break
 *     default: reader.skip(tag)
 *   }
 * ```
 * A tag is compared whole (field number and wire type), so a known field with a wrong wire type is
 * skipped like an unknown one, as other protobuf parsers do. Faults are WireErrors.
 */
// The global is a getter, and this is the hot path of every query.
import { Buffer } from 'node:buffer'
import { WireError } from './errors.ts'
import { lengthEndAt, skipAt, tagAt, varintAt, varintEnd, varintHigh } from './varint.ts'

const words = new Uint32Array(2)
const asUnsigned = new BigUint64Array(words.buffer)
const asSigned = new BigInt64Array(words.buffer)
const asDouble = new Float64Array(words.buffer)

/** Tag of a field: number and wire type (0 varint, 1 64 bit, 2 length-delimited, 5 32 bit). */
export const tagOf = (field: number, wireType: 0 | 1 | 2 | 5): number => (field << 3) | wireType

export class WireReader {
  readonly bytes: Uint8Array
  readonly end: number
  /** Where the next field or value begins. */
  position: number

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = bytes
    this.position = start
    this.end = end
  }

  /** The next field's tag; 0 at the end. */
  tag(): number {
    if (this.position >= this.end) return 0
    const tag = tagAt(this.bytes, this.position, this.end)
    this.position = varintEnd
    return tag
  }

  /** The lower 32 bits of a varint. */
  uint32(): number {
    const value = varintAt(this.bytes, this.position, this.end)
    this.position = varintEnd
    return value
  }

  bool(): boolean {
    const low = this.uint32()
    return low !== 0 || varintHigh !== 0
  }

  int64(): bigint {
    words[0] = this.uint32()
    words[1] = varintHigh
    return asSigned[0]!
  }

  fixed32(): number {
    const at = this.#advance(4)
    return word(this.bytes, at)
  }

  fixed64(): bigint {
    this.#words(this.#advance(8))
    return asUnsigned[0]!
  }

  double(): number {
    this.#words(this.#advance(8))
    return asDouble[0]!
  }

  /** Enters a length-delimited value: `position` is its start. @returns its end, to which the caller sets `position` */
  enter(): number {
    const end = lengthEndAt(this.bytes, this.position, this.end)
    this.position = varintEnd
    return end
  }

  /** A string; invalid UTF-8 becomes U+FFFD. */
  text(): string {
    const end = this.enter()
    const text = utf8(this.bytes, this.position, end)
    this.position = end
    return text
  }

  /** A copy of a bytes value. */
  copy(): Uint8Array {
    const end = this.enter()
    // Of a Buffer, slice() would be no copy.
    const copy = new Uint8Array(this.bytes.subarray(this.position, end))
    this.position = end
    return copy
  }

  hex(): string {
    const end = this.enter()
    const text = hex(this.bytes, this.position, end)
    this.position = end
    return text
  }

  skip(tag: number): void {
    this.position = skipAt(this.bytes, tag, this.position, this.end)
  }

  #advance(width: number): number {
    const at = this.position
    if (at + width > this.end)
      throw new WireError(at, `a fixed-width value runs past the end at byte ${this.end}`)
    this.position = at + width
    return at
  }

  #words(at: number): void {
    words[0] = word(this.bytes, at)
    words[1] = word(this.bytes, at + 4)
  }
}

/** 32 bits, little-endian, unsigned; the caller has checked that they are there. */
export const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0

/** The same bytes as a Buffer. Whoever reads many texts out of one body makes it once. */
export const view = (bytes: Uint8Array): Buffer =>
  bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Bytes as text; invalid UTF-8 becomes U+FFFD. */
export const utf8 = (bytes: Uint8Array, start: number, end: number): string =>
  start === end ? '' : view(bytes).toString('utf8', start, end)

/** Bytes as lower-case hex. */
export const hex = (bytes: Uint8Array, start: number, end: number): string =>
  start === end ? '' : view(bytes).toString('hex', start, end)
