/**
 * What blocks of spans and of logs have in common when they are read: where each row came from,
 * its time, resource, scope and attributes. Columns are decoded when they are first asked for.
 */
import type { Resource, Scope } from '../../model/telemetry.ts'
import type { Ordinal } from '../api.ts'
import { AttributeReader } from './attribute-reader.ts'
import type { Dictionary } from './dictionary.ts'
import type { Integers } from './integers.ts'
import { partId, ROLE, type PartReader, type Role } from './layout.ts'
import { StringColumn } from './strings.ts'

/** Instants of the rows: as distances from a base, or whole where they lie too far apart. */
export class InstantColumn {
  readonly #base: bigint
  readonly #distances: Integers | undefined
  readonly #low: Integers | undefined
  readonly #high: Integers | undefined

  constructor(reader: PartReader, id: number, base: bigint) {
    this.#base = base
    if (reader.has(id)) this.#distances = reader.integers(id)
    else {
      this.#low = reader.integers(id + 1)
      this.#high = reader.integers(id + 2)
    }
  }

  at(row: number): bigint {
    if (this.#distances !== undefined) return this.#base + BigInt(this.#distances[row]!)
    return (BigInt(this.#high![row]!) << 32n) | BigInt(this.#low![row]!)
  }

  /** Clears the rows of a mask whose instant lies outside [from, to). */
  keepWithin(mask: Uint8Array, from: bigint, to: bigint): void {
    if (this.#distances === undefined) {
      for (let row = 0; row < mask.length; row++)
        if (mask[row] !== 0 && (this.at(row) < from || this.at(row) >= to)) mask[row] = 0
      return
    }
    const least = Number(from - this.#base)
    const end = Number(to - this.#base)
    const distances = this.#distances
    for (let row = 0; row < mask.length; row++)
      if (distances[row]! < least || distances[row]! >= end) mask[row] = 0
  }
}

export class BlockReader {
  readonly parts: PartReader
  readonly dictionary: Dictionary
  readonly rows: number
  protected readonly base: bigint
  readonly #integers = new Map<Role, Integers>()
  readonly #strings = new Map<Role, StringColumn>()
  #times: InstantColumn | undefined
  #attributes: AttributeReader | undefined

  constructor(parts: PartReader, dictionary: Dictionary, base: bigint) {
    this.parts = parts
    this.dictionary = dictionary
    this.rows = parts.directory.rows
    this.base = base
  }

  get times(): InstantColumn {
    return (this.#times ??= new InstantColumn(this.parts, partId(ROLE.time), this.base))
  }

  get attributes(): AttributeReader {
    return (this.#attributes ??= new AttributeReader(this.parts, this.dictionary))
  }

  integers(role: Role): Integers {
    let column = this.#integers.get(role)
    if (column === undefined) this.#integers.set(role, (column = this.parts.integers(partId(role))))
    return column
  }

  strings(role: Role): StringColumn {
    let column = this.#strings.get(role)
    if (column === undefined) this.#strings.set(role, (column = new StringColumn(this.parts, partId(role))))
    return column
  }

  text(role: Role, row: number): string {
    const column = this.strings(role)
    return column.text(column.indexOf(row))
  }

  resource(row: number): Resource {
    return this.dictionary.resource(this.integers(ROLE.resource)[row]!)
  }

  service(row: number): string {
    return this.dictionary.service(this.integers(ROLE.resource)[row]!)
  }

  scope(row: number): Scope {
    return this.dictionary.scope(this.integers(ROLE.scope)[row]!)
  }

  ordinal(row: number): Ordinal {
    const { sequences, rows, offsets } = this.#segments
    let low = 0
    for (let high = rows.length; high - low > 1;) {
      const middle = (low + high) >> 1
      if (rows[middle]! <= row) low = middle
      else high = middle
    }
    return { sequence: sequences[low]!, row: offsets[low]! + row - rows[low]! }
  }

  #segmentColumns: { sequences: Integers; rows: Integers; offsets: Integers } | undefined
  get #segments(): { sequences: Integers; rows: Integers; offsets: Integers } {
    const id = partId(ROLE.segments)
    return (this.#segmentColumns ??= {
      sequences: this.parts.integers(id),
      rows: this.parts.integers(id + 1),
      offsets: this.parts.integers(id + 2),
    })
  }

  /** Place of each row's trace in `traceIds`; -1 for a log of no trace. */
  get traceIndex(): Integers {
    return this.integers(ROLE.traceIndex)
  }

  get traceIds(): Uint8Array {
    return this.parts.bytes(partId(ROLE.traceIds))
  }

  traceIdAt(index: number): string {
    return index < 0 ? '' : hexOf(this.traceIds, index * 16, 16)
  }

  /** Rows of a trace in order of arrival. */
  rowsOfTrace(traceId: Uint8Array): number[] {
    const index = indexOfTrace(this.traceIds, traceId)
    const rows: number[] = []
    if (index < 0) return rows
    const indexes = this.traceIndex
    for (let row = 0; row < indexes.length; row++) if (indexes[row] === index) rows.push(row)
    return rows
  }
}

export const hexOf = (bytes: Uint8Array, start: number, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('hex')

function indexOfTrace(ids: Uint8Array, traceId: Uint8Array): number {
  const haystack = Buffer.from(ids.buffer, ids.byteOffset, ids.byteLength)
  for (let at = haystack.indexOf(traceId); at >= 0; at = haystack.indexOf(traceId, at + 1))
    if (at % 16 === 0) return at / 16
  return -1
}
