/**
 * Rate, errors and duration as everybody else reads them, on a connection of its own: what is stored
 * in stretches, and what came since these were last written.
 */
import { openForReading, type Sqlite, type Statement } from '../durable/sqlite-file.ts'
import type { StatusCode } from '../model/telemetry.ts'
import { decodeCells, type Cell } from './cells.ts'
import { MINUTES, minuteOf, operationOf, SLICES, statusOf, stretchOf, WHOLE, type Grain } from './keys.ts'
import { operationsById, RED_SQL, type Operation, type SeenVersion } from './table.ts'

export interface RedQuery {
  readonly grain: Grain
  /** Minutes since the epoch, `to` left out; both where a slice begins. */
  readonly from: number
  readonly to: number
  /** Services by their entry spans, or each of their operations. */
  readonly of: 'services' | 'operations'
  /** All services unless told. */
  readonly service?: string | undefined
}

export interface RedCell {
  readonly operation: Operation
  readonly status: StatusCode
  /** The first of its slice. */
  readonly minute: number
  /** Several of one slice add up. */
  readonly cell: Cell
}

const ASKED = ['operations', 'commits', 'parts', 'partsOf', 'missing', 'versions'] as const

export class RedReader {
  readonly #db: Sqlite
  readonly #statements: Readonly<Record<(typeof ASKED)[number], Statement>>

  /** @throws what SQLite throws where the file is not there yet */
  constructor(path: string) {
    this.#db = openForReading(path)
    const statements = ASKED.map(name => [name, this.#db.prepare(RED_SQL[name])] as const)
    this.#statements = Object.fromEntries(statements) as Record<(typeof ASKED)[number], Statement>
  }

  /** All cells of a range as of one moment, in no order. */
  read(query: RedQuery): RedCell[] {
    return this.#db.transaction(() => {
      const operations = operationsById(this.#statements.operations)
      return [...this.#stored(query, operations), ...this.#came(query, operations)]
    })()
  }

  *#stored(query: RedQuery, operations: ReadonlyMap<number, Operation>): Iterable<RedCell> {
    const { grain, from, to, service } = query
    const place = {
      grain: grain.minutes,
      whole: Number(query.of === 'services'),
      first: stretchOf(grain, from),
      last: stretchOf(grain, to - 1),
    }
    const rows =
      service === undefined
        ? this.#statements.parts.all(place)
        : this.#statements.partsOf.all({ ...place, service })
    for (const { start, cells } of rows as { start: number; cells: Uint8Array }[])
      for (const [key, cell] of decodeCells(cells)) {
        const series = Math.floor(key / SLICES)
        const minute = minuteOf(grain, start, key % SLICES)
        if (minute >= from && minute < to)
          yield { operation: operations.get(operationOf(series))!, status: statusOf(series), minute, cell }
      }
  }

  *#came(query: RedQuery, operations: ReadonlyMap<number, Operation>): Iterable<RedCell> {
    const { grain, from, to } = query
    for (const row of this.#statements.commits.pluck().all() as Uint8Array[])
      for (const [key, cell] of decodeCells(row)) {
        const minute = key % MINUTES
        if (minute < from || minute >= to) continue
        const series = Math.floor(key / MINUTES)
        const operation = operations.get(operationOf(series))!
        if ((operation.kind === WHOLE) !== (query.of === 'services')) continue
        if (query.service !== undefined && operation.service !== query.service) continue
        yield { operation, status: statusOf(series), minute: minute - (minute % grain.minutes), cell }
      }
  }

  /** By service, the oldest first. */
  versions(): readonly SeenVersion[] {
    return this.#statements.versions.all() as SeenVersion[]
  }

  /** Records of the journal of which nothing was counted. */
  get lacking(): number {
    const missing = this.#statements.missing.all() as { after: number; upTo: number }[]
    return missing.reduce((sum, { after, upTo }) => sum + upTo - after, 0)
  }

  close(): void {
    this.#db.close()
  }
}
