/**
 * A growing buffer of protobuf wire bytes. Messages are written in place: `open` leaves room for
 * a length, `close` fills it in and moves the content up when the length takes more than one byte.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufWriter {
  #buffer = Buffer.allocUnsafe(1 << 16)
  #at = 0

  /** The bytes written so far, as a copy; the writer starts anew. */
  take(): Uint8Array {
    const bytes = new Uint8Array(this.#at)
    bytes.set(this.#buffer.subarray(0, this.#at))
    this.#at = 0
    return bytes
  }

  /** Begins a message field. @param tag a one-byte tag @returns what `close` takes */
  open(tag: number): number {
    this.#reserve(8)
    this.#buffer[this.#at++] = tag
    return this.#at++
  }

  close(lengthAt: number): void {
    const start = lengthAt + 1
    const length = this.#at - start
    const width = varintWidth(length)
    if (width > 1) {
      this.#reserve(width)
      this.#buffer.copyWithin(start + width - 1, start, this.#at)
      this.#at += width - 1
    }
    this.#putVarint(lengthAt, length)
  }

  /** @param value a whole number in [0, 2^53) */
  varint(tag: number, value: number): void {
    this.#reserve(12)
    this.#buffer[this.#at++] = tag
    this.#at = this.#putVarint(this.#at, value)
  }

  fixed64(tag: number, value: bigint): void {
    this.#reserve(9)
    this.#buffer[this.#at++] = tag
    this.#at = this.#buffer.writeBigUInt64LE(value, this.#at)
  }

  fixed32(tag: number, value: number): void {
    this.#reserve(5)
    this.#buffer[this.#at++] = tag
    this.#at = this.#buffer.writeUInt32LE(value, this.#at)
  }

  text(tag: number, value: string): void {
    const opened = this.open(tag)
    this.#reserve(value.length * 3)
    this.#at += this.#buffer.write(value, this.#at)
    this.close(opened)
  }

  bytes(tag: number, source: Uint8Array, start: number, end: number): void {
    this.varint(tag, end - start)
    this.#reserve(end - start)
    for (let i = start; i < end; i++) this.#buffer[this.#at++] = source[i]!
  }

  /** Bytes that are already wire format. */
  raw(source: Uint8Array): void {
    this.#reserve(source.length)
    this.#buffer.set(source, this.#at)
    this.#at += source.length
  }

  #putVarint(at: number, value: number): number {
    while (value > 0x7f) {
      this.#buffer[at++] = (value % 0x80) | 0x80
      value = Math.floor(value / 0x80)
    }
    this.#buffer[at++] = value
    return at
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#at + bytes))
    larger.set(this.#buffer.subarray(0, this.#at))
    this.#buffer = larger
  }
}

function varintWidth(value: number): number {
  let width = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) width++
  return width
}
