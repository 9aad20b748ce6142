/**
 * A column of byte strings, encoded in whichever of two ways is smaller:
 *
 *   dictionary   lengths and bytes of the distinct values, and an index a row
 *   plain        lengths and bytes of each row's value, in order
 *
 * A column that turns out to be mostly distinct (ids, URLs) stops looking its values up: interning
 * is the dear part, and it starts so in the next block too, until a block proves otherwise.
 */
import type { BlockWriter, PartReader } from './layout.ts'
import { InternTable } from './intern.ts'
import { ByteSink, NumberSink } from './sinks.ts'

/** After so many values the share of distinct ones is looked at. */
const PROBE = 512
/** Above this share a dictionary costs more than it saves. */
const DISTINCT_SHARE = 0.6
/** A plain column tries a dictionary again every so many blocks. */
const RETRY_BLOCKS = 32

const SUB = { lengths: 0, bytes: 1, indexes: 2 } as const

export class StringColumnBuilder {
  readonly #known = new InternTable()
  readonly #indexes = new NumberSink()
  readonly #lengths = new NumberSink()
  readonly #bytes = new ByteSink()
  #plain = false
  #plainBlocks = 0

  get length(): number {
    return this.#plain ? this.#lengths.length : this.#indexes.length
  }

  clear(): void {
    if (this.#plain && ++this.#plainBlocks === RETRY_BLOCKS) this.#plain = false
    if (!this.#plain) this.#plainBlocks = 0
    this.#known.clear()
    this.#indexes.clear()
    this.#lengths.clear()
    this.#bytes.clear()
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.#plain) {
      this.#lengths.push(end - start)
      this.#bytes.push(bytes, start, end)
      return
    }
    this.#indexes.push(this.#known.add(bytes, start, end))
    if (this.#indexes.length === PROBE && this.#known.size > PROBE * DISTINCT_SHARE) this.#unfold()
  }

  /** Takes the last value back. */
  pop(): void {
    if (this.#plain) this.#bytes.length -= this.#lengths.values[--this.#lengths.length]!
    else this.#indexes.length--
  }

  #unfold(): void {
    const known = this.#known
    for (let i = 0; i < this.#indexes.length; i++) {
      const index = this.#indexes.values[i]!
      this.#lengths.push(known.end(index) - known.start(index))
      this.#bytes.push(known.pool, known.start(index), known.end(index))
    }
    this.#plain = true
  }

  /** Distinct values, or every value where the column is plain. */
  *values(): Generator<Uint8Array> {
    if (!this.#plain) {
      for (let i = 0; i < this.#known.size; i++) yield this.#known.get(i)
      return
    }
    let at = 0
    for (let i = 0; i < this.#lengths.length; i++) {
      const end = at + this.#lengths.values[i]!
      yield this.#bytes.bytes.subarray(at, end)
      at = end
    }
  }

  /** Writes the parts of the column; `id` is the id of its first part. */
  write(writer: BlockWriter, id: number): BlockWriter {
    if (!this.#plain && this.#known.size > Math.max(8, this.#indexes.length * DISTINCT_SHARE)) this.#unfold()
    if (this.#plain)
      return writer.integers(id + SUB.lengths, this.#lengths.view()).bytes(id + SUB.bytes, this.#bytes.view())
    const known = this.#known
    const lengths = Float64Array.from({ length: known.size }, (_, i) => known.end(i) - known.start(i))
    return writer
      .integers(id + SUB.lengths, lengths)
      .bytes(id + SUB.bytes, known.pool.subarray(0, known.poolLength))
      .integers(id + SUB.indexes, this.#indexes.view())
  }
}

/** A decoded column: distinct or plain values, and where a row's value stands among them. */
export class StringColumn {
  readonly length: number
  /** Number of values that are kept: distinct ones, or as many as rows. */
  readonly size: number
  readonly #bytes: Buffer
  readonly #starts: Uint32Array
  readonly #indexes: Float64Array | undefined

  constructor(reader: PartReader, id: number) {
    const bytes = reader.bytes(id + SUB.bytes)
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const lengths = reader.integers(id + SUB.lengths)
    this.#starts = new Uint32Array(lengths.length + 1)
    for (let i = 0, at = 0; i < lengths.length; i++) this.#starts[i + 1] = at += lengths[i]!
    this.size = lengths.length
    this.#indexes = reader.has(id + SUB.indexes) ? reader.integers(id + SUB.indexes) : undefined
    this.length = this.#indexes?.length ?? lengths.length
  }

  /** Place of a row's value among the kept ones. */
  indexOf(row: number): number {
    return this.#indexes === undefined ? row : this.#indexes[row]!
  }

  text(index: number): string {
    return this.#bytes.toString('utf8', this.#starts[index]!, this.#starts[index + 1]!)
  }

  bytes(index: number): Uint8Array {
    return this.#bytes.subarray(this.#starts[index]!, this.#starts[index + 1]!)
  }
}
