/**
 * Which rows a waterfall has, from top to bottom: spans that are not folded away, each followed by the
 * lines said while it ran; look-alike siblings in one row with their outlier. Pure, one pass; precondition: spans in depth-first order.
 */
import type { TraceLayout } from './layout.ts'
import type { LookAlikes } from './look-alikes.ts'
import { isShown, type Line, type LinesShown } from './lines.ts'

/** In place of a line's index: the row of a group, whose first member its span is. */
export const GROUP = -2

export interface Rows {
  readonly count: number
  /** Index of the span of each row. */
  readonly span: Int32Array
  /** Index of the line of each row; -1 for the span itself, `GROUP` for its look-alikes. */
  readonly line: Int32Array
}

/** Look-alikes, and which of their groups are opened. */
export interface Grouping {
  readonly alike: LookAlikes
  readonly open: Uint8Array
}

export function visibleRows(
  layout: TraceLayout,
  lines: readonly Line[],
  first: Int32Array,
  collapsed: ReadonlySet<number>,
  shown: LinesShown,
  grouping?: Grouping,
): Rows {
  const most = layout.count + lines.length + (grouping?.alike.groups.length ?? 0)
  const span = new Int32Array(most)
  const line = new Int32Array(most).fill(-1)
  let count = 0
  const add = (i: number, what: number): void => {
    span[count] = i
    line[count++] = what
  }
  let i = 0
  while (i < layout.count) {
    const group = grouping ? grouping.alike.of[i]! : -1
    if (group >= 0 && grouping) {
      const { members, outlier } = grouping.alike.groups[group]!
      if (members[0] === i) add(i, GROUP)
      if (grouping.open[group] === 0 && outlier !== i) {
        i = layout.subtreeEnd[i]!
        continue
      }
    }
    add(i, -1)
    if (collapsed.has(i)) {
      i = layout.subtreeEnd[i]!
      continue
    }
    for (let k = first[i]!; k < first[i + 1]!; k++) if (isShown(lines[k]!, shown)) add(i, k)
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
