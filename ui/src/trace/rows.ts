/**
 * Which rows a waterfall has, from top to bottom: spans that are not folded away, each followed by the
 * lines said while it ran. Pure, one pass; precondition: spans in depth-first order.
 */
import type { TraceLayout } from './layout.ts'
import { isShown, type Line, type LinesShown } from './lines.ts'

export interface Rows {
  readonly count: number
  /** Index of the span of each row. */
  readonly span: Int32Array
  /** Index of the line of each row; -1 for the span itself. */
  readonly line: Int32Array
}

export function visibleRows(
  layout: TraceLayout,
  lines: readonly Line[],
  first: Int32Array,
  collapsed: ReadonlySet<number>,
  shown: LinesShown,
): Rows {
  const span = new Int32Array(layout.count + lines.length)
  const line = new Int32Array(layout.count + lines.length).fill(-1)
  let count = 0
  let i = 0
  while (i < layout.count) {
    span[count++] = i
    if (collapsed.has(i)) {
      i = layout.subtreeEnd[i]!
      continue
    }
    for (let k = first[i]!; k < first[i + 1]!; k++) {
      if (!isShown(lines[k]!, shown)) continue
      span[count] = i
      line[count++] = k
    }
    i++
  }
  return { count, span: span.subarray(0, count), line: line.subarray(0, count) }
}

/** The row of a span (or of one of its lines); the row of the ancestor that hides it; -1 without spans. */
export function rowOf(rows: Rows, spanIndex: number, lineIndex = -1): number {
  let low = 0
  let high = rows.count - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (
      rows.span[middle]! < spanIndex ||
      (rows.span[middle] === spanIndex && rows.line[middle]! <= lineIndex)
    )
      low = middle
    else high = middle - 1
  }
  return rows.count === 0 ? -1 : low
}

/** Spans that can be collapsed: those with children or with lines shown. */
export const hasBelow = (layout: TraceLayout, first: Int32Array, i: number): boolean =>
  layout.subtreeEnd[i]! > i + 1 || first[i + 1]! > first[i]!

/** The next failed span behind (or before) `from` (-1: from the ends), going round; -1 when none failed. */
export function nextFailure(layout: TraceLayout, from: number, step: 1 | -1): number {
  if (from < 0 && step < 0) from = 0
  for (let n = 1; n <= layout.count; n++) {
    const i = (((from + step * n) % layout.count) + layout.count) % layout.count
    if (layout.failed[i]) return i
  }
  return -1
}
