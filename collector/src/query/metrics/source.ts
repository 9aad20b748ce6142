/** What the questions about metrics need of a store. */
import type { Labels, SeriesSelection, SeriesSource } from '../../model/series.ts'

export interface MetricsSource extends SeriesSource {
  /** Label sets of matching series with something in the range, in no order. */
  labels(selection: SeriesSelection): readonly Labels[]
  /** Names of labels of those series, ascending. */
  labelNames(selection: SeriesSelection): readonly string[]
  /** Values of a label of those series, ascending. */
  labelValues(name: string, selection: SeriesSelection): readonly string[]
  /** What is told of metrics, each once, by name. */
  metadata(): readonly Metadata[]
  exemplars(selection: SeriesSelection): readonly SeriesExemplars[]
}

export interface Metadata {
  /** The family: a histogram's name without `_bucket`. */
  readonly name: string
  readonly type: string
  readonly unit: string
  readonly help: string
}

export interface SeriesExemplars {
  readonly labels: Labels
  /** By time, in Unix milliseconds. */
  readonly exemplars: readonly { readonly labels: Labels; readonly time: number; readonly value: number }[]
}
