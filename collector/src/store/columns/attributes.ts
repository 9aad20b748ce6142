/**
 * The attributes of a block's rows while it is built: a shape for each row, a column for each key
 * and type, and a rest column for what is beyond the caps or oddly written.
 *
 *   shapes part   columns: key, type, count of values · then shapes: count, places of the columns
 *   rest          for each row of shape -1 its KeyValue messages, each behind its length
 */
import { CORRELATION_KEYS } from '../../model/attributes.ts'
import type { DictionaryBuilder } from './dictionaries.ts'
import { partId, ROLE, type BlockWriter } from './layout.ts'
import { columnsOf, ShapeTree } from './shapes.ts'
import { ByteSink, NumberSink } from './sinks.ts'
import type { Ranges } from './span-fields.ts'
import { StringColumnBuilder } from './strings.ts'
import { TYPE } from './values.ts'

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

  /** Values of string attributes under one of the correlation keys. */
  *correlationValues(): Generator<Uint8Array> {
    for (const { key, type, builder } of this.#tree.used) {
      if (type !== TYPE.string || builder.length === 0) continue
      const text = Buffer.from(this.#dictionary.keys.get(key)).toString()
      if ((CORRELATION_KEYS as readonly string[]).includes(text))
        yield* (builder as StringColumnBuilder).values()
    }
  }

  clear(): void {
    this.#tree.clear()
    this.#shapeOfRow.clear()
    this.#rest.clear()
  }
}
