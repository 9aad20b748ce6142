/**
 * `derived.db`, as its one writer sees it. Counts and the position in the journal up to which they
 * are made go in one transaction: after a crash each record is counted, and once.
 */
import { failPoint } from '../durable/fail-point.ts'
import { loadSql } from '../durable/sql.ts'
import { openForWriting, type Sqlite, type Statement } from '../durable/sqlite-file.ts'
import type { UnixMinute } from '../model/time.ts'
import type { Cells } from '../red/cells.ts'
import { RedTable, type Operation, type SeenVersion } from '../red/table.ts'
import { HOUR, type HourCounts } from '../slo/history.ts'
import { decodeHour, encodeHour } from './hour-blob.ts'
import type { CountedDefinition } from './indicator.ts'

const WRITERS = [
  'meta',
  'setMeta',
  'activeIndicators',
  'latestGeneration',
  'insertIndicator',
  'retireIndicator',
  'dropMissing',
  'insertMissing',
  'missing',
  'shrinkMissing',
  'removeEmptyMissing',
  'hour',
  'upsertHour',
  'observedHour',
  'upsertObserved',
  'removeHours',
  'removeObserved',
] as const
const READERS = ['hoursSince', 'observedSince', 'hoursOf', 'firstObserved'] as const

export const SQL = loadSql(new URL('derived.sql', import.meta.url), ['schema', ...WRITERS, ...READERS])

const FORMAT = 1
const PAGE_BYTES = 4096

export interface IndicatorRow {
  readonly id: number
  readonly objective: string
  readonly generation: number
  readonly definition: string
  readonly liveFrom: number
}

/** Sequences (after, upTo] that an indicator has still to count; minutes since the epoch where it counts metrics. */
export interface Missing {
  readonly indicator: number
  readonly after: number
  readonly upTo: number
}

/** Events that came, by indicator and minute. */
export type Counts = ReadonlyMap<UnixMinute, { readonly good: number; readonly bad: number }>
export type Deltas = ReadonlyMap<number, Counts>

/** What is asked of metrics that were stored before an indicator began: 30 days. */
export const METRIC_MINUTES = 30 * 1_440

/** A sample may come so late and is counted as if it had not. */
export const LATE_MINUTES = 10

/** Whether an indicator counts records of the journal, and not what metrics tell. */
export const countsRecords = ({ definition }: Pick<IndicatorRow, 'definition'>): boolean =>
  (JSON.parse(definition) as CountedDefinition).signal !== 'metrics'

/** What came since the last commit. */
export interface Counted {
  /** In the journal, up to which it came. */
  readonly position: number
  readonly deltas: Deltas
  /** Of operations; asked within the transaction, for which each has an id. */
  readonly cells: (idOf: (operation: Operation) => number) => Cells
  readonly versions: readonly SeenVersion[]
  /** Minutes of now in which the counting was alive. */
  readonly observed: ReadonlySet<UnixMinute>
  /** Ranges that were never given: they are to be counted from the store. */
  readonly gaps: readonly [number, number][]
}

export class DerivedFile {
  readonly #db: Sqlite
  readonly #statements: ReturnType<typeof prepare>
  readonly #red: RedTable
  #revision: number

