/**
 * Reads a block of log records.
 */
import type { AnyValue } from '../../model/attributes.ts'
import type { UnixNano } from '../../model/time.ts'
import type { StoredLog } from '../api.ts'
import { RowCursor, valueAt } from './attribute-reader.ts'
import { BlockReader, hexOf, InstantColumn } from './block-reader.ts'
import { NO_OBSERVED } from './logs.ts'
import { partId, ROLE, type Role } from './layout.ts'
import { readValueColumn, type ValueColumn, type ValueType } from './values.ts'

export class LogBlock extends BlockReader {
  readonly #bodies = new Map<ValueType, ValueColumn>()
  #positions: Int32Array | undefined
  #spanPlaces: Int32Array | undefined
  #observed: InstantColumn | undefined

  /** Body types that occur. */
  get bodyTypes(): ValueType[] {
    return [...new Set(this.integers(ROLE.bodyType))] as ValueType[]
  }

  bodyColumn(type: ValueType): ValueColumn {
    let column = this.#bodies.get(type)
    if (column === undefined)
      this.#bodies.set(type, (column = readValueColumn(this.parts, partId(ROLE.body, 0, type), type)))
    return column
  }

  /** Position of each row's body in the column of its type. */
  get bodyPositions(): Int32Array {
    if (this.#positions === undefined) {
      const types = this.integers(ROLE.bodyType)
      const counts = new Int32Array(16)
      this.#positions = new Int32Array(types.length)
      for (let row = 0; row < types.length; row++) this.#positions[row] = counts[types[row]!]!++
    }
    return this.#positions
  }

  body(row: number): AnyValue {
    return valueAt(this.bodyColumn(this.integers(ROLE.bodyType)[row]! as ValueType), this.bodyPositions[row]!)
  }

  spanId(row: number): string {
    if (this.#spanPlaces === undefined) {
      const present = this.integers(ROLE.spanIdPresent)
      this.#spanPlaces = new Int32Array(present.length)
      for (let i = 0, place = 0; i < present.length; i++)
        this.#spanPlaces[i] = present[i] === 1 ? place++ : -1
    }
    const place = this.#spanPlaces[row]!
    return place < 0 ? '' : hexOf(this.parts.bytes(partId(ROLE.spanIds)), place * 8, 8)
  }

  /** 0 where the sender gave none. */
  observedAt(row: number): bigint {
    const id = partId(ROLE.observedTime)
    if (!this.parts.has(id)) return (this.#observed ??= new InstantColumn(this.parts, id, 0n)).at(row)
    const distance = this.integers(ROLE.observedTime)[row]!
    return distance === NO_OBSERVED ? 0n : this.times.at(row) + BigInt(distance)
  }

  /** @param rows ascending */
  logs(rows: readonly number[]): StoredLog[] {
    const cursor = new RowCursor(this.attributes)
    return rows.map(row => this.#log(row, cursor))
  }

  #log(row: number, cursor: RowCursor): StoredLog {
    const number = (role: Role): number => this.integers(role)[row]!
    return {
      timeUnixNano: this.times.at(row) as UnixNano,
      observedTimeUnixNano: this.observedAt(row) as UnixNano,
      severityNumber: number(ROLE.severity),
      severityText: this.text(ROLE.severityText, row),
      eventName: this.text(ROLE.eventName, row),
      body: this.body(row),
      attributes: cursor.attributesAt(row),
      droppedAttributesCount: number(ROLE.droppedAttributes),
      flags: number(ROLE.flags),
      traceId: this.traceIdAt(this.traceIndex[row]!),
      spanId: this.spanId(row),
      resource: this.resource(row),
      scope: this.scope(row),
      ordinal: this.ordinal(row),
    }
  }
}
