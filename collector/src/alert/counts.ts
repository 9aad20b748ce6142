/** The counts of all objectives as evaluation needs them: read once, then kept up by what has changed. */
import type { DerivedReader } from '../derive/reader.ts'
import { millisOfMinute, minuteOf, unixMinute, type UnixMillis, type UnixMinute } from '../model/time.ts'
import { totalOf, type Observation, type Tally } from '../slo/burn.ts'
import { CountHistory, HOUR, type HourCounts } from '../slo/history.ts'
import type { Objective } from '../slo/objective.ts'
import { reshapeFor } from '../slo/slices.ts'
import { periodMinutes, type MinuteRange } from '../slo/window.ts'

/** Alerts look back so far, however short the objective's window is. */
const LEAST_HOURS = 80

export interface Counted {
  readonly indicator: number
  readonly history: CountHistory
}

export class LiveCounts {
  readonly #reader: DerivedReader
  readonly #byObjective = new Map<string, Counted>()
  readonly #byIndicator = new Map<
    number,
    { readonly history: CountHistory; readonly reshape: (hour: HourCounts) => HourCounts }
  >()
  readonly #marks = new Map<number, HourCounts>()
  readonly #observed = new CountHistory(hour => this.#marks.get(hour))
  #firstObserved: UnixMinute | undefined
  #revision = 0

  constructor(reader: DerivedReader) {
    this.#reader = reader
  }

  /** Reads what has changed since the last time. */
  refresh(objectives: readonly Objective[], now: UnixMillis): void {
    const changes = this.#reader.changesSince(this.#revision === 0 ? Number.MAX_SAFE_INTEGER : this.#revision)
    if (this.#revision === 0) this.#begin()
    this.#revision = changes.revision
    for (const { indicator, hour, counts } of changes.hours) {
      const known = this.#byIndicator.get(indicator)
      known?.history.set(hour, known.reshape(counts))
    }
    for (const { hour, counts } of changes.observed) this.#observe(hour, counts)
    this.#follow(objectives, now)
  }

  #begin(): void {
    for (const { hour, counts } of this.#reader.observedHours()) this.#observe(hour, counts)
  }

  #observe(hour: number, counts: HourCounts): void {
    this.#marks.set(hour, counts)
    this.#observed.set(hour, counts)
    const first = unixMinute(hour * HOUR + counts.indexOf(1))
    if (this.#firstObserved === undefined || first < this.#firstObserved) this.#firstObserved = first
  }

  /** Reads the window of objectives that are new, and lets go of those that are no more. */
  #follow(objectives: readonly Objective[], now: UnixMillis): void {
    const rows = new Map(this.#reader.indicators().map(row => [row.objective, row.id]))
    const wanted = new Map(objectives.map(objective => [objective.name, objective]))
    for (const [name, { indicator }] of this.#byObjective) {
      if (wanted.has(name) && rows.get(name) === indicator) continue
      this.#byObjective.delete(name)
      this.#byIndicator.delete(indicator)
    }
    for (const [name, objective] of wanted) {
      const indicator = rows.get(name)
      if (indicator === undefined || this.#byObjective.has(name)) continue
      this.#read(objective, indicator, now)
    }
  }

  #read(objective: Objective, indicator: number, now: UnixMillis): void {
    const reshape = reshapeFor(objective.budgeting)
    const history = new CountHistory(hour => {
      const counts = this.#reader.hour(indicator, hour)
      return counts && reshape(counts)
    })
    const last = Math.floor(minuteOf(now) / HOUR)
    // A calendar period may be longer than its nominal length by some days.
    const hours = Math.max(LEAST_HOURS, Math.ceil(periodMinutes(objective.window) / HOUR) + 96)
    for (const { hour, counts } of this.#reader.hours(indicator, last - hours, last + 1))
      history.set(hour, reshape(counts))
    this.#byObjective.set(objective.name, { indicator, history })
    this.#byIndicator.set(indicator, { history, reshape })
  }

  /** undefined before anything is counted for it. */
  of(objective: string): Counted | undefined {
    return this.#byObjective.get(objective)
  }

  observation(objective: string, { from, to }: MinuteRange, now: UnixMillis): Observation {
    const history = this.of(objective)?.history
    const tally: Tally = history?.sum(from, to) ?? { good: 0, bad: 0 }
    return { tally, coverage: this.coverage({ from, to }, now) }
  }

  /** Before anybody counted, nothing was to be counted; the minute that runs counts once it is observed. */
  coverage({ from, to }: MinuteRange, now: UnixMillis): number {
    if (this.#firstObserved === undefined) return 0
    const begin = Math.max(from, this.#firstObserved)
    const observed = totalOf(this.#observed.sum(unixMinute(begin), to))
    const running = minuteOf(now)
    const runs = running >= begin && running < to
    const isRunningSeen = runs && totalOf(this.#observed.sum(running, unixMinute(running + 1))) > 0
    const expected = to - begin - (runs && !isRunningSeen ? 1 : 0)
    return expected <= 0 ? 1 : observed / expected
  }

  /** Until when counting has got: the last minute in which it was alive. */
  get observedUpTo(): UnixMillis | undefined {
    const hour = Math.max(...this.#marks.keys())
    const marks = this.#marks.get(hour)
    return marks === undefined ? undefined : millisOfMinute(unixMinute(hour * HOUR + marks.lastIndexOf(1)))
  }
}
