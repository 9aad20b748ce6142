/** Paints lines, or areas upon each other. Relies on the caller for scales and colours. */
import type { Drawn } from './stacking.ts'

export interface Stroked extends Drawn {
  readonly color: string
  readonly dash: readonly number[]
  /** `strong` is looked at; `faint` are the others then. */
  readonly weight: 'normal' | 'strong' | 'faint'
}

export interface Scales {
  readonly x: (step: number) => number
  readonly y: (value: number) => number
}

const AREA = 0.28
const FAINT = 0.25

/** @param at the step under the cursor, whose values are marked */
export function paintLines(
  ctx: CanvasRenderingContext2D,
  lines: readonly Stroked[],
  { x, y }: Scales,
  at: number | undefined,
  bg: string,
): void {
  const ordered = lines.toSorted((a, b) => Number(a.weight === 'strong') - Number(b.weight === 'strong'))
  for (const line of ordered) {
    ctx.globalAlpha = line.weight === 'faint' ? FAINT : 1
    ctx.strokeStyle = ctx.fillStyle = line.color
    if (line.base) paintArea(ctx, line.top, line.base, { x, y })
    paintLine(ctx, line, { x, y })
    if (at !== undefined && Number.isFinite(line.top[at]!)) paintDot(ctx, x(at), y(line.top[at]!), bg)
  }
  ctx.globalAlpha = 1
}

/** Runs of values; one alone is a dot, for a line of one point is not seen. */
function paintLine(ctx: CanvasRenderingContext2D, { top, dash, weight }: Stroked, { x, y }: Scales): void {
  ctx.lineWidth = weight === 'strong' ? 2.5 : 1.5
  ctx.lineJoin = 'round'
  ctx.setLineDash(dash)
  ctx.beginPath()
  top.forEach((value, i) => {
    if (!Number.isFinite(value)) return
    if (Number.isFinite(top[i - 1] ?? NaN)) ctx.lineTo(x(i), y(value))
    else if (Number.isFinite(top[i + 1] ?? NaN)) ctx.moveTo(x(i), y(value))
    else {
      ctx.moveTo(x(i) + 1.5, y(value))
      ctx.arc(x(i), y(value), 1.5, 0, 2 * Math.PI)
    }
  })
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
  for (let from = 0; from < top.length; from++) {
    if (Number.isNaN(top[from]!)) continue
    let to = from
    while (to + 1 < top.length && !Number.isNaN(top[to + 1]!)) to++
    ctx.moveTo(x(from), y(base[from]!))
    for (let i = from; i <= to; i++) ctx.lineTo(x(i), y(top[i]!))
    for (let i = to; i >= from; i--) ctx.lineTo(x(i), y(base[i]!))
    from = to
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
