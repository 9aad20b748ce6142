/**
 * Builds blocks of log records from canonical requests.
 *
 * The time of a record is settled here, once: its own, else the observed one, else that of receipt.
 * The observed time is kept as its distance to the time; a record without one has `NO_OBSERVED`.
 *
 * Source: opentelemetry-proto 1.11.0, logs.proto, LogRecord.
 */
import { unixNano, type UnixNano } from '../../model/time.ts'
import { AttributesBuilder } from './attributes.ts'
import type { EncodedBlock } from './block.ts'
import type { DictionaryBuilder } from './dictionaries.ts'
import { FilterBuilder, FLAG } from './filter-builder.ts'
import { InternTable } from './intern.ts'
import { BlockWriter, partId, ROLE } from './layout.ts'
import { lookupsOf } from './lookups.ts'
import { LogFields, readLog } from './log-fields.ts'
import { BLOCK_BYTES, BLOCK_ROWS, Instants, Segments } from './rows.ts'
import { readAnyValue } from './shapes.ts'
import { ByteSink, NumberSink } from '../../wire/bytes.ts'
import { StringColumnBuilder } from './strings.ts'
import { TYPE, valueColumnBuilder, type ValueColumnBuilder, type ValueType } from './values.ts'
import { takeRows, type RecordRows } from './walk.ts'

/** Distance of an observed time that is 0. Further than any that is stored as a distance. */
export const NO_OBSERVED = -(2 ** 52)

