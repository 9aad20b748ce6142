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
import type { SpanKind } from '../../model/telemetry.ts'
import type { Tree } from './tree.ts'

export interface TimedSpan {
  readonly kind: SpanKind
  readonly startTimeUnixNano: bigint
  readonly endTimeUnixNano: bigint
}

export interface Skew {
  readonly index: number
  /** Nanoseconds by which the times contradict one another. */
  readonly by: bigint
}

/** JavaScript's wall clock ticks in milliseconds, so that much is no contradiction. */
const TOLERANCE = 1_000_000n
const SERVER = 2
const CLIENT = 3

export function clockSkews(spans: readonly TimedSpan[], parent: Tree['parent']): Skew[] {
  const skews: Skew[] = []
  for (const [index, span] of spans.entries()) {
    const above = spans[parent[index]!]
    const by = above === undefined ? 0n : contradiction(span, above)
    if (by > 0n) skews.push({ index, by })
  }
  return skews
}

function contradiction(child: TimedSpan, parent: TimedSpan): bigint {
  const early = parent.startTimeUnixNano - child.startTimeUnixNano
  if (early > TOLERANCE) return early
  // A client waits for its server; one that begins later than a whole call after the call is told.
  if (child.kind !== SERVER || parent.kind !== CLIENT) return 0n
  const length = parent.endTimeUnixNano - parent.startTimeUnixNano
  const late = child.startTimeUnixNano - parent.endTimeUnixNano
  return late > TOLERANCE && late > length ? late : 0n
}
