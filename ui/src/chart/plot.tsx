/**
 * The frame of every chart over time: its size, the page's range, and the pointer over it. All plots of
 * a page share one cursor. Dragging over one zooms the page's range, a double click widens it; with the
 * focus on it the arrow keys move the cursor.
 *
 * Relies on the caller for what is drawn in it.
 */
import { signal, useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { Range } from '../lib/time-range.ts'
import { zoomTo } from '../state/range.ts'
import { useWidth } from './measure.ts'
import './plot.css'

/** Where the pointer is, in Unix milliseconds, whichever plot it is over. */
export const cursor = signal<number | undefined>(undefined)

/** CSS pixels, of the plot without its axes. */
export interface Plot {
  /** Left of the plot: what the labels of the values stand in. */
  readonly gutter: number
  readonly width: number
  readonly height: number
  readonly x: (at: number) => number
  /** Part of the plot is being chosen: what lies under the pointer is not told. */
  readonly held: boolean
}

interface Props {
  range: Range
  height: number
  gutter: number
  /** What a person who does not see it is told. */
  label: string
  /** How far an arrow key moves the cursor, in milliseconds. */
  step: number
  stale?: boolean
  children: (plot: Plot) => ComponentChildren
}

/** Of the labels of time, under the plot. */
export const TIME_AXIS = 18
const LEAST_DRAG = 4
const KEYS: Readonly<Record<string, number>> = {
  ArrowLeft: -1,
  ArrowRight: 1,
  PageUp: -10,
  PageDown: 10,
  Home: -Infinity,
  End: Infinity,
}

export function PlotFrame({ range, height, gutter, label, step, stale = false, children }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const width = Math.max(1, useWidth(box) - gutter)
  const grip = useSignal<Range | undefined>(undefined)
  const { from, to } = range
  const x = (at: number): number => ((at - from) / (to - from)) * width
  const at = (event: MouseEvent): number => {
    const left = event.clientX - box.current!.getBoundingClientRect().left - gutter
    return from + (Math.min(width, Math.max(0, left)) / width) * (to - from)
  }
  const release = (): void => {
    const held = grip.value && ordered(grip.value)
    grip.value = undefined
    if (held && x(held.to) - x(held.from) >= LEAST_DRAG) zoomTo(held)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const way = KEYS[event.key]
    if (way === undefined) return
    event.preventDefault()
    cursor.value = Math.min(to, Math.max(from, (cursor.value ?? (way > 0 ? from : to)) + way * step))
  }
  return (
    <div
      class={stale ? 'plot-frame stale' : 'plot-frame'}
      ref={box}
      role="group"
      aria-roledescription="chart"
      aria-label={label}
      tabIndex={0}
      style={{ height: `${height + TIME_AXIS}px` }}
      onKeyDown={onKeyDown}
      onBlur={() => (cursor.value = undefined)}
      onPointerDown={event => {
        if (event.button !== 0 || isLink(event.target)) return
        event.currentTarget.setPointerCapture(event.pointerId)
        grip.value = { from: at(event), to: at(event) }
      }}
      onPointerMove={event => {
        cursor.value = isLink(event.target) ? undefined : at(event)
        if (grip.value) grip.value = { ...grip.value, to: at(event) }
      }}
      onPointerUp={release}
      onPointerCancel={() => (grip.value = undefined)}
      onPointerLeave={() => (cursor.value = undefined)}
      onDblClick={event => {
        if (!isLink(event.target)) zoomTo(widened(range, at(event)))
      }}
    >
      {children({ gutter, width, height, x, held: grip.value !== undefined })}
      <div class="pointed" style={{ left: `${gutter}px`, width: `${width}px`, height: `${height}px` }}>
        {grip.value ? <Grip {...ordered(grip.value)} x={x} /> : <Cross x={x} width={width} />}
      </div>
    </div>
  )
}

/** Links over a plot are theirs: pressing one is no drag. */
const isLink = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('a') !== null

const ordered = ({ from, to }: Range): Range => ({ from: Math.min(from, to), to: Math.max(from, to) })

/** Twice as long, around an instant. */
const widened = ({ from, to }: Range, around: number): Range => ({
  from: around - (around - from) * 2,
  to: around + (to - around) * 2,
})

type Across = Pick<Plot, 'x'>

const Grip = ({ from, to, x }: Range & Across) => (
  <i class="grip" style={{ left: `${x(from)}px`, width: `${x(to) - x(from)}px` }} />
)

function Cross({ x, width }: Across & { width: number }) {
  const place = cursor.value === undefined ? -1 : x(cursor.value)
  return place < 0 || place > width ? null : <i class="cross" style={{ left: `${place}px` }} />
}
