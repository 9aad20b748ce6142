/**
 * Durations over time on a logarithmic scale: the darker a cell, the more spans; its red part failed.
 * A part that is dragged over is chosen.
 */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { HeatMapAnswer } from '../../../collector/src/serve/api-types.ts'
import { formatClock } from '../lib/clock.ts'
import { formatDuration, formatInteger } from '../lib/format.ts'
import { rowsOf, selectionOf, shadeOf, type Selection } from '../lib/heat-map.ts'
import { millisOfNano } from '../lib/nano.ts'
import { utc } from '../state/preferences.ts'
import { Canvas } from './canvas.tsx'
import { readInk } from './ink.ts'
import { useWidth } from './measure.ts'
import './heat-map.css'

interface Props {
  answer: HeatMapAnswer
  columns: number
  stale: boolean
  selection: Selection | undefined
  onSelect: (selection: Selection) => void
}

const HEIGHT = 120
const LABELS = 4

interface Point {
  readonly x: number
  readonly y: number
}

export function HeatMap({ answer, columns, stale, selection, onSelect }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const hover = useSignal<Point | undefined>(undefined)
  const grip = useSignal<{ from: Point; to: Point } | undefined>(undefined)
  const place = (event: PointerEvent): Point => {
    const { left, top } = box.current!.getBoundingClientRect()
    return { x: (event.clientX - left) / width, y: 1 - (event.clientY - top) / HEIGHT }
  }
  const release = (): void => {
    const held = grip.value
    grip.value = undefined
    if (held === undefined) return
    const { from, to } = held
    const chosen = selectionOf(answer, columns, [from.x, to.x], [from.y, to.y])
    if (chosen) onSelect(chosen)
  }
  const dragged = grip.value && {
    x: [grip.value.from.x, grip.value.to.x],
    y: [grip.value.from.y, grip.value.to.y],
  }
  const frame = dragged ?? (selection && placeOf(answer, columns, selection))
  return (
    <section class={stale ? 'heat-map stale' : 'heat-map'} aria-label="Durations over time">
      <p class="readout">
        <span>{readout(answer, columns, hover.value)}</span>
      </p>
      <div
        class="plot"
        ref={box}
        role="img"
        aria-label={describe(answer)}
        onPointerDown={event => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          grip.value = { from: place(event), to: place(event) }
        }}
        onPointerMove={event => {
          hover.value = place(event)
          if (grip.value) grip.value = { ...grip.value, to: place(event) }
        }}
        onPointerUp={release}
        onPointerCancel={() => (grip.value = undefined)}
        onPointerLeave={() => (hover.value = undefined)}
      >
        <Canvas
          width={width}
          height={HEIGHT}
          paint={ctx => paint(ctx, answer, columns, width, readInk(box.current!))}
        />
        <Scale bounds={answer.boundsNano} />
        {frame && <i class="frame" style={boxOf(frame)} aria-hidden="true" />}
      </div>
    </section>
  )
}

function paint(
  ctx: CanvasRenderingContext2D,
  answer: HeatMapAnswer,
  columns: number,
  width: number,
  ink: (token: string) => string,
): void {
  ctx.clearRect(0, 0, width, HEIGHT)
  const [w, h] = [width / columns, HEIGHT / Math.max(1, rowsOf(answer))]
  const most = answer.cells.reduce((all, [, , count]) => Math.max(all, count), 1)
  for (const [column, row, count, errors] of answer.cells) {
    const top = HEIGHT - (row + 1) * h
    const failed = (errors / count) * h
    ctx.globalAlpha = shadeOf(count, most)
    ctx.fillStyle = ink('accent')
    ctx.fillRect(column * w, top, Math.max(1, w - 0.5), h - failed)
    ctx.globalAlpha = Math.max(0.7, shadeOf(count, most))
    ctx.fillStyle = ink('bad')
    ctx.fillRect(column * w, top + h - failed, Math.max(1, w - 0.5), failed)
  }
  ctx.globalAlpha = 1
}

/** Some of the bounds, as many as have room. */
function Scale({ bounds }: { bounds: readonly number[] }) {
  const step = Math.max(1, Math.ceil(bounds.length / LABELS))
  return bounds.flatMap((nano, i) =>
    i > 0 && i < bounds.length - 1 && i % step === 0 ? (
      <span key={nano} class="bound" style={{ bottom: `${(i / (bounds.length - 1)) * 100}%` }}>
        {formatDuration(nano)}
      </span>
    ) : (
      []
    ),
  )
}

interface Frame {
  readonly x: readonly number[]
  readonly y: readonly number[]
}

function placeOf(answer: HeatMapAnswer, columns: number, { from, to, atLeast, below }: Selection): Frame {
  const begin = millisOfNano(answer.fromUnixNano)
  const length = (columns * answer.widthNano) / 1e6
  const { boundsNano } = answer
  const rows = rowsOf(answer)
  const rowAt = (nano: number): number => {
    const found = boundsNano.findIndex(bound => bound >= nano)
    return found < 0 ? rows : found
  }
  return {
    x: [(from - begin) / length, (to - begin) / length],
    y: [rowAt(atLeast) / rows, below === undefined ? 1 : rowAt(below) / rows],
  }
}

function boxOf({ x, y }: Frame): Record<string, string> {
  const inside = (value: number): number => Math.min(1, Math.max(0, value))
  const [left, right] = [inside(Math.min(...x)), inside(Math.max(...x))]
  const [bottom, top] = [inside(Math.min(...y)), inside(Math.max(...y))]
  return {
    left: `${left * 100}%`,
    width: `${(right - left) * 100}%`,
    bottom: `${bottom * 100}%`,
    height: `${(top - bottom) * 100}%`,
  }
}

function readout(answer: HeatMapAnswer, columns: number, at: Point | undefined): string {
  const cell = at && selectionOf(answer, columns, [at.x, at.x], [at.y, at.y])
  if (cell === undefined) return 'durations'
  const clock = (millis: number): string => formatClock(millis, { utc: utc.value }, 'second')
  const [column, row] = [Math.floor(at!.x * columns), Math.floor(at!.y * rowsOf(answer))]
  const found = answer.cells.find(([c, r]) => c === column && r === row)
  const failed = found && found[3] > 0 ? `, ${formatInteger(found[3])} failed` : ''
  const length =
    cell.below === undefined
      ? `from ${formatDuration(cell.atLeast)}`
      : `${formatDuration(cell.atLeast)} – ${formatDuration(cell.below)}`
  return `${clock(cell.from)} – ${clock(cell.to)} · ${length} · ${formatInteger(found?.[2] ?? 0)} spans${failed}`
}

function describe(answer: HeatMapAnswer): string {
  if (answer.cells.length === 0) return 'durations over time: no spans'
  const spans = answer.cells.reduce((sum, [, , count]) => sum + count, 0)
  const { boundsNano } = answer
  return `durations over time: ${formatInteger(spans)} spans from ${formatDuration(boundsNano[0]!)} to ${formatDuration(boundsNano.at(-1)!)}`
}
