/**
 * Series over time: lines or stacked areas on one canvas, axes beside it, a cursor that tells every
 * value at its step, exemplars as links to their traces. Dragging zooms the range, a double click
 * widens it; with the focus on it, arrow keys move the cursor.
 */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { formatQuantity, type Quantity } from '../lib/quantity.ts'
import type { Range } from '../lib/time-range.ts'
import { timeTicks } from '../lib/ticks.ts'
import { valueAxis, type ValueAxis } from '../lib/value-axis.ts'
import { utc } from '../state/preferences.ts'
import { Canvas } from './canvas.tsx'
import { CursorTip } from './cursor-tip.tsx'
import { ExemplarDots, exemplarTop, placeExemplars, type ExemplarLayer } from './exemplar-dots.tsx'
import { useWidth } from './measure.ts'
import type { Palette } from './palette.ts'
import { paintLines, type Scales } from './paint-lines.ts'
import { drawn, extremes } from './stacking.ts'
import './line-chart.css'

export interface ChartLine {
  readonly key: string
  readonly name: string
  readonly values: Float64Array
  /** Index into the palette's services. */
  readonly hue: number
  /** How many lines had this hue before. */
  readonly round: number
}

export interface Grid {
  /** Unix milliseconds of the first step. */
  readonly start: number
  /** Milliseconds. */
  readonly step: number
  readonly steps: number
}

interface Props {
  lines: readonly ChartLine[]
  grid: Grid
  stacked: boolean
  quantity: Quantity
  range: Range
  palette: Palette
  exemplars: ExemplarLayer | undefined
  stale: boolean
  /** Of the line that is looked at. */
  looked: string | undefined
  /** What a screen reader is told of the chart. */
  label: string
  onZoom: (range: Range) => void
}

export const HEIGHT = 260
const AXIS = 18
const GUTTER = 64
/** Above the topmost mark, so that half of its label and a dot on it are seen. */
const ROOM = 8
/** Half of the widest label of time, in CSS pixels. */
const LABEL_HALF = 22
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 3]]

