/**
 * Makes the filter of a block while it is built: what it certainly does not hold.
 *
 *   filter   varints: version, flags, kinds or severities, statuses (sets of small numbers)
 *            · scopes: count, numbers · intrinsics: count, then role and facts
 *            · columns: count, then key, type, form (0 open, 1 facts, 2 least and most as float64)
 *            · event keys: count, then length, bytes, open · facts of event texts
 *            · the Bloom filter
 */
import { CORRELATION_KEYS } from '../../model/attributes.ts'
import type { AttributesBuilder } from './attributes.ts'
import { bloomOf } from './bloom.ts'
import { EventFacts } from './event-facts.ts'
import { FactsCollector } from './facts-collector.ts'
import { sealChunk, type Role } from './layout.ts'
import type { SparseBytes } from './rows.ts'
import { ByteSink, type NumberSink } from '../../wire/bytes.ts'
import { writeFacts, type StringFacts } from './string-facts.ts'
import type { StringColumnBuilder } from './strings.ts'
import { IntBuilder, TYPE } from './values.ts'

export const FILTER_VERSION = 2
export const FLAG = { rest: 1, links: 2, openEvents: 4, openBody: 8 } as const
export const FORM = { open: 0, facts: 1, range: 2 } as const
/** Seeds below this one belong to roles of intrinsics, above it to attribute keys. */
export const KEY_SEEDS = 64

export class FilterBuilder {
  readonly #collector = new FactsCollector()
  readonly #events = new EventFacts(this.#collector)
  readonly #intrinsics: (readonly [Role, StringFacts])[] = []
  #flags = 0
  #kinds = 0
  #statuses = 0

  clear(): void {
    this.#collector.clear()
    this.#events.clear()
    this.#intrinsics.length = 0
    this.#flags = this.#kinds = this.#statuses = 0
  }

  intrinsic(role: Role, column: StringColumnBuilder): void {
    this.#intrinsics.push([role, this.#collector.facts(column.content, role, { values: true })])
  }

  /** Equality with a whole body is rare. */
  body(role: Role, column: StringColumnBuilder): void {
    this.#intrinsics.push([role, this.#collector.facts(column.content, role, {})])
  }

  flag(flag: number): void {
    this.#flags |= flag
  }

  kinds(numbers: NumberSink): void {
    this.#kinds = setOf(numbers)
  }

  statuses(numbers: NumberSink): void {
    this.#statuses = setOf(numbers)
  }

  events(events: SparseBytes): void {
    this.#events.take(events)
  }

  finish(attributes: AttributesBuilder, scopes: NumberSink): Uint8Array {
    const sink = new ByteSink(1024)
    const columns = new ByteSink(1024)
    const count = this.#writeColumns(columns, attributes)
    if (attributes.hasRest) this.flag(FLAG.rest)
    if (this.#events.open) this.flag(FLAG.openEvents)
    for (const number of [FILTER_VERSION, this.#flags, this.#kinds, this.#statuses]) sink.varint(number)
    const distinct = new Set(scopes.view())
    sink.varint(distinct.size)
    for (const scope of distinct) sink.varint(scope)
    sink.varint(this.#intrinsics.length)
    for (const [role, facts] of this.#intrinsics) {
      sink.varint(role)
      writeFacts(sink, facts)
    }
    sink.varint(count)
    sink.push(columns.bytes, 0, columns.length)
    this.#events.write(sink)
    const bloom = bloomOf(this.#collector.hashes.view())
    sink.push(bloom, 0, bloom.length)
    this.clear()
    return sealChunk(sink.view(), false)
  }

  #writeColumns(sink: ByteSink, attributes: AttributesBuilder): number {
    let count = 0
    for (const { key, keyText, type, builder } of attributes.columns()) {
      count++
      sink.varint(key)
      sink.varint(type)
      if (type === TYPE.string) {
        const indexed = (CORRELATION_KEYS as readonly string[]).includes(keyText)
        sink.varint(FORM.facts)
        const column = (builder as StringColumnBuilder).content
        writeFacts(sink, this.#collector.facts(column, key + KEY_SEEDS, { values: !indexed, indexed }))
      } else if (builder instanceof IntBuilder && type === TYPE.int) {
        const { least, most } = builder.range()
        sink.varint(FORM.range)
        sink.float64(least)
        sink.float64(most)
      } else sink.varint(FORM.open)
    }
    return count
  }
}

/** Bit n: number n occurs; the highest stands for all from 31 on. */
function setOf(numbers: NumberSink): number {
  let set = 0
  for (let i = 0; i < numbers.length; i++) set |= 1 << Math.min(31, numbers.values[i]!)
  return set >>> 0
}
