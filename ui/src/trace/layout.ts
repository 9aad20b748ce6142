/**
 * A trace as numbers: where each span begins and ends, how deep it stands, where its subtree ends, and
 * in which stretches it only waits for its children.
 *
 * Relies on what the API promises: spans in depth-first order, children by start, `parent` an index
 * before the child's own. Every pass is a loop over typed arrays, so 100,000 spans in one line of
 * descent are no deeper a problem than 100,000 siblings.
 */
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import { nanosBetween } from '../lib/nano.ts'

export interface TraceLayout {
  readonly count: number
  /** Nanoseconds behind the trace's start. */
  readonly start: Float64Array
  readonly end: Float64Array
  readonly parent: Int32Array
  readonly depth: Int32Array
  /** Index behind the last descendant: the subtree of `i` is `[i, subtreeEnd[i])`. */
  readonly subtreeEnd: Int32Array
  /** 1 where the span itself failed. */
  readonly failed: Uint8Array
  /** How many spans below it failed. */
  readonly failedBelow: Int32Array
  /** Nanoseconds in which no child ran. */
  readonly self: Float64Array
  /** Stretches of waiting of span `i`: from `waitFirst[i]` on along `waitNext`, -1 ends. */
  readonly waitFirst: Int32Array
  readonly waitNext: Int32Array
  readonly waitStart: Float64Array
  readonly waitEnd: Float64Array
  /** What the time axis spans: 0 to the latest end, at least 1 ns. */
  readonly total: number
}

type Shape = Pick<SpanJson, 'startTimeUnixNano' | 'durationNano' | 'parent' | 'depth' | 'status'>

export function layoutTrace(spans: readonly Shape[], traceStart: string): TraceLayout {
  const count = spans.length
  const start = new Float64Array(count)
  const end = new Float64Array(count)
  const parent = new Int32Array(count)
  const depth = new Int32Array(count)
  const failed = new Uint8Array(count)
  let total = 1
  for (let i = 0; i < count; i++) {
    const span = spans[i]!
    start[i] = nanosBetween(traceStart, span.startTimeUnixNano)
    end[i] = start[i]! + span.durationNano
    parent[i] = span.parent
    depth[i] = span.depth
    failed[i] = span.status === 'error' ? 1 : 0
    total = Math.max(total, end[i]!)
  }
  const { subtreeEnd, failedBelow } = sumSubtrees(parent, failed)
  const waits = findWaits(start, end, parent)
  return { count, start, end, parent, depth, subtreeEnd, failed, failedBelow, ...waits, total }
}

/** From the last span to the first, so that a child is complete before its parent is reached. */
function sumSubtrees(
  parent: Int32Array,
  failed: Uint8Array,
): Pick<TraceLayout, 'subtreeEnd' | 'failedBelow'> {
  const count = parent.length
  const subtreeEnd = new Int32Array(count)
  const failedBelow = new Int32Array(count)
  for (let i = count - 1; i >= 0; i--) {
    subtreeEnd[i] = Math.max(subtreeEnd[i]!, i + 1)
    const up = parent[i]!
    if (up < 0) continue
    subtreeEnd[up] = Math.max(subtreeEnd[up]!, subtreeEnd[i]!)
    failedBelow[up]! += failedBelow[i]! + failed[i]!
  }
  return { subtreeEnd, failedBelow }
}

/**
 * The union of each span's children, cut at the span's own ends. Children come by start, so each one
 * either lengthens the last stretch of its parent or opens the next:
 *
 * ```
 * |-------------parent--------------|
 *    |--a--|        |-----c-----|
 *       |--b--|
 *    |========|     |===========|        two stretches; the rest is self time
 * ```
 * A child opens at most one stretch, which therefore carries the child's index.
 */
function findWaits(
  start: Float64Array,
  end: Float64Array,
  parent: Int32Array,
): Pick<TraceLayout, 'self' | 'waitFirst' | 'waitNext' | 'waitStart' | 'waitEnd'> {
  const count = start.length
  const self = new Float64Array(count)
  const waitFirst = new Int32Array(count).fill(-1)
  const waitNext = new Int32Array(count).fill(-1)
  const waitStart = new Float64Array(count)
  const waitEnd = new Float64Array(count)
  const last = new Int32Array(count).fill(-1)
  for (let i = 0; i < count; i++) {
    self[i] = end[i]! - start[i]!
    const up = parent[i]!
    if (up < 0) continue
    const from = Math.max(start[i]!, start[up]!)
    const to = Math.min(end[i]!, end[up]!)
    if (to <= from) continue
    const open = last[up]!
    if (open >= 0 && from <= waitEnd[open]!) {
      if (to > waitEnd[open]!) {
        self[up]! -= to - waitEnd[open]!
        waitEnd[open] = to
      }
      continue
    }
    waitStart[i] = from
    waitEnd[i] = to
    self[up]! -= to - from
    if (open < 0) waitFirst[up] = i
    else waitNext[open] = i
    last[up] = i
  }
  return { self, waitFirst, waitNext, waitStart, waitEnd }
}

/** The stretches in which span `i` waits for children, as pairs of nanoseconds. */
export function waitsOf(layout: TraceLayout, i: number): [number, number][] {
  const stretches: [number, number][] = []
  for (let at = layout.waitFirst[i]!; at >= 0; at = layout.waitNext[at]!)
    stretches.push([layout.waitStart[at]!, layout.waitEnd[at]!])
  return stretches
}

/** From the root to span `i`'s parent. */
export function ancestorsOf(layout: TraceLayout, i: number): number[] {
  const line: number[] = []
  for (let up = layout.parent[i]!; up >= 0; up = layout.parent[up]!) line.unshift(up)
  return line
}
