/**
 * The burn rate of one pair of windows over time: the long window as a line, the short one thinner,
 * the threshold as a labelled line, and the spans in which the alert fired shaded.
 *
 * The scale is logarithmic in 1 + burn: a threshold of 1 and an outage that burns 1,000 times too
 * fast are both to be read on it.
 */
import { cursor, TimePlot, type Mark, type PlotFrame } from '../chart/time-plot.tsx'
import { strokeLine } from '../chart/lines.ts'
import { formatClock } from '../lib/clock.ts'
import type { Range } from '../lib/time-range.ts'
import { utc } from '../state/preferences.ts'
import type { BurnRow } from './answers.ts'
import { indexAt, last } from './at.ts'
import { formatBurn, minutesText } from './words.ts'

export interface Fired {
  /** Unix milliseconds; of one that fires still, the end of the range. */
  readonly from: number
  readonly to: number
}

interface Props {
  row: BurnRow
  /** Ends of steps, Unix milliseconds. */
  times: readonly number[]
  stepMillis: number
  range: Range
  fired: readonly Fired[]
  deploys: readonly Mark[]
}

const HEIGHT = 104
const TOP = 14

export function BurnPanel({ row, times, stepMillis, range, fired, deploys }: Props) {
  const i = indexAt(times, cursor.value)
  const [long, short] = i === undefined ? [last(row.long), last(row.short)] : [row.long[i]!, row.short[i]!]
  const over = (long ?? 0) > row.factor && (short ?? 0) > row.factor
  const name = `${minutesText(row.longMinutes)}/${minutesText(row.shortMinutes)}`
  const at = i === undefined ? '' : formatClock(times[i]!, { utc: utc.value }, 'minute')
  return (
    <section class="panel burn" aria-label={`Burn rate, ${name}`}>
      <p class="readout">
        <b>{name}</b>
        <span>{row.severity}</span>
        <span class={over ? 'bad' : ''}>
          {formatBurn(long)} over {minutesText(row.longMinutes)}
        </span>
        <span class={over ? 'bad' : ''}>
          {formatBurn(short)} over {minutesText(row.shortMinutes)}
        </span>
        <span class="at">{at}</span>
      </p>
      <TimePlot
        range={range}
        height={HEIGHT}
        step={stepMillis}
        marks={deploys}
        label={described(row, name, fired.length)}
        paint={(ctx, frame) => paint(ctx, frame, { row, times, stepMillis, fired })}
      />
    </section>
  )
}

function described(row: BurnRow, name: string, fired: number): string {
  const highest = Math.max(0, ...row.long.map(value => value ?? 0))
  const alerts = fired === 0 ? 'no alert' : fired === 1 ? 'one alert' : `${fired} alerts`
  return `Burn rate ${name}: now ${formatBurn(last(row.long))}, at most ${formatBurn(highest)}, ${row.severity} above ${formatBurn(row.factor)}, ${alerts} in the range`
}

type Painted = Pick<Props, 'row' | 'times' | 'stepMillis' | 'fired'>

/** From 0 at the foot to a power of ten above all there is. */
function scaleOf(row: BurnRow): { top: number; y: (burn: number) => number } {
  const highest = Math.max(row.factor * 1.5, ...row.long.map(v => v ?? 0), ...row.short.map(v => v ?? 0))
  const span = Math.log10(1 + highest)
  return { top: highest, y: burn => HEIGHT - (Math.log10(1 + burn) / span) * (HEIGHT - TOP) }
}

function paint(
  ctx: CanvasRenderingContext2D,
  frame: PlotFrame,
  { row, times, stepMillis, fired }: Painted,
): void {
  const { width, x, ink } = frame
  const { top, y } = scaleOf(row)
  const alarm = row.severity === 'page' ? ink.bad : ink.warn
  ctx.globalAlpha = 0.14
  ctx.fillStyle = alarm
  for (const span of fired) ctx.fillRect(x(span.from), 0, Math.max(2, x(span.to) - x(span.from)), HEIGHT)
  ctx.globalAlpha = 1
  paintGrid(ctx, frame, top, y)
  // The step that runs ends after now, and stands at the edge.
  const place = (k: number): number => Math.min(width, x(times[0]! + k * stepMillis))
  ctx.lineJoin = 'round'
  ctx.lineWidth = 1
  ctx.strokeStyle = ink.edge
  strokeLine(ctx, row.short, place, y)
  ctx.lineWidth = 1.75
  ctx.strokeStyle = ink.accent
  strokeLine(ctx, row.long, place, y)
  paintThreshold(ctx, Math.round(y(row.factor)), row, width, frame)
}

function paintGrid(
  ctx: CanvasRenderingContext2D,
  { width, ink }: PlotFrame,
  top: number,
  y: (burn: number) => number,
): void {
  ctx.font = ink.axisFont
  ctx.textAlign = 'right'
  ctx.textBaseline = 'bottom'
  for (let burn = 1; burn <= top; burn *= 10) {
    ctx.fillStyle = ink.line
    ctx.fillRect(0, Math.round(y(burn)), width, 1)
    ctx.fillStyle = ink.muted
    ctx.fillText(`${burn}×`, width - 2, Math.round(y(burn)) - 1)
  }
}

function paintThreshold(
  ctx: CanvasRenderingContext2D,
  place: number,
  row: BurnRow,
  width: number,
  { ink }: PlotFrame,
): void {
  const label = `${row.severity} above ${formatBurn(row.factor)}`
  ctx.strokeStyle = row.severity === 'page' ? ink.bad : ink.warn
  ctx.lineWidth = 1
  ctx.setLineDash([5, 3])
  ctx.beginPath()
  ctx.moveTo(0, place + 0.5)
  ctx.lineTo(width, place + 0.5)
  ctx.stroke()
  ctx.setLineDash([])
  ctx.textAlign = 'left'
  ctx.textBaseline = 'bottom'
  ctx.font = ink.axisFont
  ctx.fillStyle = ink.bg
  ctx.fillRect(0, place - 14, ctx.measureText(label).width + 6, 13)
  ctx.fillStyle = ink.text
  ctx.fillText(label, 2, place - 1)
}
