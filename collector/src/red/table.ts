/**
 * Rate, errors and duration as their one writer sees them: a row for each commit, which are folded
 * from time to time into stretches of minutes and of hours. To change what is stored of each
 * operation with every commit would write a hundred times what has come.
 *
 * Whoever owns the file sees to it that the position in the journal is in the same transaction.
 */
import { loadSql } from '../durable/sql.ts'
import { prepareAll, type Sqlite, type Statement } from '../durable/sqlite-file.ts'
import type { UnixMillis, UnixNano } from '../model/time.ts'
import { addCell, decodeCells, encodeCells, type Cells } from './cells.ts'
import { GRAINS, MINUTES, operationOf, sliceOf, storedKey, stretchOf, WHOLE, type Grain } from './keys.ts'

const WRITERS = [
  'reach',
  'insertMissing',
  'operation',
  'insertOperation',
  'insertCommit',
  'commitsHeld',
  'removeCommits',
  'part',
  'upsertPart',
  'removeParts',
  'upsertVersion',
] as const
const READERS = [
  'operations',
  'isKnown',
  'commits',
  'parts',
  'partsOf',
  'missing',
  'versions',
  'reached',
] as const
type Name = (typeof WRITERS)[number] | (typeof READERS)[number]

export type RedSql = Readonly<Record<Name | 'schema', string>>

/** @param prefix of its tables: what is counted in the same way lies in tables of other names */
export function loadRed(prefix: string): RedSql {
  const sql = loadSql(new URL('red.sql', import.meta.url), ['schema', ...WRITERS, ...READERS])
  const named = Object.entries(sql).map(([name, text]) => [name, text.replaceAll(/\bred_/g, `${prefix}_`)])
  return Object.fromEntries(named) as RedSql
}

export const RED_SQL = loadRed('red')

/** A fold rewrites what lies in the stretches of now: not too often, and not too much at a time. */
const FOLD_AT = { rows: 120, bytes: 2 * 1024 * 1024 }

export interface Operation {
  readonly service: string
  readonly name: string
  /** A SpanKind, or `WHOLE`. */
  readonly kind: number
}

export interface SeenVersion {
  readonly service: string
  readonly version: string
  /** When the first of its spans starts; and the minute since the epoch of that. */
  readonly first: UnixMillis
  readonly minute: number
}

export class RedTable {
  readonly #statements: Readonly<Record<Name, Statement>>

  /** @param db makes its tables where there are none */
  constructor(db: Sqlite, sql = RED_SQL) {
    db.exec(sql.schema)
    this.#statements = prepareAll(db, sql, [...WRITERS, ...READERS])
  }

  /** @returns its id, a new one where it is not known; within a transaction */
  idOf({ service, name, kind }: Operation): number {
    const known = this.#statements.operation.pluck().get(service, name, kind) as number | undefined
    return known ?? Number(this.#statements.insertOperation.run(service, name, kind).lastInsertRowid)
  }

  /** @param cells by `cameKey`; within a transaction */
  append(position: number, cells: Cells): void {
    if (cells.size > 0) this.#statements.insertCommit.run(position, encodeCells(cells))
  }

  /** Sequences (after, upTo] are not counted; within a transaction. */
  lack(after: number, upTo: number): void {
    this.#statements.insertMissing.run(after, upTo)
  }

  /** @param versions with the first minute that was seen of each; within a transaction */
  see(versions: readonly Omit<SeenVersion, 'minute'>[]): void {
    for (const { service, version, first } of versions)
      this.#statements.upsertVersion.run(service, version, first)
  }

  /**
   * Within a transaction.
   * @param received of the last record that is counted; undefined where none came
   * @param outOfTime spans that start too early or too late to be counted
   */
  reach(received: UnixNano | undefined, outOfTime: number): void {
    this.#statements.reach.run({ received: received === undefined ? null : String(received), outOfTime })
  }

  get wantsFold(): boolean {
    const { rows, bytes } = this.#statements.commitsHeld.get() as { rows: number; bytes: number }
    return rows >= FOLD_AT.rows || bytes >= FOLD_AT.bytes
  }

  /**
   * Adds what came to what is stored, where that is kept so long; within a transaction.
   * @param now minutes since the epoch
   */
  fold(now: number): void {
    const came = this.#statements.commits.pluck().all() as Uint8Array[]
    const operations = operationsById(this.#statements.operations)
    for (const grain of GRAINS)
      for (const { whole, service, stretch, cells } of partsOf(grain, came.map(decodeCells), operations))
        if (stretch >= stretchOf(grain, now - grain.kept)) this.#merge(grain, whole, service, stretch, cells)
    this.#statements.removeCommits.run()
  }

  #merge(grain: Grain, whole: number, service: string, stretch: number, cells: Cells): void {
    const place = [grain.minutes, whole, service, stretch] as const
    const stored = this.#statements.part.pluck().get(...place) as Uint8Array | undefined
    const all = stored === undefined ? cells : decodeCells(stored)
    if (all !== cells) for (const [key, cell] of cells) addCell(all, key, cell)
    this.#statements.upsertPart.run(...place, encodeCells(all))
  }

  /** Lets go of what is older than it is kept; within a transaction. @param now minutes since the epoch */
  forget(now: number): void {
    for (const grain of GRAINS)
      this.#statements.removeParts.run(grain.minutes, stretchOf(grain, now - grain.kept))
  }
}

export const operationsById = (statement: Statement): ReadonlyMap<number, Operation> =>
  new Map((statement.all() as (Operation & { id: number })[]).map(({ id, ...operation }) => [id, operation]))

interface Part {
  readonly whole: number
  readonly service: string
  readonly stretch: number
  /** By `storedKey`. */
  readonly cells: Cells
}

function partsOf(
  grain: Grain,
  came: readonly Cells[],
  operations: ReadonlyMap<number, Operation>,
): Iterable<Part> {
  const parts = new Map<string, Part>()
  for (const cells of came)
    for (const [key, cell] of cells) {
      const series = Math.floor(key / MINUTES)
      const minute = key % MINUTES
      const { service, kind } = operations.get(operationOf(series))!
      const whole = Number(kind === WHOLE)
      const stretch = stretchOf(grain, minute)
      const place = `${whole} ${stretch} ${service}`
      let part = parts.get(place)
      if (part === undefined) parts.set(place, (part = { whole, service, stretch, cells: new Map() }))
      addCell(part.cells, storedKey(series, sliceOf(grain, minute)), cell)
    }
  return parts.values()
}
