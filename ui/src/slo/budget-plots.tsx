/** What is left of the budget as an area around its zero line, and good against bad events. */
import { cursor, TimePlot, type Mark, type PlotFrame } from '../chart/time-plot.tsx'
import { fillArea, strokeLine } from '../chart/lines.ts'
import { stackBars } from '../chart/stack.ts'
import { formatCount, formatInteger } from '../lib/format.ts'
import type { Range } from '../lib/time-range.ts'
import type { BurnAnswer } from './answers.ts'
import { indexAt, last } from './at.ts'
import { formatBudget, windowWords } from './words.ts'

interface Props {
  burn: BurnAnswer
  range: Range
  deploys: readonly Mark[]
}

const HEIGHT = 72
const PAD = 4

export function BudgetPlot({ burn, range, deploys, window }: Props & { window: string }) {
  const i = indexAt(burn.times, cursor.value)
  const shown = i === undefined ? last(burn.remaining) : burn.remaining[i]!
  return (
    <section class="panel" aria-label="Budget left">
      <p class="readout">
        <b>Budget left</b>
        <span class={(shown ?? 0) < 0 ? 'bad' : ''}>{formatBudget(shown)}</span>
        <span>of {windowWords(window)}</span>
      </p>
      <TimePlot
        range={range}
        height={HEIGHT}
        step={burn.stepMillis}
        marks={deploys}
        label={`Budget left: now ${formatBudget(last(burn.remaining))}`}
        paint={(ctx, frame) => paintBudget(ctx, frame, burn)}
      />
    </section>
  )
}

/** The scale holds the whole budget above zero, and below it as much as was overdrawn. */
function paintBudget(ctx: CanvasRenderingContext2D, frame: PlotFrame, burn: BurnAnswer): void {
  const { width, x, ink } = frame
  const lowest = Math.min(0, ...burn.remaining.map(value => value ?? 0))
  const y = (value: number): number => PAD + ((1 - value) / (1 - lowest)) * (HEIGHT - 2 * PAD)
  const zero = Math.round(y(0))
  const place = (k: number): number => Math.min(width, x(burn.times[0]! + k * burn.stepMillis))
  const above = burn.remaining.map(value => (value === null ? null : Math.max(0, value)))
  const below = burn.remaining.map(value => (value === null ? null : Math.min(0, value)))
  ctx.globalAlpha = 0.45
  ctx.fillStyle = ink.volume
  fillArea(ctx, above, place, y, zero)
  ctx.fillStyle = ink.bad
  fillArea(ctx, below, place, y, zero)
  ctx.globalAlpha = 1
  ctx.lineWidth = 1.5
  ctx.strokeStyle = ink.text
  strokeLine(ctx, burn.remaining, place, y)
  ctx.fillStyle = ink.muted
  ctx.fillRect(0, zero, width, 1)
  ctx.font = ink.axisFont
  ctx.textAlign = 'right'
  ctx.textBaseline = zero > HEIGHT / 2 ? 'bottom' : 'top'
  ctx.fillText('0 %', width - 2, zero + (zero > HEIGHT / 2 ? -1 : 2))
}

export function CountsPlot({ burn, range, deploys }: Props) {
  const i = indexAt(burn.times, cursor.value)
  const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0)
  const [good, bad] = [burn.good, burn.bad].map(counts => (i === undefined ? total(counts) : counts[i]!))
  return (
    <section class="panel" aria-label="Good and bad events">
      <p class="readout">
        <b>Events</b>
        <span>
          <i class="key" aria-hidden="true" />
          {formatInteger(good!)} good
        </span>
        <span class={bad! > 0 ? 'bad' : ''}>
          <i class="key bad" aria-hidden="true" />
          {formatInteger(bad!)} bad
        </span>
      </p>
      <TimePlot
        range={range}
        height={HEIGHT}
        step={burn.stepMillis}
        marks={deploys}
        label={`Events in the range: ${formatInteger(total(burn.good))} good, ${formatInteger(total(burn.bad))} bad`}
        paint={(ctx, frame) => paintCounts(ctx, frame, burn)}
      />
    </section>
  )
}

/** Bars stand where their steps do, which may begin a little before the range. */
function paintCounts(ctx: CanvasRenderingContext2D, { x, ink }: PlotFrame, burn: BurnAnswer): void {
  const { times, stepMillis, good, bad } = burn
  if (times.length === 0) return
  const left = x(times[0]! - stepMillis)
  const wide = x(times.at(-1)!) - left
  const { paths, peak } = stackBars({ bad, good }, ['bad', 'good'], times.length, wide, HEIGHT)
  ctx.save()
  ctx.translate(left, 0)
  const shapes: readonly (readonly [shape: Path2D, color: string])[] = [
    [new Path2D(paths[0]), ink.bad],
    [new Path2D(paths[1]), ink.volume],
  ]
  for (const [shape, color] of shapes) {
    ctx.fillStyle = color
    ctx.fill(shape)
  }
  ctx.restore()
  if (peak === 0) return
  ctx.font = ink.axisFont
  ctx.textAlign = 'left'
  ctx.textBaseline = 'top'
  const label = formatCount(peak)
  ctx.fillStyle = ink.bg
  ctx.fillRect(0, 0, ctx.measureText(label).width + 4, 13)
  ctx.fillStyle = ink.muted
  ctx.fillText(label, 0, 1)
}
