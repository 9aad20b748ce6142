/**
 * The tree of a trace: who is whose child, in depth-first order, whatever was sent.
 *
 * ```
 * a ──┬── b ── c        a, b, c, d in order; depths 0, 1, 2, 1
 *     └── d
 * x ⇄ y                 a cycle: both become roots
 * z (of ?)              an orphan: its parent is not here, it becomes a root
 * ```
 * No recursion: a trace may be a hundred thousand spans deep.
 */

export interface TreeSpan {
  readonly spanId: string
  readonly parentSpanId: string
}

/** Arrays are by the index of the span in the list that the tree was made from. */
export interface Tree {
  /** Indexes of all spans in depth-first order, children in list order. */
  readonly order: readonly number[]
  /** -1 for roots. */
  readonly parent: Int32Array
  readonly depth: Int32Array
  /** Spans that name a parent which is not here. */
  readonly orphans: readonly number[]
  /** Members of cycles; spans that merely hang from one are not. */
  readonly cyclic: readonly number[]
  /** Spans whose id an earlier span has; children belong to the earlier one. */
  readonly duplicates: readonly number[]
}

/** @param spans by start; equal starts in order of arrival */
export function buildTree(spans: readonly TreeSpan[]): Tree {
  const byId = new Map<string, number>()
  const duplicates: number[] = []
  for (const [index, span] of spans.entries())
    if (byId.has(span.spanId)) duplicates.push(index)
    else byId.set(span.spanId, index)

  const parent = new Int32Array(spans.length).fill(-1)
  const orphans: number[] = []
  for (const [index, { parentSpanId }] of spans.entries()) {
    if (parentSpanId === '') continue
    const found = byId.get(parentSpanId)
    if (found === undefined) orphans.push(index)
    else parent[index] = found
  }

  const cyclic = membersOfCycles(parent)
  for (const index of cyclic) parent[index] = -1
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

function depthFirst(parent: Int32Array): { order: number[]; depth: Int32Array } {
  const size = parent.length
  const firstChild = new Int32Array(size).fill(-1)
  const nextSibling = new Int32Array(size).fill(-1)
  let firstRoot = -1
  // Backwards, so that each list of siblings ends up in list order.
  for (let index = size - 1; index >= 0; index--) {
    const above = parent[index]!
    nextSibling[index] = above < 0 ? firstRoot : firstChild[above]!
    if (above < 0) firstRoot = index
    else firstChild[above] = index
  }

  const order: number[] = []
  const depth = new Int32Array(size)
  for (let at = firstRoot; at >= 0;) {
    order.push(at)
    const above = parent[at]!
    depth[at] = above < 0 ? 0 : depth[above]! + 1
    if (firstChild[at]! >= 0) at = firstChild[at]!
    else {
      while (at >= 0 && nextSibling[at]! < 0) at = parent[at]!
      if (at >= 0) at = nextSibling[at]!
    }
  }
  return { order, depth }
}
