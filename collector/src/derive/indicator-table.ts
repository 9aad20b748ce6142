/**
 * What was counted of indicators, as its one writer sees it: good and bad events by the minute, and
 * the records that are still to be counted. Every change has a revision, by which readers know what
 * is new.
 */
import { loadSql } from '../durable/sql.ts'
import { prepareAll, type Sqlite, type Statement } from '../durable/sqlite-file.ts'
import type { UnixMinute } from '../model/time.ts'
import { HOUR, type HourCounts } from '../slo/history.ts'
import { SQL as DERIVED_SQL } from './derived-file.ts'
import { decodeHour, encodeHour } from './hour-blob.ts'
import type { CountedDefinition } from './indicator.ts'

const WRITERS = [
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

export const INDICATOR_SQL = loadSql(new URL('indicators.sql', import.meta.url), [
  'schema',
  ...WRITERS,
  ...READERS,
])

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

/** Whatever writes is called within a transaction. */
export class IndicatorTable {
  readonly #statements: Readonly<Record<(typeof WRITERS)[number], Statement>>
  readonly #setMeta: Statement
  #revision: number

  /** @param db makes its tables where there are none */
  constructor(db: Sqlite) {
    db.exec(INDICATOR_SQL.schema)
    this.#statements = prepareAll(db, INDICATOR_SQL, WRITERS)
    this.#setMeta = db.prepare(DERIVED_SQL.setMeta)
    this.#revision = (db.prepare(DERIVED_SQL.meta).pluck().get('revision') as number | undefined) ?? 0
  }

  /** What is written from here on is new to whoever has looked. */
  #revise(): void {
    this.#setMeta.run('revision', ++this.#revision)
  }

  indicators(): readonly IndicatorRow[] {
    return this.#statements.activeIndicators.all() as IndicatorRow[]
  }

  missing(): readonly Missing[] {
    return this.#statements.missing.all() as Missing[]
  }

  /**
   * Ends indicators that are no longer wanted and begins those that are new, counted live behind
   * `position`; those of metrics from the last minutes before `minute` on.
   */
  define(wanted: ReadonlyMap<string, string>, position: number, minute: UnixMinute): void {
    const known = this.indicators()
    const isWanted = (row: IndicatorRow): boolean => wanted.get(row.objective) === row.definition
    const kept = new Set(known.filter(isWanted).map(row => row.objective))
    for (const { id, objective } of known) if (!kept.has(objective)) this.#end(id)
    for (const [objective, definition] of wanted)
      if (!kept.has(objective)) this.#begin(objective, definition, position, minute)
  }

  #end(id: number): void {
    this.#statements.retireIndicator.run(id)
    this.#statements.dropMissing.run(id)
  }

  #begin(objective: string, definition: string, position: number, minute: UnixMinute): void {
    const generation = (this.#statements.latestGeneration.pluck().get(objective) as number) + 1
    const ofRecords = countsRecords({ definition })
    const liveFrom = ofRecords ? position : minute - LATE_MINUTES
    const row = this.#statements.insertIndicator.run(objective, generation, definition, liveFrom)
    const first = ofRecords ? 0 : liveFrom - METRIC_MINUTES
    if (liveFrom > 0) this.#statements.insertMissing.run(row.lastInsertRowid, first, liveFrom)
  }

  /** Sequences (after, upTo] were never given: they are to be counted from the store. */
  lack(after: number, upTo: number): void {
    for (const { id } of this.indicators().filter(countsRecords))
      this.#statements.insertMissing.run(id, after, upTo)
  }

  add(deltas: Deltas): void {
    this.#revise()
    for (const [indicator, minutes] of deltas)
      this.#put(indicator, minutes, (counts, at, count) => (counts[at]! += count))
  }

  /** Counts of a piece that was missing; nothing happens where the piece no longer stands so. */
  fill(piece: Missing, reached: number, minutes: Deltas): void {
    if (this.#statements.shrinkMissing.run({ ...piece, reached }).changes !== 1) return
    this.#statements.removeEmptyMissing.run()
    this.add(minutes)
  }

  /** What an indicator of metrics counted in some minutes, whatever stood there: late samples change it. */
  replace(indicator: number, minutes: Counts): void {
    this.#revise()
    this.#put(indicator, minutes, (counts, at, count) => (counts[at] = count))
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

  /** In this minute somebody counted. */
  observe(minute: UnixMinute): void {
    this.#revise()
    const hour = Math.floor(minute / HOUR)
    const stored = this.#statements.observedHour.pluck().get(hour) as Uint8Array | undefined
    const marks = stored === undefined ? Buffer.alloc(HOUR) : Buffer.from(stored)
    marks[minute - hour * HOUR] = 1
    this.#statements.upsertObserved.run(hour, this.#revision, marks)
  }

  /** Lets go of the hours before. */
  forgetBefore(hour: number): void {
    this.#statements.removeHours.run(hour)
    this.#statements.removeObserved.run(hour)
  }
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
