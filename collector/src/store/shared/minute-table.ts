/** Good and bad events by the minute of their time. */
import { unixMinute } from '../../model/time.ts'
import type { MinuteCounts } from '../api.ts'

const NANOS_PER_MINUTE = 60_000_000_000n

export class MinuteTable {
  readonly #minutes = new Map<number, { good: number; bad: number }>()

  /** @param time Unix nanoseconds */
  add(time: bigint, isGood: boolean): void {
    const minute = Number(time / NANOS_PER_MINUTE)
    let counts = this.#minutes.get(minute)
    if (counts === undefined) this.#minutes.set(minute, (counts = { good: 0, bad: 0 }))
    if (isGood) counts.good++
    else counts.bad++
  }

  rows(): MinuteCounts['minutes'] {
    return [...this.#minutes]
      .sort(([a], [b]) => a - b)
      .map(([minute, counts]) => ({ minute: unixMinute(minute), ...counts }))
  }
}
