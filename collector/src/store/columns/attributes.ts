/**
 * The attributes of a block's rows while it is built: a shape for each row, a column for each key
 * and type, and a rest column for what is beyond the caps or oddly written.
 *
 *   shapes part   columns: key, type, count of values · then shapes: count, places of the columns
 *   rest          for each row of shape -1 its KeyValue messages, each behind its length
 */
import { anyValueOf, keyValueOf } from '../../decode/objects.ts'
import {
  CORRELATION_KEYS,
  correlationValues,
  type Attributes,
  type KeyValue,
} from '../../model/attributes.ts'
import type { DictionaryBuilder } from './dictionaries.ts'
import { partId, ROLE, type BlockWriter } from './layout.ts'
import { columnsOf, ShapeTree } from './shapes.ts'
import { ByteSink, ByteSource, NumberSink } from '../../wire/bytes.ts'
import type { Ranges } from './span-fields.ts'
import { StringColumnBuilder } from './strings.ts'
import { TYPE, type ValueColumnBuilder, type ValueType } from './values.ts'

export class AttributesBuilder {
  readonly #dictionary: DictionaryBuilder
  readonly #tree: ShapeTree
  readonly #shapeOfRow = new NumberSink()
  readonly #rest = new StringColumnBuilder()
  readonly #scratch = new ByteSink()

  constructor(dictionary: DictionaryBuilder) {
    this.#dictionary = dictionary
    this.#tree = new ShapeTree(dictionary.keys)
  }

  /** Adds the attributes of the next row. */
  add(bytes: Uint8Array, attributes: Ranges): void {
    const shape = this.#tree.add(bytes, attributes.ranges, attributes.count)
    this.#shapeOfRow.push(shape)
    if (shape < 0) this.#addRest(bytes, attributes)
  }

  #addRest(bytes: Uint8Array, { ranges, count }: Ranges): void {
    this.#scratch.clear()
    for (let i = 0; i < count; i++) {
      this.#scratch.varint(ranges[2 * i + 1]! - ranges[2 * i]!)
      this.#scratch.push(bytes, ranges[2 * i]!, ranges[2 * i + 1]!)
    }
    this.#rest.add(this.#scratch.bytes, 0, this.#scratch.length)
  }

  write(writer: BlockWriter): void {
    writer
      .bytes(partId(ROLE.shapes), this.#shapes())
      .integers(partId(ROLE.shape), this.#shapeOfRow.view())
      .into('head')
    for (const { key, type, builder } of this.#tree.used)
      if (builder.length > 0) builder.write(writer, partId(ROLE.attribute, key, type)).into('own')
    if (this.#rest.length > 0) this.#rest.write(writer, partId(ROLE.rest)).into('own')
  }

  #shapes(): Uint8Array {
    const sink = this.#scratch
    sink.clear()
    sink.varint(this.#tree.used.length)
    for (const column of this.#tree.used) {
      sink.varint(column.key)
      sink.varint(column.type)
      sink.varint(column.builder.length)
    }
    sink.varint(this.#tree.shapes.length)
    for (const shape of this.#tree.shapes) {
      const columns = columnsOf(shape)
      sink.varint(columns.length)
      for (const column of columns) sink.varint(column.place)
    }
    return sink.take()
  }

  get hasRest(): boolean {
    return this.#rest.length > 0
  }

  /** Columns that have values, with their keys. */
  *columns(): Generator<{
    readonly key: number
    readonly keyText: string
    readonly type: ValueType
    readonly builder: ValueColumnBuilder
  }> {
    for (const { key, type, builder } of this.#tree.used)
      if (builder.length > 0)
        yield { key, keyText: Buffer.from(this.#dictionary.keys.get(key)).toString(), type, builder }
  }

  /** Every correlation value of the rows, as bytes; repeats possible. */
  *correlationValues(): Generator<Uint8Array> {
    for (const { key, type, builder } of this.#tree.used) {
      if ((type !== TYPE.string && type !== TYPE.raw) || builder.length === 0) continue
      const text = Buffer.from(this.#dictionary.keys.get(key)).toString()
      if (!(CORRELATION_KEYS as readonly string[]).includes(text)) continue
      for (const bytes of (builder as StringColumnBuilder).values()) {
        if (type === TYPE.string) yield bytes
        else yield* texts([{ key: text, value: anyValueOf(bytes, 0, bytes.length) }])
      }
    }
    for (const bytes of this.#rest.values()) yield* texts(readRest(bytes))
  }

  clear(): void {
    this.#tree.clear()
    this.#shapeOfRow.clear()
    this.#rest.clear()
  }
}

const texts = (attributes: Attributes): Uint8Array[] =>
  correlationValues(attributes).map(value => Buffer.from(value))

/** The attributes of one row of the rest column. */
export function readRest(bytes: Uint8Array): KeyValue[] {
  const source = new ByteSource(bytes)
  const attributes: KeyValue[] = []
  while (source.position < bytes.length) {
    const length = source.varint()
    attributes.push(keyValueOf(bytes, source.position, source.position + length))
    source.position += length
  }
  return attributes
}
