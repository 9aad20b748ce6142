/** What is left of the budget as an area around its zero line, and good against bad events. */
import { Axes, ROOM } from '../chart/axes.tsx'
import { LineChart } from '../chart/line-chart.tsx'
import type { Mark } from '../chart/marks.ts'
import type { Layer } from '../chart/paint-layers.ts'
import { cursor, PlotFrame, type Plot } from '../chart/plot.tsx'
import { stackBars } from '../chart/stacked-bars.ts'
import { formatCount, formatInteger } from '../lib/format.ts'
import type { Range } from '../lib/time-range.ts'
import { linearAxis, type ValueAxis } from '../lib/value-axis.ts'
import type { BurnAnswer } from './answers.ts'
import { cells, GUTTER, gridOf, indexAt, last } from './at.ts'
import { formatBudget, windowWords } from './words.ts'

interface Props {
  burn: BurnAnswer
  range: Range
  deploys: readonly Mark[]
}

const HEIGHT = 80

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
      <LineChart
        range={range}
        grid={gridOf(burn)}
        layers={layersOf(cells(burn.remaining))}
        axis={budgetAxis(burn)}
        height={HEIGHT}
        gutter={GUTTER}
        label={`Budget left: now ${formatBudget(last(burn.remaining))}`}
        marks={deploys}
      />
    </section>
  )
}

/** What is left and what is overdrawn are areas of two colours, with one line along both. */
function layersOf(remaining: Float64Array): Layer[] {
  const zero = remaining.map(() => 0)
  const above = remaining.map(value => Math.max(0, value))
  const below = remaining.map(value => Math.min(0, value))
  return [
    { key: 'left', top: above, base: zero, color: 'accent', width: 0 },
    { key: 'overdrawn', top: below, base: zero, color: 'bad', width: 0 },
    { key: 'budget', top: remaining, base: undefined, color: 'text', width: 1.5 },
  ]
}

/** Nearer than this share of the height to another label there is no room for one. */
const LABEL_ROOM = 0.18

/** The whole budget above zero, and below it as much as was overdrawn. */
function budgetAxis({ remaining }: BurnAnswer): ValueAxis {
  const low = Math.min(0, ...remaining.map(value => value ?? 0))
  const span = 1 - low
  const marked = [low, 0, 1].filter(at => at === 0 || Math.abs(at) / span >= LABEL_ROOM)
  return linearAxis(
    low,
    1,
    marked.map(at => ({ at, label: formatBudget(at) })),
  )
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
      <PlotFrame
        range={range}
        height={HEIGHT}
        gutter={GUTTER}
        step={burn.stepMillis}
        label={`Events in the range: ${formatInteger(total(burn.good))} good, ${formatInteger(total(burn.bad))} bad`}
      >
        {plot => <Counts plot={plot} burn={burn} range={range} deploys={deploys} />}
      </PlotFrame>
    </section>
  )
}

/** Bars stand where their steps do, which may begin a little before the range. */
function Counts({ plot, burn, range, deploys }: Props & { plot: Plot }) {
  const { times, stepMillis, good, bad } = burn
  const left = plot.x((times[0] ?? range.from) - stepMillis)
  const wide = plot.x(times.at(-1) ?? range.to) - left
  const { paths, peak } = stackBars({ bad, good }, ['bad', 'good'], times.length, wide, HEIGHT - ROOM)
  const axis = linearAxis(
    0,
    Math.max(1, peak),
    [...new Set([0, peak])].map(at => ({ at, label: formatCount(at) })),
  )
  return (
    <>
      <svg
        class="bars"
        width={plot.width}
        height={HEIGHT}
        style={{ left: `${plot.gutter}px` }}
        aria-hidden="true"
      >
        <g transform={`translate(${left} ${ROOM})`}>
          <path class="bad" d={paths[0]} />
          <path d={paths[1]} />
        </g>
      </svg>
      <Axes {...{ plot, range, axis }} marks={deploys} />
    </>
  )
}
