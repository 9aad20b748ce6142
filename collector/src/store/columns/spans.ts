/**
 * Builds blocks of spans from canonical requests: bytes in, columns out, no object a span.
 *
 * Ids are what a block mostly consists of, so they are written once: a trace id stands in a table
 * of the block, and a parent that stands in the same block is named by its place among the spans
 * of its trace, in order of arrival:
 *
 *   parent code   0 no parent · 1 the 8 bytes are in `parentIds` · n the (n-2)th span of the trace
 *
 * Source: opentelemetry-proto 1.11.0, trace.proto, Span.
 */
import { AttributesBuilder } from './attributes.ts'
import type { EncodedBlock } from './block.ts'
import type { DictionaryBuilder } from './dictionaries.ts'
import { FilterBuilder, FLAG } from './filter-builder.ts'
import { InternTable } from './intern.ts'
import { BlockWriter, partId, ROLE } from './layout.ts'
import { lookupsOf } from './lookups.ts'
import { BLOCK_BYTES, BLOCK_ROWS, Instants, Segments, SparseBytes } from './rows.ts'
import { ByteSink, NumberSink } from '../../wire/bytes.ts'
import { StringColumnBuilder } from './strings.ts'
import { readSpan, SpanFields } from './span-fields.ts'
import { takeRows, type RecordRows } from './walk.ts'

