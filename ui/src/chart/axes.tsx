/** What a chart is read by: values at the left, time at the foot, thresholds across, marks from top to bottom. */
import { timeTicks, type Tick } from '../lib/ticks.ts'
import type { Range } from '../lib/time-range.ts'
import type { ValueAxis } from '../lib/value-axis.ts'
import { utc } from '../state/preferences.ts'
import { placeMarks, type Mark } from './marks.ts'
import { TIME_AXIS, type Plot } from './plot.tsx'

/** A value that is not to be crossed. */
export interface Threshold {
  readonly value: number
  readonly label: string
  readonly tone: 'bad' | 'warn'
}

/** A span of time that is to be seen, Unix milliseconds. */
export interface Shade {
  readonly from: number
  readonly to: number
  readonly tone: 'bad' | 'warn'
}

interface Props {
  plot: Plot
  range: Range
  axis: ValueAxis
  thresholds?: readonly Threshold[]
  marks?: readonly Mark[]
  shades?: readonly Shade[]
}

/** Half of the widest label of time, in CSS pixels. */
const LABEL_HALF = 22
const PIXELS_PER_TICK = 110
const LEAST_SHADE = 2
/** Above the topmost label, so that half of it and a dot on its line are seen. */
export const ROOM = 8

/** How far below the top of a plot a value stands. */
export const heightOf =
  (axis: ValueAxis, height: number) =>
  (value: number): number =>
    ROOM + (1 - axis.share(value)) * (height - ROOM)

export function Axes({ plot, range, axis, thresholds = [], marks = [], shades = [] }: Props) {
  const { gutter, width, height, x } = plot
  const y = heightOf(axis, height)
  return (
    <svg class="axes" width={width + gutter} height={height + TIME_AXIS} aria-hidden="true">
      {axis.ticks.map(tick => (
        <g key={tick.at} transform={`translate(${gutter} ${crisp(y(tick.at))})`}>
          <path class={tick.at === 0 ? 'ground' : ''} d={`M0 0h${width}`} />
          <text class="value" x={-8} y={4}>
            {tick.label}
          </text>
        </g>
      ))}
      {timeMarks(range, plot).map(tick => (
        <g key={tick.at} transform={`translate(${gutter + crisp(x(tick.at))} ${height})`}>
          <path d={`M0 0v-${height}M0 0v4`} />
          <text y={14}>{tick.label}</text>
        </g>
      ))}
      <g transform={`translate(${gutter} 0)`}>
        {shades.map(({ from, to, tone }) => (
          <rect
            key={from}
            class={tone}
            x={Math.max(0, x(from))}
            width={Math.max(LEAST_SHADE, Math.min(width, x(to)) - Math.max(0, x(from)))}
            height={height}
          />
        ))}
      </g>
      {thresholds.map(({ value, label, tone }) => (
        <g key={label} class={`threshold ${tone}`} transform={`translate(${gutter} ${crisp(y(value))})`}>
          <path d={`M0 0h${width}`} />
          <text x={4} y={-4}>
            {label}
          </text>
        </g>
      ))}
      {placeMarks(marks, x, width).map(({ at, left, label }) => (
        <g key={at} class="mark" transform={`translate(${gutter} 0)`}>
          <path d={`M${crisp(x(at))} 0v${height}`} />
          {label !== '' && (
            <text x={left} y={height - 5}>
              {label}
            </text>
          )}
        </g>
      ))}
    </svg>
  )
}

const crisp = (place: number): number => Math.round(place) + 0.5

/** Those whose labels are within the plot. */
const timeMarks = ({ from, to }: Range, { width, x }: Plot): Tick[] =>
  timeTicks(from, to, Math.max(2, width / PIXELS_PER_TICK), { utc: utc.value }).filter(
    ({ at }) => x(at) > LABEL_HALF && x(at) < width - LABEL_HALF,
  )
