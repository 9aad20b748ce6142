/** What costs most: metrics by their series, labels by their values. */
import { milliOfNano } from '../model/time.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'
import type { Answer, CardinalityAnswer } from './answers/index.ts'

export interface CardinalityParams {
  readonly range: TimeRange
  readonly limit: number
}

export function cardinality(
  snapshot: Snapshot,
  { range, limit }: CardinalityParams,
  cancel: Cancellation,
): Answer<CardinalityAnswer> {
  const selection = { matchers: [], from: milliOfNano(range.from), to: milliOfNano(range.to) }
  const { series, metrics, labels } = snapshot.metrics(cancel).cardinality(selection, limit)
  return { series, metrics: [...metrics], labels: [...labels] }
}
