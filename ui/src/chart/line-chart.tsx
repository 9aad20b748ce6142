/**
 * Values over time: lines and areas on a canvas between two axes, with thresholds across, marks and
 * shaded spans. Metrics, burn rates and budgets are all drawn by it.
 *
 * Relies on `plot.tsx` for the pointer, and on the caller for the axis and for what is told at the
 * cursor.
 */
import type { ComponentChildren } from 'preact'
import type { Range } from '../lib/time-range.ts'
import type { ValueAxis } from '../lib/value-axis.ts'
import { dark } from '../state/preferences.ts'
import { Axes, heightOf, type Shade, type Threshold } from './axes.tsx'
import { Canvas } from './canvas.tsx'
import { readInk } from './ink.ts'
import type { Mark } from './marks.ts'
import { paintLayers, type Layer } from './paint-layers.ts'
import { cursor, PlotFrame, type Plot } from './plot.tsx'

export interface Grid {
  /** Unix milliseconds of the first step. */
  readonly start: number
  /** Milliseconds. */
  readonly step: number
  readonly steps: number
}

/** What stands over the chart is told where things are in it. */
export interface Over extends Plot {
  readonly y: (value: number) => number
  /** The step under the cursor. */
  readonly at: number | undefined
}

interface Props {
  range: Range
  grid: Grid
  layers: readonly Layer[]
  axis: ValueAxis
  height: number
  gutter: number
  label: string
  stale?: boolean
  thresholds?: readonly Threshold[]
  marks?: readonly Mark[]
  shades?: readonly Shade[]
  children?: (over: Over) => ComponentChildren
}

export function LineChart({ range, grid, layers, axis, height, gutter, label, stale, ...more }: Props) {
  const { thresholds = [], marks = [], shades = [], children } = more
  // A change of theme changes every colour.
  void dark.value
  const y = heightOf(axis, height)
  return (
    <PlotFrame {...{ range, height, gutter, label }} step={grid.step} stale={stale ?? false}>
      {plot => {
        const at = plot.held ? undefined : stepAt(grid, cursor.value)
        const x = (step: number): number => placeOf(step, grid, plot)
        return (
          <>
            <Axes {...{ plot, range, axis, thresholds, marks, shades }} />
            <Canvas
              width={plot.width}
              height={height}
              left={gutter}
              paint={ctx => {
                ctx.clearRect(0, 0, plot.width, height)
                paintLayers(ctx, layers, { x, y }, children && at, readInk(ctx.canvas))
              }}
            />
            {children && (
              <div
                class="over"
                style={{ left: `${gutter}px`, width: `${plot.width}px`, height: `${height}px` }}
              >
                {children({ ...plot, y, at })}
              </div>
            )}
          </>
        )
      }}
    </PlotFrame>
  )
}

/** The step nearest to an instant; undefined without one, and where there are no values far and wide. */
function stepAt({ start, step, steps }: Grid, instant: number | undefined): number | undefined {
  if (instant === undefined) return undefined
  const nearest = Math.round((instant - start) / step)
  if (nearest < -1 || nearest > steps || steps === 0) return undefined
  return Math.min(steps - 1, Math.max(0, nearest))
}

/** The step that runs ends after now, and stands at the edge. */
function placeOf(step: number, grid: Grid, { x, width }: Plot): number {
  const place = x(grid.start + step * grid.step)
  return place > width && place - width < x(grid.start + grid.step) - x(grid.start) ? width : place
}
