/**
 * Growable buffers for the encoders: bytes, and numbers that are whole and exact in a double.
 *
 * Both keep their memory when they are cleared, so that a builder that is used block after block
 * settles at the size of its largest block and then allocates nothing.
 */

export class ByteSink {
  bytes: Uint8Array
  length = 0

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(capacity)
  }

  clear(): void {
    this.length = 0
  }

  reserve(extra: number): void {
    if (this.length + extra <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + extra))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }

  /** Short runs are copied by hand: below some tens of bytes a call into the runtime costs more. */
  push(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start)
    if (end - start > 48) this.bytes.set(source.subarray(start, end), this.length)
    else for (let i = start, j = this.length; i < end; i++, j++) this.bytes[j] = source[i]!
    this.length += end - start
  }

  /** @param value whole, 0 ≤ value ≤ 2^53 */
  varint(value: number): void {
    this.reserve(10)
    while (value > 0x7f) {
      this.bytes[this.length++] = (value % 128) + 128
      value = Math.floor(value / 128)
    }
    this.bytes[this.length++] = value
  }

  float64(value: number): void {
    this.reserve(8)
    new DataView(this.bytes.buffer).setFloat64(this.length, value, true)
    this.length += 8
  }

  /** A copy of what was written. */
  take(): Uint8Array {
    return this.bytes.slice(0, this.length)
  }

  view(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}

export class ByteSource {
  readonly bytes: Uint8Array
  position: number
  #view: DataView | undefined

  constructor(bytes: Uint8Array, position = 0) {
    this.bytes = bytes
    this.position = position
  }

  varint(): number {
    let value = 0
    let scale = 1
    for (;;) {
      const byte = this.bytes[this.position++]
      if (byte === undefined) throw new RangeError('varint runs past the end')
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
      scale *= 128
    }
  }

  float64(): number {
    const value = (this.#view ??= viewOf(this.bytes)).getFloat64(this.position, true)
    this.position += 8
    return value
  }
}

export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength)

export class NumberSink {
  values: Float64Array
  length = 0

  constructor(capacity = 64) {
    this.values = new Float64Array(capacity)
  }

  clear(): void {
    this.length = 0
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Float64Array(this.length * 2)
      grown.set(this.values)
      this.values = grown
    }
    this.values[this.length++] = value
  }

  view(): Float64Array {
    return this.values.subarray(0, this.length)
  }
}
