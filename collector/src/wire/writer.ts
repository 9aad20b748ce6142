/**
 * Writes protobuf messages into one growing buffer.
 *
 * A nested message is written in place: `open` leaves one byte for its length, `close` fills it in
 * and moves the message only where the length needs more, so nothing is measured beforehand.
 * `mark` and `reset` take back what was written since.
 */
import { Buffer } from 'node:buffer'

const words = new Uint32Array(2)
const asUnsigned = new BigUint64Array(words.buffer)
const asDouble = new Float64Array(words.buffer)

export class WireWriter {
  #bytes: Buffer
  #length = 0

  /** @param expected bytes to begin with; the buffer grows as needed */
  constructor(expected = 1024) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(64, expected))
  }

  get length(): number {
    return this.#length
  }

  /** What was written, without much of a tail behind it that nobody uses. The writer is not used afterwards. */
  finish(): Uint8Array {
    const written = new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset, this.#length)
    return this.#length * 1.25 < this.#bytes.length ? written.slice() : written
  }

  /** A copy of what stands in [start, end). */
  copy(start: number, end: number): Uint8Array {
    return Uint8Array.prototype.slice.call(this.#bytes, start, end)
  }

  /** Takes back everything behind `length`. */
  reset(length: number): void {
    this.#length = length
  }

  /** An unsigned number below 2^32: tags, lengths, enums. */
  varint(value: number): void {
    this.#reserve(5)
    let rest = value >>> 0
    while (rest > 0x7f) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#bytes[this.#length++] = rest
  }

  /** int64 as a varint: negative numbers take ten bytes. */
  int64(value: bigint): void {
    this.#reserve(10)
    asUnsigned[0] = BigInt.asUintN(64, value)
    let low = words[0]!
    let high = words[1]!
    while (high !== 0 || low > 0x7f) {
      this.#bytes[this.#length++] = (low & 0x7f) | 0x80
      low = ((low >>> 7) | (high << 25)) >>> 0
      high >>>= 7
    }
    this.#bytes[this.#length++] = low
  }

  fixed32(value: number): void {
    this.#reserve(4)
    this.#length = this.#bytes.writeUInt32LE(value >>> 0, this.#length)
  }

  fixed64(value: bigint): void {
    asUnsigned[0] = value
    this.#pair()
  }

  double(value: number): void {
    asDouble[0] = value
    this.#pair()
  }

  /** Length and UTF-8 of a text; a lone surrogate becomes U+FFFD. */
  text(value: string): void {
    const length = value.length
    this.#reserve(length * 3 + 5)
    if (length < 64) {
      const start = this.#length + 1
      for (let i = 0; i < length; i++) {
        const code = value.charCodeAt(i)
        if (code > 0x7f) return this.#longText(value)
        this.#bytes[start + i] = code
      }
      this.#bytes[this.#length] = length
      this.#length = start + length
    } else this.#longText(value)
  }

  #longText(value: string): void {
    const at = this.open()
    this.#length += this.#bytes.write(value, this.#length, 'utf8')
    this.close(at)
  }

  /** Length and bytes. */
  blob(value: Uint8Array): void {
    this.varint(value.length)
    this.raw(value, 0, value.length)
  }

  /** Bytes as they are. */
  raw(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start)
    this.#bytes.set(start === 0 && end === source.length ? source : source.subarray(start, end), this.#length)
    this.#length += end - start
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  /** Begins a length-delimited value. @returns what `close` wants */
  open(): number {
    this.#reserve(1)
    return this.#length++
  }

  close(opened: number): void {
    const start = opened + 1
    const size = this.#length - start
    if (size < 0x80) {
      this.#bytes[opened] = size
      return
    }
    const extra = size < 1 << 14 ? 1 : size < 1 << 21 ? 2 : size < 1 << 28 ? 3 : 4
    this.#reserve(extra)
    this.#bytes.copyWithin(start + extra, start, this.#length)
    const end = this.#length + extra
    this.#length = opened
    this.varint(size)
    this.#length = end
  }

  #pair(): void {
    this.#reserve(8)
    const at = this.#bytes.writeUInt32LE(words[0]!, this.#length)
    this.#length = this.#bytes.writeUInt32LE(words[1]!, at)
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + more))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
