/**
 * Derived counts as everybody else reads them: what has changed since the last look, on a connection
 * of its own.
 */
import { openForReading, type Sqlite } from '../durable/sqlite-file.ts'
import { unixMinute, type UnixMinute } from '../model/time.ts'
import { HOUR, type HourCounts } from '../slo/history.ts'
import { SQL as DERIVED_SQL } from './derived-file.ts'
import { decodeHour } from './hour-blob.ts'
import { INDICATOR_SQL, type IndicatorRow, type Missing } from './indicator-table.ts'

export interface ChangedHour {
  readonly indicator: number
  readonly hour: number
  readonly counts: HourCounts
}

export interface Changes {
  /** To ask with the next time. */
  readonly revision: number
  readonly position: number
  readonly hours: readonly ChangedHour[]
  /** Each minute in which counting was alive has a good event. */
  readonly observed: readonly { readonly hour: number; readonly counts: HourCounts }[]
}

export class DerivedReader {
  readonly #db: Sqlite
  readonly #statements

  /** @throws what SQLite throws where the file is not there yet */
  constructor(path: string) {
    this.#db = openForReading(path)
    const statement = (name: keyof typeof INDICATOR_SQL) => this.#db.prepare(INDICATOR_SQL[name])
    this.#statements = {
      meta: this.#db.prepare(DERIVED_SQL.meta).pluck(),
      hoursSince: statement('hoursSince'),
      observedSince: statement('observedSince'),
      hour: statement('hour').pluck(),
      hoursOf: statement('hoursOf'),
      indicators: statement('activeIndicators'),
      missing: statement('missing'),
      firstObserved: statement('firstObserved'),
    }
  }

  /** All of it as of one moment. */
  changesSince(revision: number): Changes {
    return this.#db.transaction(() => {
      const rows = this.#statements.hoursSince.all(revision) as {
        indicator: number
        hour: number
        counts: Uint8Array
      }[]
      const observed = this.#statements.observedSince.all(revision) as { hour: number; minutes: Uint8Array }[]
      return {
        revision: (this.#statements.meta.get('revision') as number | undefined) ?? 0,
        position: (this.#statements.meta.get('position') as number | undefined) ?? 0,
        hours: rows.map(({ counts, ...row }) => ({ ...row, counts: decodeHour(counts) })),
        observed: observed.map(({ hour, minutes }) => ({ hour, counts: countsOfMarks(minutes) })),
      }
    })()
  }

  hour(indicator: number, hour: number): HourCounts | undefined {
    const stored = this.#statements.hour.get(indicator, hour) as Uint8Array | undefined
    return stored === undefined ? undefined : decodeHour(stored)
  }

  /** Hours of an indicator, both bounds included, ascending. */
  hours(
    indicator: number,
    from: number,
    to: number,
  ): readonly { readonly hour: number; readonly counts: HourCounts }[] {
    const rows = this.#statements.hoursOf.all(indicator, from, to) as { hour: number; counts: Uint8Array }[]
    return rows.map(({ hour, counts }) => ({ hour, counts: decodeHour(counts) }))
  }

  indicators(): readonly IndicatorRow[] {
    return this.#statements.indicators.all() as IndicatorRow[]
  }

  missing(): readonly Missing[] {
    return this.#statements.missing.all() as Missing[]
  }

  /** Each minute in which counting was alive has a good event. */
  observedHours(): readonly { readonly hour: number; readonly counts: HourCounts }[] {
    const rows = this.#statements.observedSince.all(0) as { hour: number; minutes: Uint8Array }[]
    return rows.map(({ hour, minutes }) => ({ hour, counts: countsOfMarks(minutes) }))
  }

  /** The first minute in which anybody counted. */
  get firstObserved(): UnixMinute | undefined {
    const row = this.#statements.firstObserved.get() as { hour: number; minutes: Uint8Array } | undefined
    return row === undefined ? undefined : unixMinute(row.hour * HOUR + row.minutes.indexOf(1))
  }

  close(): void {
    this.#db.close()
  }
}

function countsOfMarks(marks: Uint8Array): HourCounts {
  const counts = new Float64Array(2 * HOUR)
  marks.forEach((mark, minute) => (counts[minute] = mark))
  return counts
}
