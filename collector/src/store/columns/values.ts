/**
 * Columns of attribute values, one for each pair of key and type.
 *
 * A type is the field number of the AnyValue member that is set: 1 string, 2 bool, 3 int, 4 double,
 * 7 bytes; 0 when none is set. Arrays, lists and whatever is written oddly (two members, unknown
 * fields) are kept as the bytes of their AnyValue, as type 8: rare, and exact.
 *
 * Source: opentelemetry-proto, common.proto, AnyValue.
 */
import type { BlockWriter, PartReader } from './layout.ts'
import { MAX_RANGE, type Integers } from './integers.ts'
import { ByteSink, NumberSink } from '../../wire/bytes.ts'
import { StringColumn, StringColumnBuilder } from './strings.ts'

export const TYPE = { unset: 0, string: 1, bool: 2, int: 3, double: 4, bytes: 7, raw: 8 } as const
export type ValueType = (typeof TYPE)[keyof typeof TYPE]

export interface ValueColumnBuilder {
  readonly length: number
  /** Takes the value that stands in `bytes[start, end)`: the content of the member, or all of a raw AnyValue. */
  add(bytes: Uint8Array, start: number, end: number): void
  pop(): void
  clear(): void
  write(writer: BlockWriter, id: number): BlockWriter
}

export function valueColumnBuilder(type: ValueType): ValueColumnBuilder {
  if (type === TYPE.unset) return new UnsetBuilder()
  if (type === TYPE.int) return new IntBuilder()
  if (type === TYPE.bool) return new BoolBuilder()
  if (type === TYPE.double) return new DoubleBuilder()
  return new StringColumnBuilder()
}

class UnsetBuilder implements ValueColumnBuilder {
  length = 0
  add(): void {
    this.length++
  }
  pop(): void {
    this.length--
  }
  clear(): void {
    this.length = 0
  }
  write(writer: BlockWriter, id: number): BlockWriter {
    return writer.integers(id, new Float64Array(this.length))
  }
}

/** int64: exact doubles while all of a block's values are, else pairs of 32-bit halves. */
export class IntBuilder implements ValueColumnBuilder {
  readonly #low = new NumberSink()
  readonly #high = new NumberSink()

  get length(): number {
    return this.#low.length
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    let low = 0
    let high = 0
    for (let i = start, shift = 0; i < end; i++, shift += 7) {
      const bits = bytes[i]! & 0x7f
      if (shift < 28) low |= bits << shift
      else if (shift === 28) {
        low |= bits << 28
        high = bits >>> 4
      } else high |= bits << (shift - 32)
    }
    this.#low.push(low >>> 0)
    this.#high.push(high | 0)
  }

  pop(): void {
    this.#low.length--
    this.#high.length--
  }

  clear(): void {
    this.#low.clear()
    this.#high.clear()
  }

  write(writer: BlockWriter, id: number): BlockWriter {
    const values = this.#exact()
    if (values !== undefined) return writer.integers(id, values)
    return writer.integers(id + 1, this.#low.view()).integers(id + 2, this.#high.view())
  }

  /** Least and most of the values as the doubles next to them; of no values, nothing. */
  range(): { readonly least: number; readonly most: number } {
    let [least, most] = [Infinity, -Infinity]
    for (let i = 0; i < this.length; i++) {
      const value = this.#high.values[i]! * 0x1_0000_0000 + this.#low.values[i]!
      if (value < least) least = value
      if (value > most) most = value
    }
    return { least, most }
  }

  #exact(): Float64Array | undefined {
    const values = new Float64Array(this.length)
    let least = Infinity
    let most = -Infinity
    for (let i = 0; i < values.length; i++) {
      const value = this.#high.values[i]! * 0x1_0000_0000 + this.#low.values[i]!
      values[i] = value
      if (value < least) least = value
      if (value > most) most = value
    }
    const safe =
      least >= Number.MIN_SAFE_INTEGER && most <= Number.MAX_SAFE_INTEGER && most - least < MAX_RANGE
    return safe || values.length === 0 ? values : undefined
  }
}

/** 0 and 1: a bool is a varint of any length, and whatever is not 0 is true. */
class BoolBuilder implements ValueColumnBuilder {
  readonly #values = new NumberSink()

  get length(): number {
    return this.#values.length
  }
  add(bytes: Uint8Array, start: number, end: number): void {
    let bits = 0
    for (let i = start; i < end; i++) bits |= bytes[i]! & 0x7f
    this.#values.push(bits === 0 ? 0 : 1)
  }
  pop(): void {
    this.#values.length--
  }
  clear(): void {
    this.#values.clear()
  }
  write(writer: BlockWriter, id: number): BlockWriter {
    return writer.integers(id, this.#values.view())
  }
}

class DoubleBuilder implements ValueColumnBuilder {
  readonly #bytes = new ByteSink()

  get length(): number {
    return this.#bytes.length / 8
  }
  add(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes.push(bytes, start, end)
  }
  pop(): void {
    this.#bytes.length -= 8
  }
  clear(): void {
    this.#bytes.clear()
  }
  /** The bits as sent: a NaN keeps its payload. */
  write(writer: BlockWriter, id: number): BlockWriter {
    return writer.bytes(id, this.#bytes.view())
  }
}

/** A decoded column; `at` counts the rows that have the column, not the rows of the block. */
export type ValueColumn =
  | { readonly type: typeof TYPE.unset }
  | { readonly type: typeof TYPE.bool; readonly values: Integers }
  | { readonly type: typeof TYPE.int; readonly values: Integers; readonly exact: true }
  | {
      readonly type: typeof TYPE.int
      readonly low: Integers
      readonly high: Integers
      readonly exact: false
    }
  | { readonly type: typeof TYPE.double; readonly values: Float64Array }
  | {
      readonly type: typeof TYPE.string | typeof TYPE.bytes | typeof TYPE.raw
      readonly strings: StringColumn
    }

export function readValueColumn(reader: PartReader, id: number, type: ValueType): ValueColumn {
  switch (type) {
    case TYPE.unset:
      return { type }
    case TYPE.bool:
      return { type, values: reader.integers(id) }
    case TYPE.int:
      if (reader.has(id)) return { type, values: reader.integers(id), exact: true }
      return { type, low: reader.integers(id + 1), high: reader.integers(id + 2), exact: false }
    case TYPE.double: {
      const copy = new Uint8Array(reader.bytes(id))
      return { type, values: new Float64Array(copy.buffer, 0, copy.length / 8) }
    }
    default:
      return { type, strings: new StringColumn(reader, id) }
  }
}
