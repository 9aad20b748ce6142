/**
 * Makes up for what was stored before anybody counted it: asks the store for the newest piece that
 * is missing, hands the counts to the consumer, and goes on below it, until nothing is missing.
 *
 * A piece and its counts are one transaction of the consumer; a crash between question and
 * transaction asks again.
 */
import { unixMinute } from '../model/time.ts'
import type { MinuteCountQuery, MinuteCounts } from '../store/api.ts'
import {
  countsRecords,
  METRIC_MINUTES,
  type Counts,
  type IndicatorRow,
  type Missing,
} from './indicator-table.ts'
import type { CountedDefinition, MetricIndicator } from './indicator.ts'
import type { ToDerive } from './messages.ts'

const METRIC_MINUTES_A_PIECE = 1_440

export interface BackfillParts {
  /** Asks the store; rejects where it is busy. */
  readonly count: (query: MinuteCountQuery) => Promise<MinuteCounts>
  /** The same for metrics; minutes (after, upTo]. */
  readonly countMetrics: (indicator: MetricIndicator, piece: Missing) => Promise<Counts>
  readonly tell: (message: ToDerive) => void
  /** Waits before a question that failed is asked again. */
  readonly pause: () => Promise<void>
}

export class Backfill {
  readonly #parts: BackfillParts
  #indicators = new Map<number, IndicatorRow>()
  #missing: readonly Missing[] = []
  #asked: Missing | undefined

  constructor(parts: BackfillParts) {
    this.#parts = parts
  }

  /** What the consumer says it has and lacks, after every change. */
  heard(indicators: readonly IndicatorRow[], missing: readonly Missing[]): void {
    this.#indicators = new Map(indicators.map(row => [row.id, row]))
    this.#missing = missing
    this.#asked = undefined
    void this.#next()
  }

  async #next(): Promise<void> {
    // The one that lacks the newest records comes first.
    const piece = this.#missing.toSorted((a, b) => b.upTo - a.upTo)[0]
    const indicator = piece && this.#indicators.get(piece.indicator)
    if (piece === undefined || indicator === undefined || this.#asked !== undefined) return
    this.#asked = piece
    try {
      const { reached, minutes } = await this.#count(
        JSON.parse(indicator.definition) as CountedDefinition,
        piece,
      )
      if (this.#asked !== piece) return
      this.#parts.tell({ fill: { piece, reached, minutes: new Map([[piece.indicator, minutes]]) } })
    } catch {
      await this.#parts.pause()
      if (this.#asked !== piece) return
      this.#asked = undefined
      void this.#next()
    }
  }

  async #count(definition: CountedDefinition, piece: Missing) {
    const { after, upTo } = piece
    if (definition.signal === 'metrics') {
      const reached = Math.max(after, upTo - METRIC_MINUTES_A_PIECE)
      const minutes = await this.#parts.countMetrics(definition, { ...piece, after: reached })
      return { reached, minutes }
    }
    const { signal, event, good } = definition
    const { reached, minutes } = await this.#parts.count({ signal, event, good, after, upTo })
    return { reached, minutes: byMinute(minutes) }
  }

  /** Of the records that were there when an indicator began, the share that is counted: 1 when nothing is missing. */
  progress(indicator: number): number {
    const row = this.#indicators.get(indicator)
    if (row === undefined || row.liveFrom === 0) return 1
    const lacking = this.#missing
      .filter(piece => piece.indicator === indicator)
      .reduce((sum, { after, upTo }) => sum + upTo - after, 0)
    return Math.max(0, 1 - lacking / (countsRecords(row) ? row.liveFrom : METRIC_MINUTES))
  }
}

function byMinute(minutes: MinuteCounts['minutes']): Counts {
  return new Map(minutes.map(({ minute, good, bad }) => [unixMinute(minute), { good, bad }]))
}
