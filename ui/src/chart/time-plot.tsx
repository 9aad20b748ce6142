/**
 * A plot over time, painted on a canvas. All plots of a page share one cursor; dragging over one zooms
 * the page's range, and the arrow keys move the cursor of a plot that has the focus.
 *
 * Relies on the caller for what is painted and for the line that tells what is under the cursor.
 */
import { signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { timeTicks, type Tick } from '../lib/ticks.ts'
import type { Range } from '../lib/time-range.ts'
import { dark, utc } from '../state/preferences.ts'
import { zoomTo } from '../state/range.ts'
import { Canvas } from './canvas.tsx'
import { useWidth } from './measure.ts'
import { readInk, type Ink } from './ink.ts'
import './time-plot.css'

/** Where the pointer is, in Unix milliseconds, whichever plot it is over. */
export const cursor = signal<number | undefined>(undefined)

/** Something that happened at an instant: a line from top to bottom with a name. */
export interface Mark {
  /** Unix milliseconds. */
  readonly at: number
  readonly label: string
}

export interface PlotFrame {
  /** CSS pixels; of the plot without its axis. */
  readonly width: number
  readonly height: number
  readonly x: (at: number) => number
  readonly ink: Ink
}

interface Props {
  range: Range
  height: number
  /** What a person who does not see it is told. */
  label: string
  /** How far an arrow key moves the cursor, in milliseconds. */
  step: number
  marks?: readonly Mark[]
  paint: (ctx: CanvasRenderingContext2D, frame: PlotFrame) => void
}

const AXIS = 18
/** Half of the widest label of the axis, in CSS pixels. */
const LABEL_HALF = 22
const PIXELS_PER_TICK = 110
const LEAST_DRAG = 4

export function TimePlot({ range, height, label, step, marks = [], paint }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const grip = useSignal<{ from: number; to: number } | undefined>(undefined)
  // A change of theme changes every colour.
  void dark.value
  const { from, to } = range
  const x = (at: number): number => ((at - from) / (to - from)) * width
  const at = (event: PointerEvent): number => {
    const left = event.clientX - box.current!.getBoundingClientRect().left
    return from + (Math.min(width, Math.max(0, left)) / width) * (to - from)
  }
  const release = (): void => {
    const held = grip.value
    grip.value = undefined
    if (!held || Math.abs(x(held.to) - x(held.from)) < LEAST_DRAG) return
    zoomTo({ from: Math.min(held.from, held.to), to: Math.max(held.from, held.to) })
  }
  const ticks = timeTicks(from, to, Math.max(2, width / PIXELS_PER_TICK), { utc: utc.value }).filter(
    tick => x(tick.at) > LABEL_HALF && x(tick.at) < width - LABEL_HALF,
  )
  return (
    <div
      class="time-plot"
      ref={box}
      tabIndex={0}
      role="img"
      aria-label={label}
      style={{ height: `${height + AXIS}px` }}
      onPointerDown={event => {
        if (event.button !== 0) return
        event.currentTarget.setPointerCapture(event.pointerId)
        grip.value = { from: at(event), to: at(event) }
      }}
      onPointerMove={event => {
        cursor.value = at(event)
        if (grip.value) grip.value = { ...grip.value, to: at(event) }
      }}
      onPointerUp={release}
      onPointerCancel={() => (grip.value = undefined)}
      onPointerLeave={() => (cursor.value = undefined)}
      onBlur={() => (cursor.value = undefined)}
      onKeyDown={event => {
        const way = event.key === 'ArrowLeft' ? -step : event.key === 'ArrowRight' ? step : 0
        if (way === 0) return
        event.preventDefault()
        cursor.value = Math.min(to, Math.max(from, (cursor.value ?? (way > 0 ? from : to)) + way))
      }}
    >
      <Canvas
        width={width}
        height={height + AXIS}
        paint={ctx => {
          const ink = readInk(box.current!)
          ctx.clearRect(0, 0, width, height + AXIS)
          paint(ctx, { width, height, x, ink })
          paintMarks(ctx, marks, { width, height, x, ink })
          paintAxis(ctx, ticks, { width, height, x, ink })
          if (grip.value) paintGrip(ctx, grip.value, { width, height, x, ink })
          else if (cursor.value !== undefined) paintCursor(ctx, cursor.value, { width, height, x, ink })
        }}
      />
    </div>
  )
}

function paintAxis(
  ctx: CanvasRenderingContext2D,
  ticks: readonly Tick[],
  { width, height, x, ink }: PlotFrame,
): void {
  ctx.fillStyle = ink.line
  ctx.fillRect(0, height, width, 1)
  ctx.font = ink.axisFont
  ctx.textAlign = 'center'
  ctx.textBaseline = 'alphabetic'
  for (const tick of ticks) {
    ctx.fillStyle = ink.line
    ctx.fillRect(Math.round(x(tick.at)), height, 1, 4)
    ctx.fillStyle = ink.muted
    ctx.fillText(tick.label, x(tick.at), height + 14)
  }
}

/** Names of marks that would lie over the one before are left out; the lines are not. */
function paintMarks(
  ctx: CanvasRenderingContext2D,
  marks: readonly Mark[],
  { width, height, x, ink }: PlotFrame,
): void {
  ctx.font = ink.axisFont
  ctx.textBaseline = 'top'
  let free = 0
  for (const mark of marks.toSorted((a, b) => a.at - b.at)) {
    const place = Math.round(x(mark.at))
    if (place < 0 || place > width) continue
    ctx.fillStyle = ink.text
    ctx.fillRect(place, 0, 1, height)
    const wide = ctx.measureText(mark.label).width
    const left = place + 4 + wide > width ? place - 4 - wide : place + 4
    if (left < free) continue
    ctx.textAlign = 'left'
    ctx.fillStyle = ink.bg
    ctx.fillRect(left - 2, height - 15, wide + 4, 14)
    ctx.fillStyle = ink.text
    ctx.fillText(mark.label, left, height - 13)
    free = left + wide + 8
  }
}

function paintCursor(ctx: CanvasRenderingContext2D, at: number, { width, height, x, ink }: PlotFrame): void {
  const place = Math.round(x(at))
  if (place < 0 || place > width) return
  ctx.fillStyle = ink.muted
  ctx.fillRect(Math.min(width - 1, place), 0, 1, height)
}

function paintGrip(
  ctx: CanvasRenderingContext2D,
  grip: { readonly from: number; readonly to: number },
  { height, x, ink }: PlotFrame,
): void {
  const [a, b] = [x(Math.min(grip.from, grip.to)), x(Math.max(grip.from, grip.to))]
  ctx.globalAlpha = 0.18
  ctx.fillStyle = ink.accent
  ctx.fillRect(a, 0, b - a, height)
  ctx.globalAlpha = 1
  ctx.fillRect(a, 0, 1, height)
  ctx.fillRect(b - 1, 0, 1, height)
}
