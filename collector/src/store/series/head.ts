/**
 * Samples on their way into chunks: one row each, in columns, in order of arrival. Nothing is
 * allocated for a sample; by series they are sorted once, when they are cut or asked for.
 *
 *   series  17  18  19  17  18 …
 *   time    t0  t0  t0  t1  t1 …
 *   value    3  .5   8   4  .5 …
 */
import {
  metadataKey,
  type HistogramEncoding,
  type MetricMetadata,
  type SeriesSink,
} from '../../decode/series/sink.ts'
import { InternTable } from '../columns/intern.ts'
import { orderSamples, type SampleRows, type SortedSamples } from './sorted-samples.ts'

export interface HeadHistogram {
  readonly series: number
  readonly time: number
  readonly encoding: HistogramEncoding
  readonly bytes: Uint8Array
}

export interface HeadExemplar {
  readonly series: number
  readonly time: number
  readonly value: number
  /** Label bytes. */
  readonly labels: Uint8Array
}

/** What a head held at one moment: it does not change when more comes. */
export interface HeadView {
  readonly labels: InternTable
  readonly seriesCount: number
  readonly rows: number
  readonly histograms: readonly HeadHistogram[]
  readonly exemplars: readonly HeadExemplar[]
  readonly metadata: readonly MetricMetadata[]
  /** The samples by series and time; of equal times the one that arrived last. */
  sorted(): SortedSamples
}

export class SeriesHead implements SeriesSink {
  /** Label bytes of every series that was ever seen here. */
  readonly labels = new InternTable()
  rows = 0
  #series = new Int32Array(1024)
  #times = new Float64Array(1024)
  #values = new Float64Array(1024)
  #starts = new Float64Array(1024)
  #stale = new Uint8Array(1024)
  #anyStart = false
  #anyStale = false
  histograms: HeadHistogram[] = []
  exemplars: HeadExemplar[] = []
  /** By all that they say. */
  readonly #metadata = new Map<string, MetricMetadata>()
  #newMetadata: MetricMetadata[] = []
  #view: HeadView | undefined

  series(bytes: Uint8Array, start: number, end: number): number {
    return this.labels.add(bytes, start, end)
  }

  sample(series: number, time: number, value: number, stale: boolean, start: number): void {
    const row = this.rows
    if (row === this.#series.length) this.#grow()
    this.#series[row] = series
    this.#times[row] = time
    this.#values[row] = value
    this.#starts[row] = start
    this.#stale[row] = stale ? 1 : 0
    if (start !== 0) this.#anyStart = true
    if (stale) this.#anyStale = true
    this.rows = row + 1
    this.#view = undefined
  }

  #grow(): void {
    const length = this.#series.length * 2
    const grown = <T extends { set(from: T): void }>(to: T, from: T): T => (to.set(from), to)
    this.#series = grown(new Int32Array(length), this.#series)
    this.#times = grown(new Float64Array(length), this.#times)
    this.#values = grown(new Float64Array(length), this.#values)
    this.#starts = grown(new Float64Array(length), this.#starts)
    this.#stale = grown(new Uint8Array(length), this.#stale)
  }

  histogram(
    series: number,
    time: number,
    encoding: HistogramEncoding,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    this.#view = undefined
    this.histograms.push({ series, time, encoding, bytes: new Uint8Array(bytes.subarray(from, to)) })
  }

  exemplar(series: number, time: number, value: number, labels: Uint8Array): void {
    this.#view = undefined
    this.exemplars.push({ series, time, value, labels })
  }

  metadata(metadata: MetricMetadata): void {
    const key = metadataKey(metadata)
    if (this.#metadata.has(key)) return
    this.#metadata.set(key, metadata)
    this.#newMetadata.push(metadata)
    this.#view = undefined
  }

  get isEmpty(): boolean {
    return (
      this.rows === 0 &&
      this.histograms.length === 0 &&
      this.exemplars.length === 0 &&
      this.#newMetadata.length === 0
    )
  }

  /** Rows are only ever added behind those that a view sees, until `clear`. */
  view(): HeadView {
    return (this.#view ??= viewOf(this.labels, this.#sampleRows(), {
      histograms: [...this.histograms],
      exemplars: [...this.exemplars],
      metadata: [...this.#newMetadata],
    }))
  }

  #sampleRows(): SampleRows {
    return {
      rows: this.rows,
      seriesCount: this.labels.size,
      series: this.#series,
      times: this.#times,
      values: this.#values,
      starts: this.#anyStart ? this.#starts : undefined,
      stale: this.#anyStale ? this.#stale : undefined,
    }
  }

  /** Forgets the samples; the series stay known. No view of before is to be used. */
  clear(): void {
    this.rows = 0
    this.#anyStart = false
    this.#anyStale = false
    this.histograms = []
    this.exemplars = []
    this.#newMetadata = []
    this.#view = undefined
  }
}

function viewOf(
  labels: InternTable,
  rows: SampleRows,
  items: Pick<HeadView, 'histograms' | 'exemplars' | 'metadata'>,
): HeadView {
  let sorted: SortedSamples | undefined
  return {
    ...items,
    labels,
    seriesCount: rows.seriesCount,
    rows: rows.rows,
    sorted: () => (sorted ??= orderSamples(rows)),
  }
}
