/**
 * Metrics as a query sees them: time series of float samples under a set of labels.
 *
 * This is the seam between the store, which selects series, and PromQL, which computes with them.
 * Samples lie in columns, so that a function over a window walks two arrays and makes no objects.
 *
 * Source: prometheus.io/docs/concepts/data_model.
 */
import type { UnixMillis } from './time.ts'

export type Label = readonly [name: string, value: string]

/** Ascending by name in UTF-16 code units, no name twice, no empty value; the metric's name stands under `__name__`. */
export type Labels = readonly Label[]

export interface LabelMatcher {
  readonly name: string
  /** Regular expressions are RE2's and match the whole value. An absent label has the value ''. */
  readonly op: '=' | '!=' | '=~' | '!~'
  readonly value: string
}

export interface Series {
  readonly labels: Labels
  /** Unix milliseconds, strictly ascending. */
  readonly times: Float64Array
  readonly values: Float64Array
  /**
   * 1 where the sample is a stale marker (its value is then NaN and means nothing); undefined when
   * there is none. A flag of its own, for a JavaScript number does not keep the bits of a NaN.
   */
  readonly stale: Uint8Array | undefined
}

export interface SeriesSelection {
  /** All hold. */
  readonly matchers: readonly LabelMatcher[]
  /** Both inclusive. */
  readonly from: UnixMillis
  readonly to: UnixMillis
}

/** Where series come from. */
export interface SeriesSource {
  /**
   * Each matching series that has a sample in the range, with just the samples in the range; in no order.
   * Of a delta and a total that have the same labels and time, the total counts.
   */
  select(selection: SeriesSelection): readonly Series[]
}