export class LogBlockBuilder {
  rows = 0
  #bytesTaken = 0
  readonly #dictionary: DictionaryBuilder
  readonly #attributes: AttributesBuilder
  readonly #maxBytes: number
  #received: UnixNano = unixNano(0n)
  readonly #fields = new LogFields()
  readonly #segments = new Segments()
  readonly #time = new Instants()
  readonly #observed = new Instants()
  readonly #traceIds = new InternTable()
  readonly #spanIds = new ByteSink()
  readonly #texts = {
    severityText: new StringColumnBuilder(),
    eventName: new StringColumnBuilder(),
  }
  readonly #numbers = {
    severity: new NumberSink(),
    flags: new NumberSink(),
    resource: new NumberSink(),
    scope: new NumberSink(),
    droppedAttributes: new NumberSink(),
    bodyType: new NumberSink(),
    traceIndex: new NumberSink(),
    spanIdPresent: new NumberSink(),
  }
  readonly #bodies = new Map<ValueType, ValueColumnBuilder>()
  readonly #filter = new FilterBuilder()
  readonly #body: { type: ValueType; valueStart: number; valueEnd: number } = {
    type: TYPE.unset,
    valueStart: 0,
    valueEnd: 0,
  }

  /** @param maxBytes of records after which a block is full, however few they are */
  constructor(dictionary: DictionaryBuilder, maxBytes = BLOCK_BYTES) {
    this.#dictionary = dictionary
    this.#maxBytes = maxBytes
    this.#attributes = new AttributesBuilder(dictionary)
  }

  get full(): boolean {
    return this.rows === BLOCK_ROWS || this.#bytesTaken >= this.#maxBytes
  }

  /** Takes the records of a journal record, as `takeRows` has it. */
  append(body: Uint8Array, records: RecordRows, onFull: (rowsOfRecord: number) => void): number {
    this.#received = records.received
    return takeRows(body, this.#dictionary, records, this, onFull)
  }

  begin(sequence: number, offset: number): void {
    this.#segments.add(sequence, this.rows, offset)
  }

  add(bytes: Uint8Array, start: number, end: number, resource: number, scope: number): void {
    const fields = this.#fields
    readLog(bytes, start, end, fields)
    const row = this.rows++
    this.#bytesTaken += end - start
    this.#addTimes(row, fields)
    const numbers = this.#numbers
    numbers.traceIndex.push(
      fields.traceId < 0 ? -1 : this.#traceIds.add(bytes, fields.traceId, fields.traceId + 16),
    )
    numbers.spanIdPresent.push(fields.spanId < 0 ? 0 : 1)
    if (fields.spanId >= 0) this.#spanIds.push(bytes, fields.spanId, fields.spanId + 8)
    numbers.severity.push(fields.severity)
    numbers.flags.push(fields.flags)
    numbers.resource.push(resource)
    numbers.scope.push(scope)
    numbers.droppedAttributes.push(fields.droppedAttributes)
    this.#texts.severityText.add(bytes, fields.severityTextStart, fields.severityTextEnd)
    this.#texts.eventName.add(bytes, fields.eventNameStart, fields.eventNameEnd)
    this.#addBody(bytes, fields)
    this.#attributes.add(bytes, fields.attributes)
  }

  #addTimes(row: number, fields: LogFields): void {
    const { timeLow, timeHigh, observedLow, observedHigh } = fields
    this.#observed.low[row] = observedLow
    this.#observed.high[row] = observedHigh
    if (timeLow !== 0 || timeHigh !== 0) this.#time.set(row, timeLow, timeHigh)
    else if (observedLow !== 0 || observedHigh !== 0) this.#time.set(row, observedLow, observedHigh)
    else this.#time.set(row, Number(this.#received & 0xffff_ffffn), Number(this.#received >> 32n))
  }

  #addBody(bytes: Uint8Array, fields: LogFields): void {
    const body = this.#body
    readAnyValue(bytes, fields.bodyStart, fields.bodyEnd, body)
    this.#numbers.bodyType.push(body.type)
    let column = this.#bodies.get(body.type)
    if (column === undefined) this.#bodies.set(body.type, (column = valueColumnBuilder(body.type)))
    column.add(bytes, body.valueStart, body.valueEnd)
  }

  /** Encodes what was taken and begins anew. @param compress false for a block that lives in memory */
  finish(compress: boolean): EncodedBlock {
    const rows = this.rows
    const writer = new BlockWriter()
    const from = this.#time.least(rows)
    this.#writeTimes(writer, from)
    this.#writeHead(writer)
    this.#writeIds(writer)
    for (const [type, column] of this.#bodies)
      if (column.length > 0) column.write(writer, partId(ROLE.body, 0, type)).into('own')
    this.#attributes.write(writer)
    const { directory, chunks } = writer.finish(rows, compress)
    const block: EncodedBlock = {
      signal: 'logs',
      rows,
      directory,
      chunks,
      from,
      to: this.#time.most(rows),
      maxDuration: 0,
      resources: [...new Set(this.#numbers.resource.view())],
      lookups: lookupsOf(this.#traceIds, this.#attributes.correlationValues()),
      filter: compress ? this.#makeFilter() : undefined,
    }
    this.#clear()
    return block
  }

  #writeTimes(writer: BlockWriter, base: bigint): void {
    const rows = this.rows
    const times = this.#time.since(base, rows)
    if (times !== undefined) writer.integers(partId(ROLE.time), times, true).into('time')
    else this.#time.writeWide(writer, partId(ROLE.time), rows)
    const observed = this.#observed.less(this.#time, rows, NO_OBSERVED)
    if (observed !== undefined) writer.integers(partId(ROLE.observedTime), observed).into('time')
    else this.#observed.writeWide(writer, partId(ROLE.observedTime), rows)
  }

  #writeHead(writer: BlockWriter): void {
    const numbers = this.#numbers
    for (const role of ['severityText', 'eventName'] as const)
      this.#texts[role].write(writer, partId(ROLE[role])).into('head')
    for (const role of ['severity', 'flags', 'resource', 'scope', 'droppedAttributes', 'bodyType'] as const)
      writer.integers(partId(ROLE[role]), numbers[role].view()).into('head')
    this.#segments.write(writer)
  }

  #writeIds(writer: BlockWriter): void {
    writer.integers(partId(ROLE.traceIndex), this.#numbers.traceIndex.view(), true).into('trace')
    writer.integers(partId(ROLE.spanIdPresent), this.#numbers.spanIdPresent.view()).into('trace')
    writer.bytes(partId(ROLE.spanIds), this.#spanIds.view()).into('spanIds')
    writer
      .bytes(partId(ROLE.traceIds), this.#traceIds.pool.slice(0, this.#traceIds.poolLength))
      .into('traceIds')
  }

  #makeFilter(): Uint8Array {
    const filter = this.#filter
    filter.intrinsic(ROLE.eventName, this.#texts.eventName)
    for (const [type, column] of this.#bodies)
      if (column.length > 0 && type === TYPE.string) filter.body(ROLE.body, column as StringColumnBuilder)
      else if (column.length > 0 && type !== TYPE.unset) filter.flag(FLAG.openBody)
    filter.kinds(this.#numbers.severity)
    return filter.finish(this.#attributes, this.#numbers.scope)
  }

  #clear(): void {
    this.rows = 0
    this.#bytesTaken = 0
    this.#segments.clear()
    this.#traceIds.clear()
    this.#spanIds.clear()
    this.#attributes.clear()
    for (const column of this.#bodies.values()) column.clear()
    for (const column of Object.values(this.#texts)) column.clear()
    for (const numbers of Object.values(this.#numbers)) numbers.clear()
  }
}