export function LineChart(props: Props) {
  const { lines, grid, stacked, quantity, range, palette, exemplars, stale, looked, label, onZoom } = props
  const box = useRef<HTMLDivElement>(null)
  const width = Math.max(1, useWidth(box) - GUTTER)
  const cursor = useSignal<{ step: number; y: number } | undefined>(undefined)
  const grip = useSignal<{ from: number; to: number } | undefined>(undefined)

  const layers = drawn(
    lines.map(({ values }) => values),
    stacked,
  )
  const { low, high } = extremes(layers)
  const axis = valueAxis(low, exemplarTop(high, exemplars), 5, quantity)
  const length = range.to - range.from
  const xOf = (at: number): number => ((at - range.from) / length) * width
  const scales: Scales = {
    x: step => xOf(grid.start + step * grid.step),
    y: value => ROOM + (1 - (value - axis.low) / (axis.high - axis.low)) * (HEIGHT - ROOM),
  }
  const dots = exemplars ? placeExemplars(exemplars, { x: xOf, y: scales.y, width, height: HEIGHT }) : []
  const stepAt = (x: number): number =>
    Math.round((range.from + (x / width) * length - grid.start) / grid.step)
  const at = cursor.value && Math.min(grid.steps - 1, Math.max(0, cursor.value.step))

  const place = (event: PointerEvent | MouseEvent): number =>
    Math.min(width, Math.max(0, event.clientX - box.current!.getBoundingClientRect().left - GUTTER))
  const instantAt = (x: number): number => range.from + (x / width) * length
  const release = (): void => {
    const held = grip.value
    grip.value = undefined
    if (!held || Math.abs(held.to - held.from) < 4) return
    onZoom({ from: instantAt(Math.min(held.from, held.to)), to: instantAt(Math.max(held.from, held.to)) })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageUp: -10,
      PageDown: 10,
      Home: -grid.steps,
      End: grid.steps,
    }[event.key]
    if (step === undefined || grid.steps === 0) return
    event.preventDefault()
    const now = at ?? (step > 0 ? -1 : grid.steps)
    cursor.value = { step: Math.min(grid.steps - 1, Math.max(0, now + step)), y: ROOM }
  }

  return (
    <div
      class={stale ? 'lines stale' : 'lines'}
      ref={box}
      role="group"
      aria-roledescription="chart"
      aria-label={label}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onBlur={() => (cursor.value = undefined)}
      onPointerDown={event => {
        if (event.button !== 0 || isDot(event.target)) return
        event.currentTarget.setPointerCapture(event.pointerId)
        grip.value = { from: place(event), to: place(event) }
      }}
      onPointerMove={event => {
        const y = event.clientY - box.current!.getBoundingClientRect().top
        cursor.value = isDot(event.target) ? undefined : { step: stepAt(place(event)), y }
        if (grip.value) grip.value = { ...grip.value, to: place(event) }
      }}
      onPointerUp={release}
      onPointerCancel={() => (grip.value = undefined)}
      onPointerLeave={() => (cursor.value = undefined)}
      onDblClick={event => {
        if (!isDot(event.target)) onZoom(widened(range, instantAt(place(event))))
      }}
    >
      <Axes axis={axis} range={range} width={width} y={scales.y} x={xOf} quantity={quantity} />
      <Canvas
        width={width}
        height={HEIGHT}
        left={GUTTER}
        paint={ctx => {
          ctx.clearRect(0, 0, width, HEIGHT)
          const stroked = layers.map((layer, i) => ({
            ...layer,
            color: palette.services[lines[i]!.hue]!,
            dash: DASHES[lines[i]!.round % DASHES.length]!,
            weight: weightOf(lines[i]!.key, looked),
          }))
          paintLines(ctx, stroked, scales, grip.value ? undefined : at, palette.bg)
        }}
      />
      <div class="over" style={{ left: `${GUTTER}px`, width: `${width}px`, height: `${HEIGHT}px` }}>
        {grip.value && (
          <i
            class="grip"
            style={{
              left: `${Math.min(grip.value.from, grip.value.to)}px`,
              width: `${Math.abs(grip.value.to - grip.value.from)}px`,
            }}
          />
        )}
        {at !== undefined && grid.steps > 0 && !grip.value && (
          <>
            <i class="cross" style={{ left: `${scales.x(at)}px` }} />
            <CursorTip
              lines={lines}
              step={at}
              at={grid.start + at * grid.step}
              precise={grid.step < 60_000}
              x={scales.x(at)}
              y={cursor.value!.y}
              width={width}
              quantity={quantity}
            />
          </>
        )}
        <ExemplarDots dots={dots} width={width} quantity={exemplars?.quantity ?? 'number'} />
      </div>
    </div>
  )
}

const isDot = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('a.exemplar') !== null

const weightOf = (key: string, looked: string | undefined): 'normal' | 'strong' | 'faint' =>
  looked === undefined ? 'normal' : key === looked ? 'strong' : 'faint'

/** Twice as long, around an instant. */
const widened = ({ from, to }: Range, around: number): Range => ({
  from: around - (around - from) * 2,
  to: around + (to - around) * 2,
})

interface AxesProps {
  axis: ValueAxis
  range: Range
  width: number
  x: (at: number) => number
  y: (value: number) => number
  quantity: Quantity
}

function Axes({ axis, range, width, x, y, quantity }: AxesProps) {
  const times = timeTicks(range.from, range.to, Math.max(2, width / 110), { utc: utc.value }).filter(
    tick => x(tick.at) > LABEL_HALF && x(tick.at) < width - LABEL_HALF,
  )
  return (
    <svg class="axes" width={width + GUTTER} height={HEIGHT + AXIS} aria-hidden="true">
      {axis.ticks.map(tick => (
        <g key={tick.at} transform={`translate(${GUTTER} ${Math.round(y(tick.at)) + 0.5})`}>
          <path class={tick.at === 0 ? 'ground' : 'grid'} d={`M0 0h${width}`} />
          <text class="value" x={-8} y={4}>
            <title>{formatQuantity(tick.at, quantity)}</title>
            {tick.label}
          </text>
        </g>
      ))}
      {times.map(tick => (
        <g key={tick.at} transform={`translate(${GUTTER + Math.round(x(tick.at)) + 0.5} ${HEIGHT})`}>
          <path class="grid" d={`M0 0v-${HEIGHT - ROOM}`} />
          <text y={14}>{tick.label}</text>
        </g>
      ))}
    </svg>
  )
}
