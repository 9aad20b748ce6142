/**
 * Rate, errors and duration as everybody else reads them, on a connection of its own: what is stored
 * in stretches, and what came since these were last written.
 */
import { openForReading, prepareAll, type Sqlite, type Statement } from '../durable/sqlite-file.ts'
import type { StatusCode } from '../model/telemetry.ts'
import { unixNano, type UnixNano } from '../model/time.ts'
import { CellScan } from './cells.ts'
import { EDGE_SQL } from './edges.ts'
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

export interface Reached {
  /** Of the last record that is counted; undefined where none is. */
  readonly received: UnixNano | undefined
  /** Spans that were not counted, for they start before counts are kept, or far in the future. */
  readonly outOfTime: number
}

/**
 * @param minute the first of the slice; what is told of one slice several times adds up
 * @param cell is valid during the call alone
 */
export type VisitCell = (operation: Operation, status: StatusCode, minute: number, cell: CellScan) => void

const ASKED = [
  'operations',
  'isKnown',
  'commits',
  'parts',
  'partsOf',
  'missing',
  'versions',
  'reached',
] as const

export class RedReader {
  readonly #db: Sqlite
  readonly #statements: Readonly<Record<(typeof ASKED)[number], Statement>>
  #edges: RedReader | undefined

  /** @throws what SQLite throws where the file is not there yet */
  constructor(path: string | Sqlite, sql = RED_SQL) {
    this.#db = typeof path === 'string' ? openForReading(path) : path
    this.#statements = prepareAll(this.#db, sql, ASKED)
  }

  /** Of the service graph, in the same file; closed with this one. */
  get edges(): RedReader {
    return (this.#edges ??= new RedReader(this.#db, EDGE_SQL))
  }

  /** All cells of a range as of one moment, in no order. */
  each(query: RedQuery, visit: VisitCell): void {
    this.#db.transaction(() => {
      const operations = operationsById(this.#statements.operations)
      this.#eachStored(query, operations, visit)
      this.#eachCame(query, operations, visit)
    })()
  }

  #eachStored(query: RedQuery, operations: ReadonlyMap<number, Operation>, visit: VisitCell): void {
    const { grain, from, to } = query
    for (const { start, cells } of this.#parts(query))
      for (const cell = new CellScan(cells); cell.next();) {
        const minute = minuteOf(grain, start, cell.key % SLICES)
        if (minute < from || minute >= to) continue
        const series = Math.floor(cell.key / SLICES)
        visit(operations.get(operationOf(series))!, statusOf(series), minute, cell)
      }
  }

  #parts({ grain, from, to, of, service }: RedQuery): readonly { start: number; cells: Uint8Array }[] {
    const whole = Number(of === 'services')
    const [first, last] = [stretchOf(grain, from), stretchOf(grain, to - 1)]
    const place = { grain: grain.minutes, whole, first, last }
    const rows =
      service === undefined
        ? this.#statements.parts.all(place)
        : this.#statements.partsOf.all({ ...place, service })
    return rows as { start: number; cells: Uint8Array }[]
  }

  #eachCame(query: RedQuery, operations: ReadonlyMap<number, Operation>, visit: VisitCell): void {
    const { grain, from, to } = query
    for (const row of this.#statements.commits.pluck().all() as Uint8Array[])
      for (const cell = new CellScan(row); cell.next();) {
        const minute = cell.key % MINUTES
        if (minute < from || minute >= to) continue
        const series = Math.floor(cell.key / MINUTES)
        const operation = operations.get(operationOf(series))!
        if ((operation.kind === WHOLE) !== (query.of === 'services')) continue
        if (query.service !== undefined && operation.service !== query.service) continue
        visit(operation, statusOf(series), minute - (minute % grain.minutes), cell)
      }
  }

  /** Whether anything was ever counted of a service. */
  isKnown(service: string): boolean {
    return this.#statements.isKnown.pluck().get(service) === 1
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

  get reached(): Reached {
    const row = this.#statements.reached.get() as { received: string | null; outOfTime: number } | undefined
    const { received, outOfTime } = row ?? { received: null, outOfTime: 0 }
    return { received: received === null ? undefined : unixNano(BigInt(received)), outOfTime }
  }

  close(): void {
    this.#db.close()
  }
}
