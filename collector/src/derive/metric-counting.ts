/**
 * Live counts of indicators over metrics: the last minutes are asked for again and again, so that a
 * sample that comes late is counted where it belongs; after a start those of a day, for a sender
 * sends then what it kept meanwhile. What was stored before an indicator began is backfilled.
 */
import { unixMinute, type UnixMinute } from '../model/time.ts'
import type { EventMinutes } from '../query/event-minutes.ts'
import {
  countsRecords,
  LATE_MINUTES,
  type Counts,
  type IndicatorRow,
  type Missing,
} from './indicator-table.ts'
import type { MetricIndicator } from './indicator.ts'
import type { ToDerive } from './messages.ts'

/** A job of the query threads. @returns one number a minute */
export type AskMinutes = (
  params: MetricIndicator & { readonly from: number; readonly to: number },
) => Promise<EventMinutes>

const AFTER_START_MINUTES = 1_440

/** Minutes without events are none. */
export async function metricCounts(
  ask: AskMinutes,
  indicator: MetricIndicator,
  { after, upTo }: Pick<Missing, 'after' | 'upTo'>,
): Promise<Counts> {
  const { good, bad } = await ask({ ...indicator, from: after + 1, to: upTo + 1 })
  return countsOf({ good, bad }, after + 1)
}

const countsOf = ({ good, bad }: EventMinutes, from: number): Counts =>
  new Map(good.map((count, i) => [unixMinute(from + i), { good: count, bad: bad[i]! }]))

export class MetricCounting {
  readonly #ask: AskMinutes
  readonly #tell: (message: ToDerive) => void
  /** What was told last, by indicator; those that are here have caught up since the start. */
  readonly #told = new Map<number, string>()
  #isAsking = false

  constructor(ask: AskMinutes, tell: (message: ToDerive) => void) {
    this.#ask = ask
    this.#tell = tell
  }

  /**
   * One indicator after the other; nothing while the round before goes on.
   * @param now the minute that runs: it counts as far as it has come
   */
  async round(rows: readonly IndicatorRow[], now: UnixMinute): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    for (const row of rows) if (!countsRecords(row)) await this.#count(row, now)
    this.#isAsking = false
  }

  async #count({ id, liveFrom, definition }: IndicatorRow, now: UnixMinute): Promise<void> {
    const back = this.#told.has(id) ? LATE_MINUTES : AFTER_START_MINUTES
    const piece = { after: Math.max(liveFrom, now - back), upTo: now }
    if (piece.after >= piece.upTo) return
    try {
      const minutes = await metricCounts(this.#ask, JSON.parse(definition) as MetricIndicator, piece)
      const text = JSON.stringify([...minutes])
      if (text !== this.#told.get(id)) this.#tell({ replace: { indicator: id, minutes } })
      this.#told.set(id, text)
    } catch {
      // The next round asks again.
    }
  }
}
