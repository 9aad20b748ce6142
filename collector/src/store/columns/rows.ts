/**
 * What the builders of spans and of logs share: where each row came from, its instants as pairs of
 * 32-bit halves, and the attributes.
 */
import type { BlockWriter, Role } from './layout.ts'
import { partId, ROLE } from './layout.ts'
import { MAX_RANGE } from './integers.ts'
import { NumberSink } from '../../wire/bytes.ts'
import { StringColumnBuilder } from './strings.ts'

/** Rows after which a block is full. */
export const BLOCK_ROWS = 8192
/** Bytes of records after which a block is full, however few rows they are. */
export const BLOCK_BYTES = 16 * 1024 * 1024

/**
 * Journal records of a block's rows, as runs: `row` in the block is row `offset` of record
 * `sequence`, and the rows that follow are the record's next ones.
 */
export class Segments {
  readonly sequences = new NumberSink()
  readonly rows = new NumberSink()
  readonly offsets = new NumberSink()

  add(sequence: number, row: number, offset: number): void {
    this.sequences.push(sequence)
    this.rows.push(row)
    this.offsets.push(offset)
  }

  clear(): void {
    this.sequences.clear()
    this.rows.clear()
    this.offsets.clear()
  }

  write(writer: BlockWriter): void {
    const id = partId(ROLE.segments)
    writer
      .integers(id, this.sequences.view(), true)
      .integers(id + 1, this.rows.view(), true)
      .integers(id + 2, this.offsets.view())
      .into('head')
  }
}

/** Instants of the rows; fixed64 on the wire is two little-endian words. */
export class Instants {
  readonly low = new Uint32Array(BLOCK_ROWS)
  readonly high = new Uint32Array(BLOCK_ROWS)

  set(row: number, low: number, high: number): void {
    this.low[row] = low
    this.high[row] = high
  }

  least(rows: number): bigint {
    let at = 0
    for (let i = 1; i < rows; i++)
      if (this.high[i]! < this.high[at]! || (this.high[i] === this.high[at] && this.low[i]! < this.low[at]!))
        at = i
    return this.at(at)
  }

  most(rows: number): bigint {
    let at = 0
    for (let i = 1; i < rows; i++)
      if (this.high[i]! > this.high[at]! || (this.high[i] === this.high[at] && this.low[i]! > this.low[at]!))
        at = i
    return this.at(at)
  }

  at(row: number): bigint {
    return (BigInt(this.high[row]!) << 32n) | BigInt(this.low[row]!)
  }

  /** Each instant less `base`, or undefined when a distance is 2^53 ns (104 days) or more. */
  since(base: bigint, rows: number): Float64Array | undefined {
    const baseHigh = Number(base >> 32n)
    const baseLow = Number(base & 0xffff_ffffn)
    const result = new Float64Array(rows)
    for (let i = 0; i < rows; i++) {
      const distance = (this.high[i]! - baseHigh) * 0x1_0000_0000 + (this.low[i]! - baseLow)
      if (distance >= MAX_RANGE) return undefined
      result[i] = distance
    }
    return result
  }

  /**
   * Each instant less the one of the same row in `other`, or undefined when one is 2^52 ns or further.
   * @param absent what stands for an instant that is 0
   */
  less(other: Instants, rows: number, absent?: number): Float64Array | undefined {
    const result = new Float64Array(rows)
    for (let i = 0; i < rows; i++) {
      if (absent !== undefined && this.low[i] === 0 && this.high[i] === 0) {
        result[i] = absent
        continue
      }
      const distance = (this.high[i]! - other.high[i]!) * 0x1_0000_0000 + (this.low[i]! - other.low[i]!)
      if (Math.abs(distance) >= MAX_RANGE / 2) return undefined
      result[i] = distance
    }
    return result
  }

  /** Both words of every row as they are: for blocks whose instants lie too far apart. */
  writeWide(writer: BlockWriter, id: number, rows: number): void {
    writer
      .integers(id + 1, Float64Array.from(this.low.subarray(0, rows)))
      .integers(id + 2, Float64Array.from(this.high.subarray(0, rows)))
      .into('time')
  }
}

/** A column that most blocks do not need: parts only when a row has a value. */
export class SparseBytes {
  readonly rows = new NumberSink()
  readonly values = new StringColumnBuilder()

  add(row: number, bytes: Uint8Array, start: number, end: number): void {
    this.rows.push(row)
    this.values.add(bytes, start, end)
  }

  clear(): void {
    this.rows.clear()
    this.values.clear()
  }

  write(writer: BlockWriter, rowRole: Role, valueRole: Role): void {
    if (this.rows.length === 0) return
    writer.integers(partId(rowRole), this.rows.view(), true)
    this.values.write(writer, partId(valueRole)).into('own')
  }
}