  /** @throws what SQLite throws; Error for a file of another format */
  constructor(path: string) {
    this.#db = openForWriting(path, PAGE_BYTES)
    this.#db.exec(SQL.schema)
    this.#statements = prepare(this.#db)
    this.#red = new RedTable(this.#db)
    const format = this.#meta('format') ?? FORMAT
    if (format !== FORMAT) throw new Error(`derived.db has format ${format}; this version reads ${FORMAT}`)
    this.#statements.setMeta.run('format', FORMAT)
    this.#revision = this.#meta('revision') ?? 0
    if (this.#meta('operations') === undefined) this.#beginOperations()
  }

  /** What an older version counted up to has no counts of operations. */
  #beginOperations(): void {
    this.#inOne(() => {
      const { position = 0 } = this
      if (position > 0) this.#red.lack(0, position)
      this.#statements.setMeta.run('operations', 1)
    })
  }

  #meta(key: string): number | undefined {
    return this.#statements.meta.pluck().get(key) as number | undefined
  }

  /** undefined where nothing was ever counted. */
  get position(): number | undefined {
    return this.#meta('position')
  }

  indicators(): readonly IndicatorRow[] {
    return this.#statements.activeIndicators.all() as IndicatorRow[]
  }

  missing(): readonly Missing[] {
    return this.#statements.missing.all() as Missing[]
  }

  /** One transaction: all of it is on stable storage when this returns. */
  #inOne(work: () => void): void {
    this.#db.transaction(() => {
      this.#revision++
      work()
      this.#statements.setMeta.run('revision', this.#revision)
    })()
  }

  commit({ position, deltas, cells, versions, observed, gaps }: Counted): void {
    failPoint('derive.begin')
    this.#inOne(() => {
      this.#add(deltas)
      this.#red.append(
        position,
        cells(operation => this.#red.idOf(operation)),
      )
      this.#red.see(versions)
      this.#observe(observed)
      for (const { id } of gaps.length > 0 ? this.indicators().filter(countsRecords) : [])
        for (const [after, upTo] of gaps) this.#statements.insertMissing.run(id, after, upTo)
      for (const [after, upTo] of gaps) this.#red.lack(after, upTo)
      this.#statements.setMeta.run('position', position)
      failPoint('derive.inserted')
    })
    failPoint('derive.committed')
    if (this.#red.wantsFold) this.fold()
  }

  /** Adds what came of operations to what is stored. */
  fold(): void {
    this.#inOne(() => {
      this.#red.fold()
      failPoint('derive.folded')
    })
  }

  /** Counts of a piece that was missing. @returns whether the piece stood as it was said to */
  fill(piece: Missing, reached: number, minutes: Deltas): boolean {
    let taken = false
    this.#inOne(() => {
      taken = this.#statements.shrinkMissing.run({ ...piece, reached }).changes === 1
      if (!taken) return
      this.#statements.removeEmptyMissing.run()
      this.#add(minutes)
    })
    return taken
  }

  /** What an indicator of metrics counted in some minutes, whatever stood there: late samples change it. */
  replace(indicator: number, minutes: Counts): void {
    this.#inOne(() => this.#put(indicator, minutes, (counts, at, count) => (counts[at] = count)))
  }

  /**
   * Ends indicators that are no longer wanted and begins those that are new, counted live behind
   * `position`; those of metrics from the last minutes before `minute` on.
   */
  define(wanted: ReadonlyMap<string, string>, position: number, minute: UnixMinute): void {
    const known = this.indicators()
    const kept = new Set(
      known.filter(row => wanted.get(row.objective) === row.definition).map(row => row.objective),
    )
    const [ended, fresh] = [
      known.filter(row => !kept.has(row.objective)),
      [...wanted].filter(([objective]) => !kept.has(objective)),
    ]
    if (ended.length + fresh.length === 0) return
    this.#inOne(() => {
      for (const { id } of ended) {
        this.#statements.retireIndicator.run(id)
        this.#statements.dropMissing.run(id)
      }
      for (const [objective, definition] of fresh) {
        const generation = (this.#statements.latestGeneration.pluck().get(objective) as number) + 1
        const ofRecords = countsRecords({ definition })
        const liveFrom = ofRecords ? position : minute - LATE_MINUTES
        const { lastInsertRowid } = this.#statements.insertIndicator.run(
          objective,
          generation,
          definition,
          liveFrom,
        )
        const first = ofRecords ? 0 : liveFrom - METRIC_MINUTES
        if (liveFrom > 0) this.#statements.insertMissing.run(lastInsertRowid, first, liveFrom)
      }
    })
  }

  #add(deltas: Deltas): void {
    for (const [indicator, minutes] of deltas)
      this.#put(indicator, minutes, (counts, at, count) => (counts[at]! += count))
  }

  #put(
    indicator: number,
    minutes: Counts,
    put: (counts: HourCounts, at: number, count: number) => void,
  ): void {
    for (const [hour, within] of byHour(minutes)) {
      const stored = this.#statements.hour.pluck().get(indicator, hour) as Uint8Array | undefined
      const counts: HourCounts = stored === undefined ? new Float64Array(2 * HOUR) : decodeHour(stored)
      for (const [minute, { good, bad }] of within) {
        put(counts, minute - hour * HOUR, good)
        put(counts, HOUR + minute - hour * HOUR, bad)
      }
      this.#statements.upsertHour.run(indicator, hour, this.#revision, encodeHour(counts))
    }
  }

  #observe(minutes: ReadonlySet<UnixMinute>): void {
    for (const minute of minutes) {
      const hour = Math.floor(minute / HOUR)
      const stored = this.#statements.observedHour.pluck().get(hour) as Uint8Array | undefined
      const marks = stored === undefined ? Buffer.alloc(HOUR) : Buffer.from(stored)
      marks[minute - hour * HOUR] = 1
      this.#statements.upsertObserved.run(hour, this.#revision, marks)
    }
  }

  /** Lets go of the hours before. */
  forgetBefore(hour: number, minute: UnixMinute): void {
    this.#inOne(() => {
      this.#red.forget(minute)
      this.#statements.removeHours.run(hour)
      this.#statements.removeObserved.run(hour)
    })
  }

  close(): void {
    this.#db.close()
  }
}

function prepare(db: Sqlite): Readonly<Record<(typeof WRITERS)[number], Statement>> {
  const statements = WRITERS.map(name => [name, db.prepare(SQL[name])] as const)
  return Object.fromEntries(statements) as Record<(typeof WRITERS)[number], Statement>
}

function byHour<T>(minutes: ReadonlyMap<UnixMinute, T>): Map<number, [UnixMinute, T][]> {
  const hours = new Map<number, [UnixMinute, T][]>()
  for (const entry of minutes) {
    const hour = Math.floor(entry[0] / HOUR)
    const within = hours.get(hour)
    if (within === undefined) hours.set(hour, [entry])
    else within.push(entry)
  }
  return hours
}
