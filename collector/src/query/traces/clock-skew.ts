/**
 * Spans whose times cannot be true beside those of their parents: the clocks of two machines differ.
 *
 * ```
 *    |----client----|
 *  |--server--|                        begins before its caller
 *                     |--server--|     begins after its caller has given up
 * ```
 * Times are told as they were sent; nothing is shifted. A child that ends late is no fault of a
 * clock: callers time out, and work goes on in the background.
 */
import type { TraceOutline } from '../../store/api.ts'
import type { Tree } from './tree.ts'

/** Nanoseconds, by place. */
export type TimedSpans = Pick<TraceOutline, 'size' | 'kinds' | 'starts' | 'durations'>

export interface Skews {
  /** Ascending. */
  readonly places: readonly number[]
  /** Nanoseconds by which the times of a span and its parent contradict one another most; 0 where none do. */
  readonly most: number
}

/** JavaScript's wall clock ticks in milliseconds, so that much is no contradiction. */
const TOLERANCE = 1_000_000
const SERVER = 2
const CLIENT = 3

export function clockSkews(spans: TimedSpans, parent: Tree['parent']): Skews {
  const places: number[] = []
  let most = 0
  for (let place = 0; place < spans.size; place++) {
    const by = parent[place]! < 0 ? 0 : contradiction(spans, place, parent[place]!)
    if (by > 0) places.push(place)
    if (by > most) most = by
  }
  return { places, most }
}

function contradiction({ kinds, starts, durations }: TimedSpans, child: number, parent: number): number {
  const early = starts[parent]! - starts[child]!
  if (early > TOLERANCE) return early
  // A client waits for its server; one that begins later than a whole call after the call is told.
  if (kinds[child] !== SERVER || kinds[parent] !== CLIENT) return 0
  const length = durations[parent]!
  const late = starts[child]! - (starts[parent]! + length)
  return late > TOLERANCE && late > length ? late : 0
}
