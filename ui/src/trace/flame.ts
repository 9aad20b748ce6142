/**
 * The flame graph of a trace: spans as boxes on their level, and which of them are worth painting. Pure.
 *
 * Two spans of a level may run at once; the later one is then painted over the earlier one.
 */
import type { TraceLayout } from './layout.ts'
import { timeAt, xOf, type Scale } from './scale.ts'

export const LEVEL_HEIGHT = 20

export const levelsOf = ({ depth }: Pick<TraceLayout, 'depth'>): number =>
  depth.reduce((deepest, level) => Math.max(deepest, level + 1), 0)

/** Spans on the levels [from, to) that touch the scale; of several within one pixel of a level, the first. */
export function flameBoxes(layout: TraceLayout, scale: Scale, from: number, to: number): number[] {
  const painted = new Float64Array(Math.max(0, to - from)).fill(Number.NEGATIVE_INFINITY)
  const boxes: number[] = []
  for (let i = 0; i < layout.count; i++) {
    const level = layout.depth[i]! - from
    if (level < 0 || level >= painted.length) continue
    const right = xOf(scale, layout.end[i]!)
    if (right < 0 || layout.start[i]! > scale.to) continue
    const left = xOf(scale, layout.start[i]!)
    if (right - left < 1 && left < painted[level]!) continue
    painted[level] = Math.max(painted[level]!, Math.floor(left) + 1)
    boxes.push(i)
  }
  return boxes
}

/** The span at a place in CSS pixels, the one painted last; -1 for none. Thin ones are met within 2 px. */
export function spanAt(layout: TraceLayout, scale: Scale, x: number, level: number): number {
  const [from, to] = [timeAt(scale, x - 2), timeAt(scale, x + 2)]
  const at = timeAt(scale, x)
  let near = -1
  for (let i = layout.count - 1; i >= 0; i--) {
    if (layout.depth[i] !== level) continue
    if (layout.start[i]! <= at && at <= layout.end[i]!) return i
    if (near < 0 && layout.start[i]! <= to && layout.end[i]! >= from) near = i
  }
  return near
}
