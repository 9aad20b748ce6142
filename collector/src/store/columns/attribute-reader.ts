/**
 * The attributes of a block's rows: which columns there are, and each row's values in them.
 *
 * A row's values stand in the columns of its shape, behind those of all rows before it. Where they
 * stand is found by counting shapes: `positions` for every row of one column (a filter),
 * `RowCursor` for all columns of a few rows in ascending order (showing records).
 */
import { anyValueOf } from '../../decode/objects.ts'
import type { AnyValue, KeyValue } from '../../model/attributes.ts'
import { readRest } from './attributes.ts'
import type { Dictionary } from './dictionary.ts'
import type { Integers } from './integers.ts'
import { ChunkDamaged, partId, ROLE, type PartReader } from './layout.ts'
import { ByteSource } from '../../wire/bytes.ts'
import { StringColumn } from './strings.ts'
import { readValueColumn, TYPE, type ValueColumn, type ValueType } from './values.ts'

export interface ColumnInfo {
  readonly key: string
  readonly keyIndex: number
  readonly type: ValueType
  /** Values in the column. */
  readonly count: number
}

export class AttributeReader {
  readonly columns: readonly ColumnInfo[]
  /** Places of the columns of each shape, in the order of the attributes. */
  readonly shapes: readonly (readonly number[])[]
  /** Shape of each row; -1 for a row whose attributes are in the rest column. */
  readonly shapeOfRow: Integers
  readonly #reader: PartReader
  readonly #columns: (ValueColumn | undefined)[] = []
  #rest: StringColumn | undefined

  constructor(reader: PartReader, dictionary: Dictionary) {
    this.#reader = reader
    const source = new ByteSource(reader.bytes(partId(ROLE.shapes)))
    this.columns = Array.from({ length: source.varint() }, () => {
      const keyIndex = source.varint()
      return {
        key: dictionary.key(keyIndex),
        keyIndex,
        type: source.varint() as ValueType,
        count: source.varint(),
      }
    })
    this.shapes = Array.from({ length: source.varint() }, () =>
      Array.from({ length: source.varint() }, () => source.varint()),
    )
    this.shapeOfRow = reader.integers(partId(ROLE.shape))
  }

  column(place: number): ValueColumn {
    return (this.#columns[place] ??= this.#readColumn(this.columns[place]!))
  }

  #readColumn({ key, keyIndex, type, count }: ColumnInfo): ValueColumn {
    const column = readValueColumn(this.#reader, partId(ROLE.attribute, keyIndex, type), type)
    const length = lengthOf(column)
    if (length !== undefined && length !== count)
      throw new ChunkDamaged(`column ${key} has ${length} values, of ${count}`)
    return column
  }

  /**
   * For each row the position of its first value in a column, and how many it has: a key may stand
   * twice. `-1` where it has none.
   */
  positions(place: number): { first: Int32Array; times: Uint8Array } {
    const occurrences = this.shapes.map(columns => columns.filter(column => column === place).length)
    const rows = this.shapeOfRow.length
    const first = new Int32Array(rows)
    const times = new Uint8Array(rows)
    let position = 0
    for (let row = 0; row < rows; row++) {
      const count = occurrences[this.shapeOfRow[row]!] ?? 0
      first[row] = count === 0 ? -1 : position
      times[row] = count
      position += count
    }
    return { first, times }
  }

  /** The attributes of each row that is in the rest column. */
  *restRows(): Generator<{ row: number; attributes: KeyValue[] }> {
    if (!this.#reader.has(partId(ROLE.rest, 0, 0, 1))) return
    for (let row = 0, at = 0; row < this.shapeOfRow.length; row++)
      if (this.shapeOfRow[row]! < 0) yield { row, attributes: this.restAttributes(at++) }
  }

  restAttributes(index: number): KeyValue[] {
    this.#rest ??= new StringColumn(this.#reader, partId(ROLE.rest))
    return readRest(this.#rest.bytes(this.#rest.indexOf(index)))
  }

  value(place: number, position: number): AnyValue {
    return valueAt(this.column(place), position)
  }
}

/** Values that are kept; undefined where nothing is kept but their number. */
function lengthOf(column: ValueColumn): number | undefined {
  if ('strings' in column) return column.strings.length
  if ('values' in column) return column.values.length
  return 'low' in column ? column.low.length : undefined
}

/** The value at a position of a column. */
export function valueAt(column: ValueColumn, position: number): AnyValue {
  if ('strings' in column) return storedValue(column.type, column.strings, column.strings.indexOf(position))
  switch (column.type) {
    case TYPE.unset:
      return null
    case TYPE.bool:
      return column.values[position] !== 0
    case TYPE.int:
      if (column.exact) return BigInt(column.values[position]!)
      return (BigInt(column.high[position]!) << 32n) | BigInt(column.low[position]!)
    case TYPE.double:
      return column.values[position]!
  }
}

/** The value that is kept at an index of a string, bytes or raw column. */
export function storedValue(type: ValueType, strings: StringColumn, index: number): AnyValue {
  if (type === TYPE.string) return strings.text(index)
  const bytes = strings.bytes(index)
  return type === TYPE.bytes ? new Uint8Array(bytes) : anyValueOf(bytes, 0, bytes.length)
}

/** Walks rows in ascending order and answers the attributes of each. */
export class RowCursor {
  readonly #reader: AttributeReader
  readonly #seen: Uint32Array
  #rest = 0
  #row = 0

  constructor(reader: AttributeReader) {
    this.#reader = reader
    this.#seen = new Uint32Array(reader.columns.length)
  }

  /** @param row not below the one asked for before */
  attributesAt(row: number): KeyValue[] {
    this.#advance(row)
    const { columns, shapes, shapeOfRow } = this.#reader
    const shape = shapeOfRow[row]!
    if (shape < 0) return this.#reader.restAttributes(this.#rest)
    const taken = new Map<number, number>()
    return shapes[shape]!.map(place => {
      const extra = taken.get(place) ?? 0
      taken.set(place, extra + 1)
      return { key: columns[place]!.key, value: this.#reader.value(place, this.#seen[place]! + extra) }
    })
  }

  #advance(row: number): void {
    const { shapes, shapeOfRow } = this.#reader
    const passed = new Uint32Array(shapes.length)
    for (; this.#row < row; this.#row++) {
      const shape = shapeOfRow[this.#row]!
      if (shape < 0) this.#rest++
      else passed[shape]!++
    }
    for (let shape = 0; shape < passed.length; shape++) {
      const count = passed[shape]!
      if (count > 0) for (const place of shapes[shape]!) this.#seen[place]! += count
    }
  }
}
