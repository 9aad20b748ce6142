/** Paints lines and the areas between two. Relies on the caller for scales; knows nothing of time or units. */
import type { Ink } from './ink.ts'
import type { Drawn } from './stacked-areas.ts'

/** One line of a chart, with an area where it has a base. */
export interface Layer extends Drawn {
  readonly key: string
  /** The name of a token. */
  readonly color: string
  /** Of the line, in CSS pixels; 0 for an area alone. */
  readonly width: number
  readonly dash?: readonly number[]
  /** Another one is looked at. */
  readonly faint?: boolean
}

export interface Scales {
  readonly x: (step: number) => number
  readonly y: (value: number) => number
}

const AREA = 0.3
const FAINT = 0.25
const LEAST_RUN = 3

/** @param at the step under the cursor, whose values are marked */
export function paintLayers(
  ctx: CanvasRenderingContext2D,
  layers: readonly Layer[],
  scales: Scales,
  at: number | undefined,
  ink: Ink,
): void {
  for (const layer of layers) {
    ctx.globalAlpha = layer.faint ? FAINT : 1
    ctx.strokeStyle = ctx.fillStyle = ink(layer.color)
    if (layer.base) paintArea(ctx, layer.top, layer.base, scales)
    if (layer.width > 0) paintLine(ctx, layer, scales)
    if (at !== undefined && Number.isFinite(layer.top[at]!))
      paintDot(ctx, scales.x(at), scales.y(layer.top[at]!), ink('bg'))
  }
  ctx.globalAlpha = 1
}

/** Runs of steps whose values are known, as `[from, to)`. */
export function runsOf(values: Float64Array): readonly (readonly [from: number, to: number])[] {
  const runs: [number, number][] = []
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return
    const last = runs.at(-1)
    if (last && last[1] === i) last[1] = i + 1
    else runs.push([i, i + 1])
  })
  return runs
}

/** A step alone is drawn as long as it is, and never as less than a dot: nothing known is unseen. */
function paintLine(ctx: CanvasRenderingContext2D, { top, dash = [], width }: Layer, { x, y }: Scales): void {
  ctx.lineWidth = width
  ctx.lineJoin = 'round'
  ctx.setLineDash([...dash])
  ctx.beginPath()
  for (const [from, to] of runsOf(top)) {
    const long = to - from > 1 ? 0 : Math.max(LEAST_RUN, x(from) - x(from - 1))
    ctx.moveTo(x(from) - long, y(top[from]!))
    for (let i = from; i < to; i++) ctx.lineTo(x(i), y(top[i]!))
  }
  ctx.stroke()
  ctx.setLineDash([])
}

function paintArea(
  ctx: CanvasRenderingContext2D,
  top: Float64Array,
  base: Float64Array,
  { x, y }: Scales,
): void {
  const alpha = ctx.globalAlpha
  ctx.globalAlpha = alpha * AREA
  ctx.beginPath()
  for (const [from, to] of runsOf(top)) {
    ctx.moveTo(x(from), y(base[from]!))
    for (let i = from; i < to; i++) ctx.lineTo(x(i), y(top[i]!))
    for (let i = to - 1; i >= from; i--) ctx.lineTo(x(i), y(base[i]!))
  }
  ctx.fill()
  ctx.globalAlpha = alpha
}

function paintDot(ctx: CanvasRenderingContext2D, x: number, y: number, bg: string): void {
  ctx.beginPath()
  ctx.arc(x, y, 3.5, 0, 2 * Math.PI)
  ctx.fill()
  ctx.lineWidth = 1.5
  const stroke = ctx.strokeStyle
  ctx.strokeStyle = bg
  ctx.stroke()
  ctx.strokeStyle = stroke
}
