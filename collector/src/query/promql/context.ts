/** What every part of an evaluation needs to know: where series come from, when, and how much. */
import type { SeriesSource, Series, SeriesSelection } from '../../model/series.ts'
import type { Millis, UnixMillis } from '../../model/time.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { Annotations } from './annotations.ts'
import type { Grid } from './columns.ts'

export interface EngineOptions {
  /** How old a sample may be and still be the current value. */
  readonly lookback: Millis
  /** Step of subqueries that name none. */
  readonly subqueryStep: Millis
  /** Samples read and values computed. */
  readonly maxSamples: number
  /** Steps of a range query. */
  readonly maxPoints: number
  /** Metric names are dropped at the end of a query, an option that Prometheus calls experimental. */
  readonly dropNamesLate: boolean
}

export interface Context {
  readonly source: SeriesSource
  readonly options: EngineOptions
  /** Steps of the part being evaluated: the query's own, or a subquery's. */
  readonly grid: Grid
  /** For `@ start()` and `@ end()`. */
  readonly queryStart: UnixMillis
  readonly queryEnd: UnixMillis
  readonly notes: Annotations
  readonly work: Work
}

/** Some milliseconds of work. */
const CHECK_EVERY = 1_000_000

/** Counts what a query has read and computed, and stops it when it is too much or too late. */
export class Work {
  readonly #maxSamples: number
  readonly #check: () => void
  readonly #selected = new Map<string, readonly Series[]>()
  #samples = 0
  #unchecked = 0

  /** @param check throws when the query is to stop */
  constructor(maxSamples: number, check: () => void) {
    this.#maxSamples = maxSamples
    this.#check = check
  }

  /** @throws HodoscopeError `query_too_large`, or what the check throws */
  take(samples: number): void {
    this.#check()
    this.#samples += samples
    if (this.#samples > this.#maxSamples)
      throw new HodoscopeError(
        'query_too_large',
        `the query would read and compute more than ${this.#maxSamples} samples`,
      )
  }

  /** Samples looked at again, which cost time and no memory. @throws what the check throws */
  walked(samples: number): void {
    this.#unchecked += samples
    if (this.#unchecked < CHECK_EVERY) return
    this.#unchecked = 0
    this.#check()
  }

  /** A selection that stands in a query twice is read once. */
  select(source: SeriesSource, selection: SeriesSelection): readonly Series[] {
    const key = JSON.stringify(selection)
    let series = this.#selected.get(key)
    if (series === undefined) {
      this.take(0)
      series = source.select(selection)
      this.take(series.reduce((sum, { times }) => sum + times.length, 0))
      this.#selected.set(key, series)
    }
    return series
  }
}
