/** Counts over time of what a search finds. */
import type { Signal } from '../model/telemetry.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'
import type { Answer, HistogramAnswer } from './answers/index.ts'
import { parseSearch } from './search/parse.ts'

export interface HistogramParams {
  readonly signal: Signal
  /** In the search language. */
  readonly q: string
  readonly range: TimeRange
  readonly buckets: number
}

/** @throws HodoscopeError `query_malformed` */
export function histogram(
  snapshot: Snapshot,
  { signal, q, range, buckets }: HistogramParams,
  cancel: Cancellation,
): Answer<HistogramAnswer> {
  const { from, widthNano, counts } = snapshot.histogram(
    { signal, filter: parseSearch(q, signal), range, buckets },
    cancel,
  )
  return {
    fromUnixNano: String(from),
    widthNano,
    counts: Object.fromEntries(Object.entries(counts).map(([name, row]) => [name, [...row]])),
  }
}