export class SpanBlockBuilder {
  rows = 0
  #bytesTaken = 0
  readonly #dictionary: DictionaryBuilder
  readonly #attributes: AttributesBuilder
  readonly #maxBytes: number
  readonly #fields = new SpanFields()
  readonly #segments = new Segments()
  readonly #start = new Instants()
  readonly #end = new Instants()
  readonly #traceIds = new InternTable()
  readonly #traceIndex = new NumberSink()
  readonly #spanIds = new Uint8Array(BLOCK_ROWS * 8)
  readonly #parentIds = new Uint8Array(BLOCK_ROWS * 8)
  readonly #hasParent = new Uint8Array(BLOCK_ROWS)
  readonly #names = new StringColumnBuilder()
  readonly #statusMessages = new StringColumnBuilder()
  readonly #traceStates = new StringColumnBuilder()
  readonly #numbers = {
    kind: new NumberSink(),
    status: new NumberSink(),
    flags: new NumberSink(),
    resource: new NumberSink(),
    scope: new NumberSink(),
    droppedAttributes: new NumberSink(),
    droppedEvents: new NumberSink(),
    droppedLinks: new NumberSink(),
  }
  readonly #events = new SparseBytes()
  readonly #links = new SparseBytes()
  readonly #filter = new FilterBuilder()

  /** @param maxBytes of records after which a block is full, however few they are */
  constructor(dictionary: DictionaryBuilder, maxBytes = BLOCK_BYTES) {
    this.#dictionary = dictionary
    this.#maxBytes = maxBytes
    this.#attributes = new AttributesBuilder(dictionary)
  }

  get full(): boolean {
    return this.rows === BLOCK_ROWS || this.#bytesTaken >= this.#maxBytes
  }

  /** Takes the spans of a journal record, as `takeRows` has it. */
  append(body: Uint8Array, records: RecordRows, onFull: (rowsOfRecord: number) => void): number {
    return takeRows(body, this.#dictionary, records, this, onFull)
  }

  begin(sequence: number, offset: number): void {
    this.#segments.add(sequence, this.rows, offset)
  }

  add(bytes: Uint8Array, start: number, end: number, resource: number, scope: number): void {
    const fields = this.#fields
    readSpan(bytes, start, end, fields)
    const row = this.rows++
    this.#bytesTaken += end - start
    this.#addIds(bytes, row, fields)
    this.#start.low[row] = fields.startLow
    this.#start.high[row] = fields.startHigh
    this.#end.low[row] = fields.endLow
    this.#end.high[row] = fields.endHigh
    this.#names.add(bytes, fields.nameStart, fields.nameEnd)
    this.#statusMessages.add(bytes, fields.messageStart, fields.messageEnd)
    this.#traceStates.add(bytes, fields.traceStateStart, fields.traceStateEnd)
    const numbers = this.#numbers
    numbers.kind.push(fields.kind)
    numbers.status.push(fields.status)
    numbers.flags.push(fields.flags)
    numbers.resource.push(resource)
    numbers.scope.push(scope)
    numbers.droppedAttributes.push(fields.droppedAttributes)
    numbers.droppedEvents.push(fields.droppedEvents)
    numbers.droppedLinks.push(fields.droppedLinks)
    this.#attributes.add(bytes, fields.attributes)
    for (let i = 0; i < fields.events.count; i++)
      this.#events.add(row, bytes, fields.events.ranges[2 * i]!, fields.events.ranges[2 * i + 1]!)
    for (let i = 0; i < fields.links.count; i++)
      this.#links.add(row, bytes, fields.links.ranges[2 * i]!, fields.links.ranges[2 * i + 1]!)
  }

  #addIds(bytes: Uint8Array, row: number, fields: SpanFields): void {
    this.#traceIndex.push(this.#traceIds.add(bytes, fields.traceId, fields.traceId + 16))
    const at = row * 8
    const { spanId, parentId } = fields
    let parent = 0
    for (let i = 0; i < 8; i++) this.#spanIds[at + i] = bytes[spanId + i]!
    if (parentId >= 0) for (let i = 0; i < 8; i++) parent |= this.#parentIds[at + i] = bytes[parentId + i]!
    this.#hasParent[row] = parent === 0 ? 0 : 1
  }

  /** Encodes what was taken and begins anew. @param compress false for a block that lives in memory */
  finish(compress: boolean): EncodedBlock {
    const rows = this.rows
    const writer = new BlockWriter()
    const base = this.#start.least(rows)
    const maxDuration = this.#writeTimes(writer, base)
    this.#writeHead(writer)
    this.#writeIds(writer)
    this.#attributes.write(writer)
    this.#events.write(writer, ROLE.eventRow, ROLE.events)
    this.#links.write(writer, ROLE.linkRow, ROLE.links)
    const { directory, chunks } = writer.finish(rows, compress)
    const block: EncodedBlock = {
      signal: 'traces',
      rows,
      directory,
      chunks,
      from: base,
      to: this.#start.most(rows),
      maxDuration,
      resources: [...new Set(this.#numbers.resource.view())],
      lookups: lookupsOf(this.#traceIds, this.#attributes.correlationValues()),
      filter: compress ? this.#makeFilter() : undefined,
    }
    this.#clear()
    return block
  }

  /** @returns the longest duration in ns; Infinity when some cannot be told from a double */
  #writeTimes(writer: BlockWriter, base: bigint): number {
    const rows = this.rows
    const starts = this.#start.since(base, rows)
    if (starts !== undefined) writer.integers(partId(ROLE.time), starts, true).into('time')
    else this.#start.writeWide(writer, partId(ROLE.time), rows)
    const durations = this.#end.less(this.#start, rows)
    if (durations === undefined) {
      this.#end.writeWide(writer, partId(ROLE.duration), rows)
      return Infinity
    }
    writer.integers(partId(ROLE.duration), durations).into('time')
    return durations.reduce((longest, duration) => Math.max(longest, duration), 0)
  }

  #writeHead(writer: BlockWriter): void {
    const numbers = this.#numbers
    this.#names.write(writer, partId(ROLE.name)).into('head')
    this.#statusMessages.write(writer, partId(ROLE.statusMessage)).into('head')
    this.#traceStates.write(writer, partId(ROLE.traceState)).into('head')
    for (const role of [
      'kind',
      'status',
      'flags',
      'resource',
      'scope',
      'droppedAttributes',
      'droppedEvents',
      'droppedLinks',
    ] as const)
      writer.integers(partId(ROLE[role]), numbers[role].view()).into('head')
    this.#segments.write(writer)
  }

  #writeIds(writer: BlockWriter): void {
    const { codes, explicit } = this.#parentCodes()
    writer.integers(partId(ROLE.traceIndex), this.#traceIndex.view(), true).into('trace')
    writer.integers(partId(ROLE.parentCode), codes).into('trace')
    writer.bytes(partId(ROLE.parentIds), explicit).into('spanIds')
    writer.bytes(partId(ROLE.spanIds), this.#spanIds.slice(0, this.rows * 8)).into('spanIds')
    writer
      .bytes(partId(ROLE.traceIds), this.#traceIds.pool.slice(0, this.#traceIds.poolLength))
      .into('traceIds')
  }

  #parentCodes(): { codes: Float64Array; explicit: Uint8Array } {
    const rows = this.rows
    const codes = new Float64Array(rows)
    const explicit = new ByteSink()
    const places = this.#placesInTrace()
    const index = new SpanIdIndex(wordsOf(this.#spanIds, rows), rows)
    const parents = wordsOf(this.#parentIds, rows)
    const traces = this.#traceIndex.values
    for (let row = 0; row < rows; row++) {
      if (this.#hasParent[row] === 0) continue
      const parent = index.find(parents[row * 2]!, parents[row * 2 + 1]!)
      if (parent >= 0 && traces[parent] === traces[row]) codes[row] = places[parent]! + 2
      else {
        codes[row] = 1
        explicit.push(this.#parentIds, row * 8, row * 8 + 8)
      }
    }
    return { codes, explicit: explicit.take() }
  }

  #placesInTrace(): Uint32Array {
    const counts = new Uint32Array(this.#traceIds.size)
    const places = new Uint32Array(this.rows)
    for (let row = 0; row < this.rows; row++) places[row] = counts[this.#traceIndex.values[row]!]!++
    return places
  }

  #makeFilter(): Uint8Array {
    const filter = this.#filter
    filter.intrinsic(ROLE.name, this.#names)
    filter.intrinsic(ROLE.statusMessage, this.#statusMessages)
    filter.kinds(this.#numbers.kind)
    filter.statuses(this.#numbers.status)
    filter.events(this.#events)
    if (this.#links.rows.length > 0) filter.flag(FLAG.links)
    return filter.finish(this.#attributes, this.#numbers.scope)
  }

  #clear(): void {
    this.rows = 0
    this.#bytesTaken = 0
    this.#segments.clear()
    this.#traceIds.clear()
    this.#traceIndex.clear()
    this.#attributes.clear()
    for (const column of [this.#names, this.#statusMessages, this.#traceStates, this.#events, this.#links])
      column.clear()
    for (const numbers of Object.values(this.#numbers)) numbers.clear()
  }
}

const wordsOf = (ids: Uint8Array, rows: number): Int32Array =>
  new Int32Array(ids.buffer, ids.byteOffset, rows * 2)

/** Rows by span id, each id as two words; of two spans with the same id, the first. */
class SpanIdIndex {
  readonly #words: Int32Array
  readonly #table: Int32Array

  constructor(words: Int32Array, rows: number) {
    this.#words = words
    this.#table = new Int32Array(1 << Math.ceil(Math.log2(Math.max(2, rows) * 2)))
    for (let row = 0; row < rows; row++) {
      const slot = this.#probe(words[row * 2]!, words[row * 2 + 1]!)
      if (this.#table[slot] === 0) this.#table[slot] = row + 1
    }
  }

  /** @returns the row of the span with this id, or -1 */
  find(low: number, high: number): number {
    return this.#table[this.#probe(low, high)]! - 1
  }

  /** The slot that holds the id, or the free one where it would stand. */
  #probe(low: number, high: number): number {
    const mask = this.#table.length - 1
    let slot = (Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b) >>> 7) & mask
    for (;;) {
      const row = this.#table[slot]! - 1
      if (row < 0 || (this.#words[row * 2] === low && this.#words[row * 2 + 1] === high)) return slot
      slot = (slot + 1) & mask
    }
  }
}
