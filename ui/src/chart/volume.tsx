/**
 * Volume over time: stacked bars on the page's range. Dragging over it zooms the range; what is under
 * the pointer is told on the line above, so nothing covers the data.
 */
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import type { HistogramAnswer } from '../../../collector/src/serve/api-types.ts'
import { formatClock } from '../lib/clock.ts'
import { formatCount, formatInteger } from '../lib/format.ts'
import { millisOfNano } from '../lib/nano.ts'
import { withTerm } from '../lib/search-text.ts'
import { timeTicks } from '../lib/ticks.ts'
import type { Range } from '../lib/time-range.ts'
import { link, param, path } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import { placeMarks, type Mark } from './marks.ts'
import { useWidth } from './measure.ts'
import { stackBars, totalsOf } from './stacked-bars.ts'
import './volume.css'

export interface VolumeClass {
  readonly name: string
  /** What it is called in the legend. */
  readonly label: string
  readonly color: string
  /** The filter that leaves only these. */
  readonly term?: string
}

interface Props {
  answer: HistogramAnswer | undefined
  classes: readonly VolumeClass[]
  /** What a count counts: `spans`. */
  noun: string
  range: Range
  stale: boolean
  /** Why there is nothing newer to show. */
  fault: string | undefined
  marks: readonly Mark[]
  onZoom: (range: Range) => void
}

const HEIGHT = 64
/** Half of the widest label of the axis, in CSS pixels. */
const LABEL_HALF = 22

export function Volume({ answer, classes, noun, range, stale, fault, marks, onZoom }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const width = useWidth(box)
  const hover = useSignal<number | undefined>(undefined)
  const grip = useSignal<{ from: number; to: number } | undefined>(undefined)

  const names = classes.map(({ name }) => name)
  const buckets = Math.max(0, ...Object.values(answer?.counts ?? {}).map(counts => counts.length))
  const from = answer ? millisOfNano(answer.fromUnixNano) : range.from
  const to = answer && buckets > 0 ? from + (answer.widthNano / 1e6) * buckets : range.to
  const x = (at: number): number => ((at - from) / (to - from)) * width
  const ticks = timeTicks(from, to, Math.max(2, width / 110), { utc: utc.value }).filter(
    tick => x(tick.at) > LABEL_HALF && x(tick.at) < width - LABEL_HALF,
  )
  const { paths, peak } = stackBars(answer?.counts ?? {}, names, buckets, width, HEIGHT)
  const bucket =
    hover.value === undefined || buckets === 0 ? undefined : Math.floor((hover.value / width) * buckets)

  const place = (event: PointerEvent): number =>
    Math.min(width, Math.max(0, event.clientX - box.current!.getBoundingClientRect().left))
  const release = (): void => {
    const held = grip.value
    grip.value = undefined
    if (!held || Math.abs(held.to - held.from) < 4) return
    const [a, b] = [held.from, held.to].sort((m, n) => m - n) as [number, number]
    onZoom({ from: from + (a / width) * (to - from), to: from + (b / width) * (to - from) })
  }

  return (
    <section class={stale ? 'volume stale' : 'volume'} aria-label={`${noun} over time`}>
      <Readout {...{ answer, classes, noun, buckets, bucket, from, to, fault }} />
      <div
        class="plot"
        ref={box}
        onPointerDown={event => {
          if (event.button !== 0) return
          event.currentTarget.setPointerCapture(event.pointerId)
          grip.value = { from: place(event), to: place(event) }
        }}
        onPointerMove={event => {
          hover.value = Math.min(place(event), width - 0.01)
          if (grip.value) grip.value = { ...grip.value, to: place(event) }
        }}
        onPointerUp={release}
        onPointerCancel={() => (grip.value = undefined)}
        onPointerLeave={() => (hover.value = undefined)}
      >
        {peak > 0 && <span class="peak">{formatCount(peak)}</span>}
        <svg
          width={width}
          height={HEIGHT + 18}
          role="img"
          aria-label={describe(answer, classes, noun, buckets)}
        >
          {bucket !== undefined && !grip.value && (
            <rect
              class="under"
              x={(bucket * width) / buckets}
              y={0}
              width={width / buckets}
              height={HEIGHT}
            />
          )}
          {paths.map((shape, k) => (
            <path key={names[k]} d={shape} style={{ fill: classes[k]!.color }} />
          ))}
          <path class="ground" d={`M0 ${HEIGHT + 0.5}h${width}`} />
          {ticks.map(tick => (
            <g key={tick.at}>
              <path class="ground" d={`M${Math.round(x(tick.at)) + 0.5} ${HEIGHT + 1}v4`} />
              <text x={x(tick.at)} y={HEIGHT + 15}>
                {tick.label}
              </text>
            </g>
          ))}
          {placeMarks(marks, x, width).map(({ at, left, label }) => (
            <g key={at} class="mark">
              <path d={`M${Math.round(x(at)) + 0.5} 0v${HEIGHT}`} />
              <text x={left} y={HEIGHT - 5}>
                {label}
              </text>
            </g>
          ))}
          {grip.value && (
            <rect
              class="grip"
              x={Math.min(grip.value.from, grip.value.to)}
              y={0}
              width={Math.abs(grip.value.to - grip.value.from)}
              height={HEIGHT}
            />
          )}
        </svg>
      </div>
    </section>
  )
}

