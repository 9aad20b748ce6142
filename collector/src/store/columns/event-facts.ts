/**
 * What a block filter knows of the events of its spans: their names, the keys of their attributes,
 * and their texts. Events are few in most blocks; where they are many or large, they are left open.
 */
import { fieldEnd } from './dictionaries.ts'
import type { FactsCollector } from './facts-collector.ts'
import { InternTable } from './intern.ts'
import { ROLE } from './layout.ts'
import type { SparseBytes } from './rows.ts'
import { readAnyValue } from './shapes.ts'
import type { ByteSink } from '../../wire/bytes.ts'
import { writeFacts, type StringFacts } from './string-facts.ts'
import type { ColumnContent } from './strings.ts'
import { TYPE, type ValueType } from './values.ts'
import { contentStart } from './walk.ts'

const MAX_EVENTS = 4096
const MAX_TEXT_BYTES = 256 * 1024
const TAG = { name: 0x12, attribute: 0x1a, key: 0x0a, value: 0x12 } as const
/** Seed of event texts: beside those of roles. */
export const EVENT_TEXT_SEED = 63

export class EventFacts {
  open = false
  readonly #collector: FactsCollector
  readonly #names = new InternTable()
  readonly #keys = new InternTable()
  readonly #texts = new InternTable()
  /** Keys under which something other than a text stands. */
  readonly #openKeys = new Set<number>()
  readonly #value: { type: ValueType; valueStart: number; valueEnd: number } = {
    type: TYPE.unset,
    valueStart: 0,
    valueEnd: 0,
  }

  constructor(collector: FactsCollector) {
    this.#collector = collector
  }

  clear(): void {
    this.open = false
    for (const table of [this.#names, this.#keys, this.#texts]) table.clear()
    this.#openKeys.clear()
  }

  take(events: SparseBytes): void {
    this.open = events.values.length > MAX_EVENTS
    if (this.open) return
    for (const message of events.values.values()) {
      this.#event(message)
      if (this.#texts.poolLength > MAX_TEXT_BYTES || this.#keys.poolLength > MAX_TEXT_BYTES) this.open = true
      if (this.open) return
    }
  }

  #event(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const end = fieldEnd(bytes, at)
      if (bytes[at] === TAG.name) this.#names.add(bytes, contentStart(bytes, at), end)
      else if (bytes[at] === TAG.attribute) this.#attribute(bytes, contentStart(bytes, at), end)
      at = end
    }
  }

  /** A KeyValue whose parts stand twice is merged when it is read: such an oddity leaves all open. */
  #attribute(bytes: Uint8Array, start: number, end: number): void {
    let key = -1
    let values = 0
    const value = this.#value
    readAnyValue(bytes, end, end, value)
    for (let at = start; at < end;) {
      const next = fieldEnd(bytes, at)
      if (bytes[at] === TAG.key) {
        if (key >= 0) this.open = true
        key = this.#keys.add(bytes, contentStart(bytes, at), next)
      } else if (bytes[at] === TAG.value && values++ === 0)
        readAnyValue(bytes, contentStart(bytes, at), next, value)
      else this.open = true
      at = next
    }
    if (key < 0) key = this.#keys.add(bytes, start, start)
    if (value.type === TYPE.string) this.#texts.add(bytes, value.valueStart, value.valueEnd)
    else this.#openKeys.add(key)
    if (value.type === TYPE.raw) this.open = true
  }

  write(sink: ByteSink): void {
    const keys = this.open ? 0 : this.#keys.size
    sink.varint(keys)
    for (let key = 0; key < keys; key++) {
      const bytes = this.#keys.get(key)
      sink.varint(bytes.length)
      sink.push(bytes, 0, bytes.length)
      sink.varint(this.#openKeys.has(key) ? 1 : 0)
    }
    writeFacts(sink, this.#facts(this.#texts, EVENT_TEXT_SEED))
    writeFacts(sink, this.#facts(this.#names, ROLE.eventName))
  }

  #facts(known: InternTable, seed: number): StringFacts {
    return this.#collector.facts({ ...NO_ROWS, known }, seed, { values: true })
  }
}

const NO_ROWS: Omit<ColumnContent, 'known'> = {
  mode: 'dictionary',
  indexes: new Float64Array(0),
  digits: new Uint8Array(0),
  lengths: new Float64Array(0),
  bytes: new Uint8Array(0),
}
