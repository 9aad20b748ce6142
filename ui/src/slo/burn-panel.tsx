/**
 * The burn rate of one pair of windows over time: the long window as a line, the short one thinner,
 * the threshold as a labelled line, and the spans in which the alert fired shaded.
 *
 * The scale is logarithmic in 1 + burn: a threshold of 1 and an outage that burns 1,000 times too
 * fast are both to be read on it.
 */
import type { Shade } from '../chart/axes.tsx'
import { LineChart, type Grid } from '../chart/line-chart.tsx'
import type { Mark } from '../chart/marks.ts'
import type { Layer } from '../chart/paint-layers.ts'
import { cursor } from '../chart/plot.tsx'
import { formatClock } from '../lib/clock.ts'
import type { Range } from '../lib/time-range.ts'
import type { ValueAxis } from '../lib/value-axis.ts'
import { utc } from '../state/preferences.ts'
import type { BurnRow } from './answers.ts'
import { cells, GUTTER, indexAt, last } from './at.ts'
import { formatBurn, minutesText } from './words.ts'

interface Props {
  row: BurnRow
  /** Ends of steps, Unix milliseconds. */
  times: readonly number[]
  grid: Grid
  range: Range
  /** When its alert fired. */
  fired: readonly Pick<Shade, 'from' | 'to'>[]
  deploys: readonly Mark[]
}

const HEIGHT = 112

export function BurnPanel({ row, times, grid, range, fired, deploys }: Props) {
  const i = indexAt(times, cursor.value)
  const [long, short] = i === undefined ? [last(row.long), last(row.short)] : [row.long[i]!, row.short[i]!]
  const over = (long ?? 0) > row.factor && (short ?? 0) > row.factor
  const name = `${minutesText(row.longMinutes)}/${minutesText(row.shortMinutes)}`
  const tone = row.severity === 'page' ? 'bad' : 'warn'
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
      <LineChart
        range={range}
        grid={grid}
        layers={layersOf(row)}
        axis={burnAxis(row)}
        height={HEIGHT}
        gutter={GUTTER}
        label={described(row, name, fired.length)}
        thresholds={[{ value: row.factor, label: `${row.severity} above ${formatBurn(row.factor)}`, tone }]}
        marks={deploys}
        shades={fired.map(span => ({ ...span, tone }))}
      />
    </section>
  )
}

function described(row: BurnRow, name: string, fired: number): string {
  const highest = Math.max(0, ...row.long.map(value => value ?? 0))
  const alerts = fired === 0 ? 'no alert' : fired === 1 ? 'one alert' : `${fired} alerts`
  return `Burn rate ${name}: now ${formatBurn(last(row.long))}, at most ${formatBurn(highest)}, ${row.severity} above ${formatBurn(row.factor)}, ${alerts} in the range`
}

const layersOf = ({ short, long }: BurnRow): Layer[] => [
  { key: 'short', top: cells(short), base: undefined, color: 'muted', width: 1 },
  { key: 'long', top: cells(long), base: undefined, color: 'accent', width: 1.75 },
]

const AIR = 1.5

/** From 0 at the foot to what is above all there is, the threshold too; marked at 0 and at powers of ten. */
function burnAxis({ factor, long, short }: BurnRow): ValueAxis {
  const high = Math.max(factor * AIR, ...[...long, ...short].map(value => (value ?? 0) * 1.05))
  const tens = Array.from({ length: Math.floor(Math.log10(high)) + 1 }, (_, power) => 10 ** power)
  return {
    low: 0,
    high,
    ticks: [0, ...tens].map(at => ({ at, label: formatBurn(at) })),
    share: burn => Math.log10(1 + burn) / Math.log10(1 + high),
  }
}
