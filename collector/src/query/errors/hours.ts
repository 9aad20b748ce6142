/** Hours of a range, as errors are counted by them, and a line along it that shows at least a day. */
import type { TimeRange } from '../../store/api.ts'

const NANOS_PER_HOUR = 3_600_000_000_000n
const DAY = 24
const MOST_POINTS = 60

export interface Hours {
  /** Hours since the epoch, `to` left out: the range, widened to whole hours. */
  readonly from: number
  readonly to: number
  /** Where the line begins; it ends with the range. */
  readonly lineFrom: number
  /** Hours a point. */
  readonly step: number
  readonly points: number
}

export function hoursOf({ from: first, to: end }: TimeRange): Hours {
  const from = Number(first / NANOS_PER_HOUR)
  const to = Number((end + NANOS_PER_HOUR - 1n) / NANOS_PER_HOUR)
  const wanted = Math.min(from, to - DAY)
  const step = Math.ceil((to - wanted) / MOST_POINTS)
  const points = Math.ceil((to - wanted) / step)
  return { from, to, lineFrom: to - points * step, step, points }
}

export const nanoOfHour = (hour: number): string => String(BigInt(hour) * NANOS_PER_HOUR)

/** Errors of the range and along the line. */
export class HourTally {
  count = 0
  readonly line: number[]
  readonly #hours: Hours

  constructor(hours: Hours) {
    this.#hours = hours
    this.line = new Array<number>(hours.points).fill(0)
  }

  add(hour: number, count: number): void {
    const { from, to, lineFrom, step } = this.#hours
    if (hour >= from && hour < to) this.count += count
    this.line[Math.floor((hour - lineFrom) / step)]! += count
  }
}
