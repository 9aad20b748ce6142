/** A few lines over one axis, with what they are at the cursor, or were last, above them. */
import type { Range } from '../lib/time-range.ts'
import { formatClock } from '../lib/clock.ts'
import { formatQuantity, type Quantity } from '../lib/quantity.ts'
import { valueAxis } from '../lib/value-axis.ts'
import { utc } from '../state/preferences.ts'
import { LineChart } from './line-chart.tsx'
import './line-panel.css'
import type { Mark } from './marks.ts'
import { cursor } from './plot.tsx'

export interface PanelLine {
  readonly name: string
  readonly values: readonly (number | null)[]
  /** The name of a token. */
  readonly color: string
  /** Filled down to zero. */
  readonly filled?: boolean
}

interface Props {
  title: string
  lines: readonly PanelLine[]
  /** Unix milliseconds, where the first step begins. */
  start: number
  /** Milliseconds. */
  step: number
  quantity: Quantity
  range: Range
  marks?: readonly Mark[]
  height?: number
  stale?: boolean
}

const HEIGHT = 96
/** Left of every plot of a page, for the widest label. */
const GUTTER = 60
const TICKS = 3

/** The value of a step stands where the step ends. */
export function LinePanel({ title, lines, start, step, quantity, range, marks = [], ...more }: Props) {
  const steps = lines[0]?.values.length ?? 0
  const at = cursor.value === undefined ? undefined : Math.floor((cursor.value - start) / step)
  const shown = at !== undefined && at >= 0 && at < steps ? at : undefined
  const known = lines.flatMap(({ values }) => values.filter(value => value !== null))
  const valueOf = ({ values }: PanelLine): number =>
    (shown === undefined ? values.findLast(value => value !== null) : values[shown]) ?? Number.NaN
  const told = lines.map(line => `${line.name} ${formatQuantity(valueOf(line), quantity)}`).join(', ')
  return (
    <section class="line-panel" aria-label={title}>
      <p class="readout">
        <b>{title}</b>
        {lines.map(line => (
          <span key={line.name}>
            <i class="key" style={{ background: `var(--${line.color})` }} aria-hidden="true" />
            {line.name} {formatQuantity(valueOf(line), quantity)}
          </span>
        ))}
        <span class="at">
          {shown === undefined ? '' : formatClock(start + shown * step, { utc: utc.value }, 'minute')}
        </span>
      </p>
      <LineChart
        range={range}
        grid={{ start: start + step, step, steps }}
        layers={lines.map(({ name, values, color, filled }) => ({
          key: name,
          top: Float64Array.from(values, value => value ?? Number.NaN),
          base: filled ? new Float64Array(values.length) : undefined,
          color,
          width: 1.5,
        }))}
        axis={valueAxis(0, Math.max(0, ...known), TICKS, quantity)}
        height={more.height ?? HEIGHT}
        gutter={GUTTER}
        label={`${title}: ${told}`}
        marks={marks}
        stale={more.stale ?? false}
      />
    </section>
  )
}
