/**
 * A column of byte strings, encoded in whichever of three ways suits its values:
 *
 *   dictionary   lengths and bytes of the distinct values, and an index a row
 *   pattern      the same of the values with every digit made a 0, and the digits of all rows
 *   plain        lengths and bytes of each row's value, in order
 *
 * "order 4711 took 83 ms" and "order 9 took 120 ms" have few patterns and random digits: kept apart,
 * a digit costs about 3.4 bits and a pattern next to nothing.
 *
 * A digit that were missing would shift those of all rows behind it, so digits are counted: against the
 * patterns when a column is written, and again when it is read.
 *
 * A column whose values are mostly distinct stops looking them up: interning is the dear part, and
 * it starts so in the next block too, until that column is tried anew.
 */
import type { Integers } from './integers.ts'
import { ChunkDamaged, type BlockWriter, type PartReader } from './layout.ts'
import { InternTable } from './intern.ts'
import { ByteSink, NumberSink } from '../../wire/bytes.ts'

/** After so many values the share of distinct ones is looked at. */
const PROBE = 512
/** Above this share a dictionary costs more than it saves. */
const DISTINCT_SHARE = 0.6
/** Above this share of distinct patterns digits are not what makes the values distinct. */
const PATTERN_SHARE = 0.25
/** A column that is no dictionary tries to be one again every so many blocks. */
const RETRY_BLOCKS = 32

const SUB = { lengths: 0, bytes: 1, indexes: 2, digits: 3 } as const
const ZERO = 0x30
const NINE = 0x39

type Mode = 'dictionary' | 'pattern' | 'plain'

/** What a builder holds, for those who summarise it: valid until it is changed. */
export interface ColumnContent {
  readonly mode: Mode
  /** Distinct values or patterns, and which of them each row has. */
  readonly known: InternTable
  readonly indexes: Float64Array
  /** Digits of all rows of patterns. */
  readonly digits: Uint8Array
  /** Plain values. */
  readonly lengths: Float64Array
  readonly bytes: Uint8Array
}

export class StringColumnBuilder {
  #mode: Mode = 'dictionary'
  #blocks = 0
  /** Distinct values or patterns, and which of them each row has. */
  readonly #known = new InternTable()
  readonly #indexes = new NumberSink()
  /** Plain values. */
  readonly #lengths = new NumberSink()
  readonly #bytes = new ByteSink()
  /** Digits of all rows, in order. */
  readonly #digits = new ByteSink()
  readonly #scratch = new ByteSink()

  get length(): number {
    return this.#mode === 'plain' ? this.#lengths.length : this.#indexes.length
  }

  get content(): ColumnContent {
    return {
      mode: this.#mode,
      known: this.#known,
      indexes: this.#indexes.view(),
      digits: this.#digits.view(),
      lengths: this.#lengths.view(),
      bytes: this.#bytes.view(),
    }
  }

