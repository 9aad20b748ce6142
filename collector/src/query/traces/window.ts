/**
 * Which rows of a trace are shown: those of its tree in depth-first order, without what is folded
 * or lies outside of a time, and of these some from one row on.
 *
 * ```
 * a                 depth ≤ 1         a        0
 * ├─ b              c is folded       ├─ b     1     row 1, limit 2: b and d;
 * │  └─ c                             ├─ d     2     a is told as what stands above
 * ├─ d                                └─ e     3
 * └─ e
 * ```
 */
import type { TraceOutline } from '../../store/api.ts'
import type { Tree } from './tree.ts'

export interface WindowParams {
  /** The first row, counted from 0 among those that are left. */
  readonly row: number
  readonly limit: number
  /** Deepest level that is not folded; roots, or the span that the window is under, are level 0. */
  readonly depth?: number | undefined
  /** Only this span and what stands below it: its place. */
  readonly under?: number | undefined
  /** Nanoseconds from the trace's start: only spans that touch [from, to), and what stands above them. */
  readonly fromNano?: number | undefined
  readonly toNano?: number | undefined
}

export interface Window {
  /** Places of the spans shown. */
  readonly places: Int32Array
  /** Rows that can be shown, page by page. */
  readonly rowCount: number
  /** Spans that are not among them because they lie deeper, or outside of the time. */
  readonly foldedCount: number
  readonly outsideCount: number
}

export function windowOf(outline: TraceOutline, tree: Tree, params: WindowParams): Window {
  const { row, limit, under, depth, fromNano, toNano } = params
  const first = under === undefined ? 0 : tree.row[under]!
  const end = under === undefined ? tree.order.length : first + tree.descendants[under]! + 1
  const isWhole = depth === undefined && fromNano === undefined && toNano === undefined
  if (isWhole) {
    const rowCount = end - first
    const places = tree.order.subarray(Math.min(first + row, end), Math.min(first + row + limit, end))
    return { places, rowCount, foldedCount: 0, outsideCount: 0 }
  }
  const touching = touchingSpans(outline, tree, fromNano ?? -Infinity, toNano ?? Infinity)
  const deepest = (depth ?? Infinity) + (under === undefined ? 0 : tree.depth[under]!)
  const places = new Int32Array(Math.min(limit, end - first))
  let [rowCount, foldedCount, outsideCount, shown] = [0, 0, 0, 0]
  for (let at = first; at < end; at++) {
    const place = tree.order[at]!
    if (touching[place] === 0) outsideCount++
    else if (tree.depth[place]! > deepest) foldedCount++
    else if (rowCount++ >= row && shown < limit) places[shown++] = place
  }
  return { places: places.subarray(0, shown), rowCount, foldedCount, outsideCount }
}

/** 1 for spans that touch [from, to), and for all above them. */
function touchingSpans(
  { starts, durations }: TraceOutline,
  tree: Tree,
  from: number,
  to: number,
): Uint8Array {
  const touching = new Uint8Array(tree.order.length)
  for (let row = tree.order.length - 1; row >= 0; row--) {
    const place = tree.order[row]!
    const [start, end] = [starts[place]!, starts[place]! + Math.max(0, durations[place]!)]
    if (start < to && (end > from || start >= from)) touching[place] = 1
    const above = tree.parent[place]!
    if (touching[place] === 1 && above >= 0) touching[above] = 1
  }
  return touching
}

/** Places of what stands above a span, the root first, at most so many of the nearest. */
export function ancestorsOf({ parent }: Tree, place: number, limit: number): number[] {
  const above: number[] = []
  for (let at = parent[place]!; at >= 0 && above.length < limit; at = parent[at]!) above.push(at)
  return above.reverse()
}
