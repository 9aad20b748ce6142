/**
 * Look-alike siblings: five and more children of one span with the same service, name and kind stand in
 * one row, as a query in a loop leaves them, with the slowest of them kept in sight.
 *
 * ```
 * ▾ checkout  POST /checkout
 *   ▸ GET /cart/items/:id   ×12  N+1  Σ 402 ms      the row of the group
 *     GET /cart/items/:id                           its outlier
 *   ▾ POST /charge
 * ```
 * Members need not follow each other. Pure; precondition: spans in depth-first order.
 */
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import type { TraceLayout } from './layout.ts'

export const FEWEST = 5

export interface Group {
  /** Indices of the spans, in order; the group's row stands where the first one would. */
  readonly members: readonly number[]
  /** The longest of them. */
  readonly outlier: number
  /** Nanoseconds: all durations, and that of the longest. */
  readonly sum: number
  readonly longest: number
  /** How many of them failed. */
  readonly failed: number
  /** Calls of a client that run one after another: each round trip is waited for. */
  readonly isNPlusOne: boolean
}

export interface LookAlikes {
  readonly groups: readonly Group[]
  /** The group of each span; -1 for none. */
  readonly of: Int32Array
}

type Named = Pick<SpanJson, 'service' | 'name' | 'kind'>

export function findLookAlikes(spans: readonly Named[], layout: TraceLayout): LookAlikes {
  const alike = new Map<string, number[]>()
  for (let i = 0; i < layout.count; i++) {
    if (layout.parent[i]! < 0) continue
    const { service, name, kind } = spans[i]!
    const key = JSON.stringify([layout.parent[i], service, name, kind])
    const members = alike.get(key)
    if (members) members.push(i)
    else alike.set(key, [i])
  }
  const groups: Group[] = []
  const of = new Int32Array(layout.count).fill(-1)
  for (const members of alike.values()) {
    if (members.length < FEWEST) continue
    for (const i of members) of[i] = groups.length
    groups.push(groupOf(members, spans[members[0]!]!.kind, layout))
  }
  return { groups, of }
}

function groupOf(members: readonly number[], kind: SpanJson['kind'], layout: TraceLayout): Group {
  const { start, end } = layout
  let [sum, failed, outlier, overlaps, reached] = [0, 0, members[0]!, 0, Number.NEGATIVE_INFINITY]
  for (const i of members) {
    sum += end[i]! - start[i]!
    failed += layout.failed[i]!
    if (end[i]! - start[i]! > end[outlier]! - start[outlier]!) outlier = i
    if (start[i]! < reached) overlaps++
    reached = Math.max(reached, end[i]!)
  }
  const longest = end[outlier]! - start[outlier]!
  const isNPlusOne = kind === 'client' && overlaps * FEWEST < members.length
  return { members, outlier, sum, longest, failed, isNPlusOne }
}

/** Groups whose members all stand in rows of their own: those that hold an unfolded span, by index. */
export const opened = ({ groups }: LookAlikes, isOpen: (firstSpan: number) => boolean): Uint8Array =>
  Uint8Array.from(groups, group => (isOpen(group.members[0]!) ? 1 : 0))

/** The closed group that hides a span, the outermost one; -1 for none. The outlier is never hidden. */
export function hidingGroup(
  { groups, of }: LookAlikes,
  open: Uint8Array,
  layout: TraceLayout,
  span: number,
): number {
  let hiding = -1
  for (let at = span; at >= 0; at = layout.parent[at]!) {
    const group = of[at]!
    if (group >= 0 && open[group] === 0 && groups[group]!.outlier !== at) hiding = group
  }
  return hiding
}
