/**
 * The tree of a trace: who is whose child, in depth-first order, whatever was sent.
 *
 * ```
 * a ──┬── b ── c        a, b, c, d in order; depths 0, 1, 2, 1
 *     └── d
 * x ⇄ y                 a cycle: both become roots
 * z (of ?)              an orphan: its parent is not here, it becomes a root
 * ```
 * No recursion and no object a span: a trace may be a million spans, and as many deep.
 */
import { SpanIdTable, type SpanIds } from '../../model/span-ids.ts'

/** Ids of the spans and of their parents, by start; equal starts in order of arrival. */
export interface TreeSpans {
  readonly size: number
  readonly spanIds: SpanIds
  readonly parentIds: SpanIds
}

/** Arrays are by the place of the span in the list that the tree was made from, but `order`. */
export interface Tree {
  /** Places of all spans in depth-first order, children in list order. */
  readonly order: Int32Array
  /** Where a place stands in `order`. */
  readonly row: Int32Array
  /** -1 for roots. */
  readonly parent: Int32Array
  readonly depth: Int32Array
  /** How many spans stand below. */
  readonly descendants: Int32Array
  /** Spans that name a parent which is not here. */
  readonly orphans: readonly number[]
  /** Members of cycles; spans that merely hang from one are not. */
  readonly cyclic: readonly number[]
  /** Spans whose id an earlier span has; children belong to the earlier one. */
  readonly duplicates: readonly number[]
}

export function buildTree({ size, spanIds, parentIds }: TreeSpans): Tree {
  const table = new SpanIdTable(spanIds)
  const duplicates: number[] = []
  for (let place = 0; place < size; place++) if (table.enter(place) !== place) duplicates.push(place)

  const parent = new Int32Array(size).fill(-1)
  const orphans: number[] = []
  for (let place = 0; place < size; place++) {
    if (parentIds[2 * place] === 0 && parentIds[2 * place + 1] === 0) continue
    parent[place] = table.find(parentIds, place)
    if (parent[place]! < 0) orphans.push(place)
  }

  const cyclic = membersOfCycles(parent)
  for (const place of cyclic) parent[place] = -1
  return { ...depthFirst(parent), parent, orphans, cyclic, duplicates }
}

/** Follows each chain of parents until it ends, or meets a span that this same walk has passed. */
function membersOfCycles(parent: Int32Array): number[] {
  const walk = new Int32Array(parent.length)
  const members: number[] = []
  for (let start = 0; start < parent.length; start++) {
    let at = start
    while (at >= 0 && walk[at] === 0) {
      walk[at] = start + 1
      at = parent[at]!
    }
    if (at < 0 || walk[at] !== start + 1) continue
    const first = at
    do {
      members.push(at)
      at = parent[at]!
    } while (at !== first)
  }
  return members.sort((a, b) => a - b)
}

function depthFirst(parent: Int32Array): Pick<Tree, 'order' | 'row' | 'depth' | 'descendants'> {
  const size = parent.length
  const { firstRoot, firstChild, nextSibling } = children(parent)
  const order = new Int32Array(size)
  const row = new Int32Array(size)
  const depth = new Int32Array(size)
  for (let at = firstRoot, next = 0; at >= 0;) {
    row[at] = next
    order[next++] = at
    const above = parent[at]!
    depth[at] = above < 0 ? 0 : depth[above]! + 1
    if (firstChild[at]! >= 0) at = firstChild[at]!
    else {
      while (at >= 0 && nextSibling[at]! < 0) at = parent[at]!
      if (at >= 0) at = nextSibling[at]!
    }
  }
  return { order, row, depth, descendants: countBelow(order, parent) }
}

function children(parent: Int32Array): {
  firstRoot: number
  firstChild: Int32Array
  nextSibling: Int32Array
} {
  const firstChild = new Int32Array(parent.length).fill(-1)
  const nextSibling = new Int32Array(parent.length).fill(-1)
  let firstRoot = -1
  // Backwards, so that each list of siblings ends up in list order.
  for (let place = parent.length - 1; place >= 0; place--) {
    const above = parent[place]!
    nextSibling[place] = above < 0 ? firstRoot : firstChild[above]!
    if (above < 0) firstRoot = place
    else firstChild[above] = place
  }
  return { firstRoot, firstChild, nextSibling }
}

/** From the last row up: what stands below a span is counted before the span itself. */
function countBelow(order: Int32Array, parent: Int32Array): Int32Array {
  const below = new Int32Array(order.length)
  for (let row = order.length - 1; row >= 0; row--) {
    const place = order[row]!
    const above = parent[place]!
    if (above >= 0) below[above] = below[above]! + below[place]! + 1
  }
  return below
}
