/**
 * The critical path of a trace: at every instant the one span that the end of the trace waited for.
 *
 * Walked from the end to the start, as Jaeger's and CRISP (Zhang et al., USENIX ATC 2022) define it: a
 * span holds the path until the end of the child that finished last; from there that child holds it
 * back to its own start; then the child that had finished last by then, and so on.
 *
 * ```
 * root   |==---------------------====----=====|      = on the path
 * a         |==============|
 * b             |------|                             ended while a still ran: held nothing up
 * c                             |====|
 * late                                     |--------|  outlives its parent: nobody waited for it
 * ```
 */
import type { TraceLayout } from './layout.ts'

type Shape = Pick<TraceLayout, 'count' | 'start' | 'end' | 'parent'>

/** A stretch of the path; nanoseconds behind the trace's start. */
export interface PathPart {
  readonly span: number
  readonly from: number
  readonly to: number
}

interface Walk {
  readonly span: number
  /** The span's start, or its parent's where that is later. */
  readonly from: number
  /** The path behind this instant is known. */
  to: number
  /** Children that are still to be looked at, the one that ended last at the end. */
  readonly children: number[]
}

/** Parts in the order of time, without gaps from the start of the longest root to its end. */
export function criticalPath(layout: Shape): PathPart[] {
  const { start, end } = layout
  const root = longestRoot(layout)
  if (root < 0) return []
  const children = childrenByEnd(layout)
  const parts: PathPart[] = []
  const add = (span: number, from: number, to: number): void => {
    if (to > from) parts.push({ span, from, to })
  }
  const enter = (span: number, from: number, to: number): Walk => ({
    span,
    from,
    to,
    children: children[span] ?? [],
  })
  const stack: Walk[] = [enter(root, start[root]!, end[root]!)]
  for (let at = stack.at(-1); at; at = stack.at(-1)) {
    const child = at.children.pop()
    if (child === undefined) {
      add(at.span, at.from, at.to)
      stack.pop()
      continue
    }
    const from = Math.max(start[child]!, at.from)
    if (end[child]! > at.to || end[child]! <= from) continue
    add(at.span, end[child]!, at.to)
    stack.push(enter(child, from, end[child]!))
    at.to = from
  }
  return parts.reverse()
}

function longestRoot({ count, start, end, parent }: Shape): number {
  let longest = -1
  for (let i = 0; i < count; i++)
    if (parent[i]! < 0 && (longest < 0 || end[i]! - start[i]! > end[longest]! - start[longest]!)) longest = i
  return longest
}

/** Of equal ends the child that started first stands last. */
function childrenByEnd({ count, start, end, parent }: Shape): (number[] | undefined)[] {
  const children: (number[] | undefined)[] = Array.from({ length: count })
  for (let i = 0; i < count; i++) if (parent[i]! >= 0) (children[parent[i]!] ??= []).push(i)
  for (const list of children) list?.sort((a, b) => end[a]! - end[b]! || start[b]! - start[a]!)
  return children
}

export interface PathShare {
  readonly service: string
  /** Nanoseconds on the path. */
  readonly nano: number
  /** Of the whole path. */
  readonly ratio: number
}

/** What each service holds of the path, the most first. */
export function pathShares(parts: readonly PathPart[], serviceOf: (span: number) => string): PathShare[] {
  const sums = new Map<string, number>()
  let whole = 0
  for (const { span, from, to } of parts) {
    sums.set(serviceOf(span), (sums.get(serviceOf(span)) ?? 0) + to - from)
    whole += to - from
  }
  return Array.from(sums, ([service, nano]) => ({ service, nano, ratio: nano / whole })).sort(
    (a, b) => b.nano - a.nano || (a.service < b.service ? -1 : 1),
  )
}

/** Where the parts of each span stand: those of span `i` are `parts[first[i]] … parts[first[i + 1] - 1]`. */
export interface PathBySpan {
  readonly parts: readonly PathPart[]
  readonly first: Int32Array
}

export function pathBySpan(parts: readonly PathPart[], count: number): PathBySpan {
  const first = new Int32Array(count + 1)
  for (const { span } of parts) first[span + 1]!++
  for (let i = 0; i < count; i++) first[i + 1]! += first[i]!
  return { parts: parts.toSorted((a, b) => a.span - b.span || a.from - b.from), first }
}
