/**
 * The curves of calls between placed nodes: out of the right side of the client into the left of the
 * server; back to an earlier layer the other way around; within a layer, and to oneself, out of the right
 * side and in again.
 */
import { NODE, type Arc, type Layout, type Place } from './layout.ts'

/** Of the part of a side that curves come out of. */
const PORTS = NODE.height - 12
const BEND = 44
const HEAD = { length: 7, half: 3.5 } as const

export interface Curve<A extends Arc> {
  readonly arc: A
  /** For `d` of paths: the line, and the head at its end. */
  readonly path: string
  readonly head: string
  readonly middle: { readonly x: number; readonly y: number }
}

/** 1 to the right, -1 to the left. */
type Side = 1 | -1

interface End {
  readonly place: Place
  readonly side: Side
  readonly other: Place
  y: number
}

export function curvesOf<A extends Arc>(arcs: readonly A[], { places }: Layout): Curve<A>[] {
  const ends = arcs.map(({ from, to }) => endsOf(places.get(from)!, places.get(to)!))
  spread(ends.flat())
  return arcs.map((arc, i) => ({ arc, ...between(...ends[i]!) }))
}

function endsOf(from: Place, to: Place): [start: End, end: End] {
  const [out, into]: [Side, Side] = to.layer > from.layer ? [1, -1] : to.layer < from.layer ? [-1, 1] : [1, 1]
  return [
    { place: from, side: out, other: to, y: 0 },
    { place: to, side: into, other: from, y: 0 },
  ]
}

/** Curves of one side of a node lie in the order of their other ends, so that they do not cross at once. */
function spread(ends: readonly End[]): void {
  for (const ofSide of Map.groupBy(ends, ({ place, side }) => `${side} ${place.id}`).values()) {
    const ordered = ofSide.toSorted((a, b) => a.other.y - b.other.y)
    for (const [i, end] of ordered.entries())
      end.y = end.place.y + NODE.height / 2 + PORTS * ((i + 0.5) / ordered.length - 0.5)
  }
}

const xOf = ({ place, side }: End): number => (side === 1 ? place.x + NODE.width : place.x)

function between(start: End, end: End) {
  const [from, to] = [xOf(start), xOf(end)]
  const tip = to + end.side * HEAD.length
  const bend = Math.max(BEND, Math.abs(tip - from) / 2)
  const [c1, c2] = [from + start.side * bend, tip + end.side * bend]
  return {
    path: `M${from} ${start.y}C${c1} ${start.y} ${c2} ${end.y} ${tip} ${end.y}`,
    head: `M${to} ${end.y}L${tip} ${end.y - HEAD.half}V${end.y + HEAD.half}Z`,
    middle: { x: (from + tip + 3 * (c1 + c2)) / 8, y: (start.y + end.y) / 2 },
  }
}
