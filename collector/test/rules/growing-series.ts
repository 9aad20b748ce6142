/** Series that rules write to while they are evaluated. */
import type { Labels, Series, SeriesSelection, SeriesSource } from '../../src/model/series.ts'
import { keyOf } from '../../src/query/promql/labels.ts'
import { MemorySeries } from '../promql/memory-series.ts'

interface Growing {
  readonly labels: Labels
  readonly times: number[]
  readonly values: number[]
  readonly stale: number[]
}

export class GrowingSeries implements SeriesSource {
  readonly #given: readonly Series[]
  readonly #written = new Map<string, Growing>()

  constructor(given: readonly Series[]) {
    this.#given = given
  }

  /** @param value undefined for a stale marker */
  write(labels: Labels, at: number, value: number | undefined): void {
    const key = keyOf(labels)
    const series = this.#written.get(key) ?? { labels, times: [], values: [], stale: [] }
    this.#written.set(key, series)
    // A second sample of the same moment is not taken, as in Prometheus.
    if (series.times.at(-1) === at) return
    series.times.push(at)
    series.values.push(value ?? Number.NaN)
    series.stale.push(value === undefined ? 1 : 0)
  }

  select(selection: SeriesSelection): readonly Series[] {
    const written = [...this.#written.values()].map(({ labels, times, values, stale }) => ({
      labels,
      times: Float64Array.from(times),
      values: Float64Array.from(values),
      stale: Uint8Array.from(stale),
    }))
    return new MemorySeries([...this.#given, ...written]).select(selection)
  }
}
