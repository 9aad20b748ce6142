/** The samples, histograms and exemplars that a data point of OTLP brings to its series. */
import { doubleAt, PointCursor, quantileOf, signedAt, unsignedAt } from '../point-cursor.ts'
import { exemplarOf, millisAt } from './otlp-parts.ts'
import { NO_SERIES, PointSeriesFinder, type MetricContext, type PointSeries } from './point-series.ts'
import type { SeriesSink } from './sink.ts'
import { isStaleAt } from './write-walk.ts'

export class PointSamples {
  readonly #sink: SeriesSink
  readonly #cursor = new PointCursor()
  readonly #finder: PointSeriesFinder

  constructor(sink: SeriesSink) {
    this.#sink = sink
    this.#finder = new PointSeriesFinder(sink, this.#cursor)
  }

  /** Points that looked like none before them. */
  get known(): number {
    return this.#finder.known
  }
  set known(count: number) {
    this.#finder.known = count
  }

  /** Takes the point in [start, end). @returns its time, Unix milliseconds */
  take(metric: MetricContext, bytes: Buffer, start: number, end: number): number {
    const cursor = this.#cursor
    cursor.read(metric.kind, bytes, start, end)
    const time = millisAt(bytes, cursor.time)
    if (!cursor.isStale)
      this.#samples(metric, this.#finder.find(metric, bytes, start, end), bytes, start, end, time)
    else {
      const known = this.#finder.lookalikes(metric, bytes)
      this.#end(known.length > 0 ? known : [this.#finder.find(metric, bytes, start, end)], time)
    }
    return time
  }

  /** A point without a recorded value: the series of all points that looked like it end. */
  #end(known: readonly PointSeries[], time: number): void {
    for (const { main, count, sum, min, max } of known)
      for (const series of [...main, count, sum, min, max])
        if (series !== NO_SERIES) this.#sink.sample(series, time, NaN, true, 0)
  }

  #samples(
    metric: MetricContext,
    series: PointSeries,
    bytes: Buffer,
    start: number,
    end: number,
    time: number,
  ): void {
    const cursor = this.#cursor
    const began = this.#began(metric, bytes)
    const put = (to: number, value: number): void => this.#sink.sample(to, time, value, false, began)
    switch (metric.kind) {
      case 'gauge':
      case 'sum': {
        const stale = cursor.asInt < 0 && isStaleAt(bytes, cursor.asDouble)
        const value = cursor.asInt >= 0 ? signedAt(bytes, cursor.asInt) : doubleAt(bytes, cursor.asDouble)
        this.#sink.sample(series.main[0]!, time, value, stale, began)
        break
      }
      case 'histogram':
        this.#buckets(series, bytes, put)
        this.#figures(metric, series, bytes, time, put)
        break
      case 'exponential':
        this.#sink.histogram(series.main[0]!, time, 'otlp', bytes, start, end)
        this.#figures(metric, series, bytes, time, put)
        break
      case 'summary':
        for (let i = 0; i < cursor.quantiles.count; i++)
          this.#sink.sample(series.main[i]!, time, this.#quantileValue(bytes, i), false, 0)
        this.#figures(metric, series, bytes, time, put)
        break
    }
    for (let i = 0; i < cursor.exemplars.count; i++) this.#exemplar(metric, series, bytes, i)
  }

  /** Since when the point counts, as a sink takes it. */
  #began(metric: MetricContext, bytes: Buffer): number {
    const { start } = this.#cursor
    const began = start < 0 ? 0 : millisAt(bytes, start)
    return began === 0 || metric.counts || metric.delta ? began : -began
  }

  #quantileValue(bytes: Buffer, index: number): number {
    const { quantiles } = this.#cursor
    return quantileOf(bytes, quantiles.start(index), quantiles.end(index)).value
  }

  /** Buckets count from below; where a histogram has none, its count is the one of infinity. */
  #buckets(series: PointSeries, bytes: Buffer, put: (to: number, value: number) => void): void {
    const { bucketsStart, bucketsEnd, count } = this.#cursor
    let sum = 0
    for (let at = bucketsStart, i = 0; at < bucketsEnd; at += 8, i++)
      put(series.main[i]!, (sum += unsignedAt(bytes, at)))
    if (bucketsStart === bucketsEnd) put(series.main.at(-1)!, count < 0 ? 0 : unsignedAt(bytes, count))
  }

  /** Count, and sum, least and most where they are told. */
  #figures(
    metric: MetricContext,
    series: PointSeries,
    bytes: Buffer,
    time: number,
    put: (to: number, value: number) => void,
  ): void {
    const { count, sum, min, max } = this.#cursor
    put(series.count, count < 0 ? 0 : unsignedAt(bytes, count))
    if (sum >= 0 || metric.kind === 'summary') {
      if (series.sum === NO_SERIES)
        series.sum = this.#finder.series(metric, series.labels, '_sum', metric.delta)
      put(series.sum, sum < 0 ? 0 : doubleAt(bytes, sum))
    }
    // The least and the most of an interval are nothing that could be summed up.
    if (min >= 0) {
      if (series.min === NO_SERIES) series.min = this.#finder.series(metric, series.labels, '_min', false)
      this.#sink.sample(series.min, time, doubleAt(bytes, min), false, 0)
    }
    if (max >= 0) {
      if (series.max === NO_SERIES) series.max = this.#finder.series(metric, series.labels, '_max', false)
      this.#sink.sample(series.max, time, doubleAt(bytes, max), false, 0)
    }
  }

  /** An exemplar stands on the bucket that its value falls into. */
  #exemplar(metric: MetricContext, series: PointSeries, bytes: Buffer, index: number): void {
    const cursor = this.#cursor
    const start = cursor.exemplars.start(index)
    const end = cursor.exemplars.end(index)
    const exemplar = exemplarOf(bytes, start, end)
    let on = series.main[0]!
    if (metric.kind === 'histogram') {
      let bucket = 0
      for (
        let at = cursor.boundsStart;
        at < cursor.boundsEnd && doubleAt(bytes, at) < exemplar.value;
        at += 8
      )
        bucket++
      on = series.main[bucket]!
    } else if (metric.kind === 'exponential') on = series.count
    this.#sink.exemplar(on, exemplar.time, exemplar.value, exemplar.labels)
  }
}