  clear(): void {
    if (this.#mode === 'dictionary' || ++this.#blocks === RETRY_BLOCKS) {
      this.#mode = 'dictionary'
      this.#blocks = 0
    }
    for (const part of [this.#known, this.#indexes, this.#lengths, this.#bytes, this.#digits]) part.clear()
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.#mode === 'dictionary') {
      this.#indexes.push(this.#known.add(bytes, start, end))
      if (this.#indexes.length === PROBE && this.#known.size > PROBE * DISTINCT_SHARE) this.#leaveDictionary()
    } else if (this.#mode === 'pattern') this.#addPattern(bytes, start, end)
    else {
      this.#lengths.push(end - start)
      this.#bytes.push(bytes, start, end)
    }
  }

  #addPattern(bytes: Uint8Array, start: number, end: number): void {
    const scratch = this.#scratch
    scratch.clear()
    scratch.reserve(end - start)
    this.#digits.reserve(end - start)
    const pattern = scratch.bytes
    const digits = this.#digits.bytes
    let count = this.#digits.length
    for (let i = start, j = 0; i < end; i++, j++) {
      const byte = bytes[i]!
      const isDigit = byte >= ZERO && byte <= NINE
      pattern[j] = isDigit ? ZERO : byte
      if (isDigit) digits[count++] = byte
    }
    this.#digits.length = count
    this.#indexes.push(this.#known.add(pattern, 0, end - start))
  }

  /** Takes the last value back. */
  pop(): void {
    if (this.#mode === 'plain') this.#bytes.length -= this.#lengths.values[--this.#lengths.length]!
    else {
      const index = this.#indexes.values[--this.#indexes.length]!
      if (this.#mode === 'pattern') this.#digits.length -= digitsIn(this.#known.get(index))
    }
  }

  /** Takes the values so far over into the mode that suits them. */
  #leaveDictionary(): void {
    const values = Array.from(this.#indexes.view(), index => this.#known.get(index).slice())
    this.#known.clear()
    this.#indexes.clear()
    this.#mode = 'pattern'
    for (const value of values) this.#addPattern(value, 0, value.length)
    if (this.#known.size <= values.length * PATTERN_SHARE) return
    this.#known.clear()
    this.#indexes.clear()
    this.#digits.clear()
    this.#mode = 'plain'
    for (const value of values) this.add(value, 0, value.length)
  }

  /** Distinct values, or every value where the column is no dictionary. */
  *values(): Generator<Uint8Array> {
    if (this.#mode === 'dictionary') for (let i = 0; i < this.#known.size; i++) yield this.#known.get(i)
    else if (this.#mode === 'plain') yield* slices(this.#bytes.bytes, this.#lengths.view())
    else {
      let at = 0
      for (const index of this.#indexes.view()) {
        const value = this.#known.get(index).slice()
        at = fillDigits(value, this.#digits.bytes, at)
        yield value
      }
    }
  }

  /** Writes the parts of the column; `id` is the id of its first part. */
  write(writer: BlockWriter, id: number): BlockWriter {
    const rows = this.#indexes.length
    if (this.#mode === 'dictionary' && this.#known.size > Math.max(8, rows * DISTINCT_SHARE))
      this.#leaveDictionary()
    if (this.#mode === 'plain')
      return writer.integers(id + SUB.lengths, this.#lengths.view()).bytes(id + SUB.bytes, this.#bytes.view())
    if (this.#mode === 'pattern') this.#assertDigits()
    const known = this.#known
    const lengths = Float64Array.from({ length: known.size }, (_, i) => known.end(i) - known.start(i))
    writer
      .integers(id + SUB.lengths, lengths)
      .bytes(id + SUB.bytes, known.pool.subarray(0, known.poolLength))
      .integers(id + SUB.indexes, this.#indexes.view())
    return this.#mode === 'pattern' ? writer.bytes(id + SUB.digits, this.#digits.view()) : writer
  }

  #assertDigits(): void {
    const counts = Float64Array.from({ length: this.#known.size }, (_, i) => digitsIn(this.#known.get(i)))
    let digits = 0
    for (const index of this.#indexes.view()) digits += counts[index]!
    if (digits !== this.#digits.length)
      throw new Error(`patterns of ${digits} digits, and ${this.#digits.length} were taken`)
  }
}

function* slices(bytes: Uint8Array, lengths: Float64Array): Generator<Uint8Array> {
  let at = 0
  for (const length of lengths) yield bytes.subarray(at, (at += length))
}

function digitsIn(pattern: Uint8Array): number {
  let count = 0
  for (let i = 0; i < pattern.length; i++) if (pattern[i] === ZERO) count++
  return count
}

/** Puts digits into the places of a pattern. @returns where the next digit stands */
function fillDigits(pattern: Uint8Array, digits: Uint8Array, at: number): number {
  for (let i = 0; i < pattern.length; i++) if (pattern[i] === ZERO) pattern[i] = digits[at++]!
  return at
}

/** A decoded column as it lies in memory, for those who look at all of its bytes. */
export interface StringParts {
  /** Bytes of the distinct values, of the patterns, or of all values; `starts` has one more entry than they are. */
  readonly bytes: Buffer
  readonly starts: Uint32Array
  readonly indexes: Integers | undefined
  readonly digits: Uint8Array | undefined
}

/** A decoded column: the values that are kept, and where a row's value stands among them. */
export class StringColumn {
  readonly length: number
  /** Number of values that are kept: the distinct ones of a dictionary, otherwise one a row. */
  readonly size: number
  readonly #bytes: Buffer
  readonly #starts: Uint32Array
  readonly #indexes: Integers | undefined
  readonly #digits: Uint8Array | undefined
  #digitStarts: Uint32Array | undefined

  constructor(reader: PartReader, id: number) {
    const bytes = reader.bytes(id + SUB.bytes)
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#starts = runningSum(reader.integers(id + SUB.lengths))
    this.#indexes = reader.has(id + SUB.indexes) ? reader.integers(id + SUB.indexes) : undefined
    this.#digits = reader.has(id + SUB.digits) ? reader.bytes(id + SUB.digits) : undefined
    if (this.#starts.at(-1) !== bytes.length)
      throw new ChunkDamaged(`values of ${this.#starts.at(-1)} bytes, and ${bytes.length} are there`)
    this.length = this.#indexes?.length ?? this.#starts.length - 1
    this.size = this.#digits === undefined ? this.#starts.length - 1 : this.length
  }

  get parts(): StringParts {
    return { bytes: this.#bytes, starts: this.#starts, indexes: this.#indexes, digits: this.#digits }
  }

  /** Place of a row's value among the kept ones. */
  indexOf(row: number): number {
    return this.#indexes === undefined || this.#digits !== undefined ? row : this.#indexes[row]!
  }

  text(index: number): string {
    if (this.#digits !== undefined) return Buffer.from(this.bytes(index)).toString()
    return this.#bytes.toString('utf8', this.#starts[index], this.#starts[index + 1])
  }

  bytes(index: number): Uint8Array {
    if (this.#digits === undefined) return this.#bytes.subarray(this.#starts[index], this.#starts[index + 1])
    const pattern = this.#indexes![index]!
    const value = new Uint8Array(this.#bytes.subarray(this.#starts[pattern], this.#starts[pattern + 1]))
    fillDigits(value, this.#digits, this.#digitStart(index))
    return value
  }

  /** Where the digits of each row begin. */
  #countDigits(indexes: Integers): Uint32Array {
    const counts = new Uint32Array(this.#starts.length - 1)
    for (let i = 0; i < counts.length; i++)
      counts[i] = digitsIn(this.#bytes.subarray(this.#starts[i], this.#starts[i + 1]))
    const starts = new Uint32Array(indexes.length + 1)
    for (let row = 0; row < indexes.length; row++) starts[row + 1] = starts[row]! + counts[indexes[row]!]!
    if (starts.at(-1) !== this.#digits!.length)
      throw new ChunkDamaged(`patterns of ${starts.at(-1)} digits, and ${this.#digits!.length} are there`)
    return starts
  }

  #digitStart(row: number): number {
    this.#digitStarts ??= this.#countDigits(this.#indexes!)
    return this.#digitStarts[row]!
  }
}

/** 0, and the sum of the first 1, 2, … lengths. */
function runningSum(lengths: Integers): Uint32Array {
  const sums = new Uint32Array(lengths.length + 1)
  for (let i = 0, sum = 0; i < lengths.length; i++) sums[i + 1] = sum += lengths[i]!
  return sums
}