interface ReadoutProps extends Pick<Props, 'answer' | 'classes' | 'noun' | 'fault'> {
  buckets: number
  bucket: number | undefined
  from: number
  to: number
}

function Readout({ answer, classes, noun, buckets, bucket, from, to, fault }: ReadoutProps) {
  const step = (to - from) / Math.max(1, buckets)
  const precision = step < 1000 ? 'milli' : step < 60_000 ? 'second' : 'minute'
  const clock = (at: number): string => formatClock(at, { utc: utc.value }, precision)
  const countOf = (name: string): number =>
    bucket === undefined ? sum(answer?.counts[name]) : (answer?.counts[name]?.[bucket] ?? 0)
  const shown = classes.filter(({ name }) => sum(answer?.counts[name]) > 0)
  return (
    <p class="readout">
      <span>
        {bucket === undefined
          ? noun
          : `${clock(from + bucket * step)} – ${clock(from + (bucket + 1) * step)}`}
      </span>
      {shown.map(({ name, label, color, term }) => (
        <Narrow key={name} term={term}>
          <i style={{ background: color }} aria-hidden="true" />
          {formatInteger(countOf(name))} {label}
        </Narrow>
      ))}
      {fault && <span class="bad">{fault}</span>}
    </p>
  )
}

/** Leads to these alone, unless the search asks for that already. */
function Narrow({ term, children }: { term: string | undefined; children: ComponentChildren }) {
  const q = param('q')
  const narrowed = term === undefined ? q : withTerm(q, term)
  if (narrowed === q) return <span>{children}</span>
  return (
    <a
      href={link(path.value, { q: narrowed, sort: param('sort'), order: param('order') })}
      title={`Only ${term}`}
    >
      {children}
    </a>
  )
}

const sum = (counts: readonly number[] | undefined): number => counts?.reduce((a, b) => a + b, 0) ?? 0

function describe(
  answer: HistogramAnswer | undefined,
  classes: readonly VolumeClass[],
  noun: string,
  buckets: number,
): string {
  if (!answer) return `${noun} over time, loading`
  const totals = totalsOf(
    answer.counts,
    classes.map(({ name }) => name),
    buckets,
  )
  const parts = classes.map(({ name, label }) => `${formatInteger(sum(answer.counts[name]))} ${label}`)
  return `${noun} over time: ${parts.join(', ')}; at most ${formatInteger(Math.max(0, ...totals))} in one bar`
}
