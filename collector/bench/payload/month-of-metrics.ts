/**
 * Thirty days of one group of neighbours: 64 counters of whole numbers, scraped every 15 s, as
 * remote-write before its compression, ten minutes of all of them a request.
 */
import { Random } from './random.ts'
import { bodyOf, labelFields, type WrittenSeries } from './write-body.ts'

export const DAYS = 30
export const DAY_MILLIS = 86_400_000
export const INTERVAL_MILLIS = 15_000
const SERIES = 64
const ROUNDS_A_REQUEST = 40
const MOST_STEP = 100

class Counter implements WrittenSeries {
  readonly labels: Uint8Array
  readonly #random: Random
  value = 0

  constructor(seed: number, index: number) {
    this.#random = new Random(seed, index)
    this.labels = labelFields([
      ['__name__', 'requests_total'],
      ['instance', 'host-1:9100'],
      ['job', 'node'],
      ['path', `/path/${index}`],
    ])
  }

  next(): number {
    return (this.value += this.#random.below(MOST_STEP))
  }
}

export class MonthOfMetrics {
  readonly series: readonly Counter[]
  readonly #startMillis: number

  constructor(seed: number, startMillis: number) {
    this.series = Array.from({ length: SERIES }, (_, index) => new Counter(seed, index))
    this.#startMillis = startMillis
  }

  /** Days are asked for in their order. */
  *bodiesOfDay(day: number): Generator<Uint8Array> {
    const from = this.#startMillis + day * DAY_MILLIS
    const batch = ROUNDS_A_REQUEST * INTERVAL_MILLIS
    for (let first = from; first < from + DAY_MILLIS; first += batch) {
      const times = Array.from({ length: ROUNDS_A_REQUEST }, (_, n) => first + (n + 1) * INTERVAL_MILLIS)
      yield bodyOf(this.series, ...times)
    }
  }
}
