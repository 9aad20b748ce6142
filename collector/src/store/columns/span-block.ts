/**
 * Reads a block of spans: columns for those who filter, spans for those who show.
 */
import { spanEventOf, spanLinkOf } from '../../decode/objects.ts'
import { copySpanId, type SpanIds } from '../../model/span-ids.ts'
import type { SpanEvent, SpanKind, SpanLink, StatusCode } from '../../model/telemetry.ts'
import type { UnixNano } from '../../model/time.ts'
import type { StoredSpan } from '../api.ts'
import type { SummaryRow } from '../shared/summary.ts'
import { RowCursor } from './attribute-reader.ts'
import { BlockReader, hexOf } from './block-reader.ts'
import type { Integers } from './integers.ts'
import { partId, ROLE, type Role } from './layout.ts'
import type { StringColumn } from './strings.ts'

export const ERROR = 2

export class SpanBlock extends BlockReader {
  #durations: Integers | undefined
  #explicitParents: Int32Array | undefined

  /** End less start in ns, as sent: below 0 where a span ends before it starts; Infinity beyond 2^52. */
  get durations(): Integers {
    return (this.#durations ??= this.#readDurations())
  }

  #readDurations(): Integers {
    if (this.parts.has(partId(ROLE.duration))) return this.integers(ROLE.duration)
    return Float64Array.from({ length: this.rows }, (_, row) => Number(this.endAt(row) - this.times.at(row)))
  }

  endAt(row: number): bigint {
    const id = partId(ROLE.duration)
    if (this.parts.has(id)) return this.times.at(row) + BigInt(this.integers(ROLE.duration)[row]!)
    this.#endLow ??= this.parts.integers(id + 1)
    this.#endHigh ??= this.parts.integers(id + 2)
    return (BigInt(this.#endHigh[row]!) << 32n) | BigInt(this.#endLow[row]!)
  }
  #endLow: Integers | undefined
  #endHigh: Integers | undefined

  /** Eight bytes a row. */
  get spanIds(): Uint8Array {
    return this.parts.bytes(partId(ROLE.spanIds))
  }

  spanId(row: number): string {
    return hexOf(this.spanIds, row * 8, 8)
  }

  isRoot(row: number): boolean {
    return this.integers(ROLE.parentCode)[row] === 0
  }

  /** '' for a root. @param rowsOfTrace all rows of the span's trace in this block, ascending from row 0 */
  parentId(row: number, rowsOfTrace: readonly number[]): string {
    const code = this.integers(ROLE.parentCode)[row]!
    if (code === 0) return ''
    if (code > 1) return this.spanId(rowsOfTrace[code - 2]!)
    return hexOf(this.parts.bytes(partId(ROLE.parentIds)), this.#placeAmongExplicit(row) * 8, 8)
  }

  /** @param rows of one trace; the ids of their parents become those of places 0, 1, … */
  copyParentIds(ids: SpanIds, rows: readonly number[]): void {
    const all = this.allRowsOf(this.traceIndex[rows[0]!]!)
    const codes = this.integers(ROLE.parentCode)
    for (const [place, row] of rows.entries()) {
      const code = codes[row]!
      if (code > 1) copySpanId(ids, place, this.spanIds, all[code - 2]! * 8)
      else if (code === 1)
        copySpanId(ids, place, this.parts.bytes(partId(ROLE.parentIds)), this.#placeAmongExplicit(row) * 8)
    }
  }

  #placeAmongExplicit(row: number): number {
    if (this.#explicitParents === undefined) {
      const codes = this.integers(ROLE.parentCode)
      this.#explicitParents = new Int32Array(codes.length)
      for (let i = 0, place = 0; i < codes.length; i++)
        this.#explicitParents[i] = codes[i] === 1 ? place++ : -1
    }
    return this.#explicitParents[row]!
  }

  /** All rows of a trace, whatever the snapshot's first row: parents are named by their place among them. */
  allRowsOf(traceIndex: number): number[] {
    const indexes = this.traceIndex
    const rows: number[] = []
    for (let row = 0; row < indexes.length; row++) if (indexes[row] === traceIndex) rows.push(row)
    return rows
  }

  /** The few columns that a summary takes, for rows of one trace. */
  summaryRows(rows: readonly number[]): SummaryRow[] {
    if (rows.length === 0) return []
    const all = this.allRowsOf(this.traceIndex[rows[0]!]!)
    return rows.map(row => ({
      service: this.service(row),
      name: this.text(ROLE.name, row),
      spanId: this.spanId(row),
      parentSpanId: this.parentId(row, all),
      kind: this.integers(ROLE.kind)[row]!,
      start: this.times.at(row),
      end: this.endAt(row),
      error: this.integers(ROLE.status)[row] === ERROR,
    }))
  }

  /** @param rows ascending, of any traces */
  spans(rows: readonly number[]): StoredSpan[] {
    const cursor = new RowCursor(this.attributes)
    const ofTrace = new Map<number, number[]>()
    return rows.map(row => {
      const trace = this.traceIndex[row]!
      let all = ofTrace.get(trace)
      if (all === undefined) ofTrace.set(trace, (all = this.allRowsOf(trace)))
      return this.#span(row, all, cursor)
    })
  }

  #span(row: number, rowsOfTrace: readonly number[], cursor: RowCursor): StoredSpan {
    const number = (role: Role): number => this.integers(role)[row]!
    return {
      traceId: this.traceIdAt(this.traceIndex[row]!),
      spanId: this.spanId(row),
      parentSpanId: this.parentId(row, rowsOfTrace),
      traceState: this.text(ROLE.traceState, row),
      flags: number(ROLE.flags),
      name: this.text(ROLE.name, row),
      kind: number(ROLE.kind) as SpanKind,
      startTimeUnixNano: this.times.at(row) as UnixNano,
      endTimeUnixNano: this.endAt(row) as UnixNano,
      attributes: cursor.attributesAt(row),
      droppedAttributesCount: number(ROLE.droppedAttributes),
      events: this.eventsOf(row),
      droppedEventsCount: number(ROLE.droppedEvents),
      links: this.linksOf(row),
      droppedLinksCount: number(ROLE.droppedLinks),
      status: { code: number(ROLE.status) as StatusCode, message: this.text(ROLE.statusMessage, row) },
      resource: this.resource(row),
      scope: this.scope(row),
      ordinal: this.ordinal(row),
    }
  }

  eventsOf(row: number): SpanEvent[] {
    return this.#messagesOf(row, ROLE.eventRow, ROLE.events).map(bytes => spanEventOf(bytes, 0, bytes.length))
  }

  linksOf(row: number): SpanLink[] {
    return this.#messagesOf(row, ROLE.linkRow, ROLE.links).map(bytes => spanLinkOf(bytes, 0, bytes.length))
  }

  /** Rows that have events (or links), each once. */
  rowsWith(role: typeof ROLE.eventRow | typeof ROLE.linkRow): number[] {
    return this.parts.has(partId(role)) ? [...new Set(this.integers(role))] : []
  }

  #messagesOf(row: number, rowRole: Role, role: Role): Uint8Array[] {
    if (!this.parts.has(partId(rowRole))) return []
    const rows = this.integers(rowRole)
    const column: StringColumn = this.strings(role)
    const messages: Uint8Array[] = []
    for (let i = lowerBound(rows, row); rows[i] === row; i++) messages.push(column.bytes(column.indexOf(i)))
    return messages
  }
}

function lowerBound(sorted: Integers, value: number): number {
  let low = 0
  for (let high = sorted.length; low < high;) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
