/**
 * Exemplars as dots over a chart, each a link to the trace that left it: at its value where the chart
 * shows such values, else in a row at the foot. `e` and `E` walk them.
 */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { shortId } from '../lib/any-id.ts'
import { formatInstant } from '../lib/clock.ts'
import { thinOut, type Exemplar } from '../lib/exemplars.ts'
import { formatQuantity, type Quantity } from '../lib/quantity.ts'
import { tracePath } from '../lib/routes.ts'
import { useKeys } from '../state/keys.ts'
import { link } from '../state/location.ts'
import { utc } from '../state/preferences.ts'
import type { Over } from './line-chart.tsx'
import './over.css'

export interface ExemplarLayer {
  readonly exemplars: readonly Exemplar[]
  /** What their values are measured in. */
  readonly quantity: Quantity
  /** The chart's values are of the same kind. */
  readonly onScale: boolean
}

interface Dot {
  readonly x: number
  readonly y: number
  readonly exemplar: Exemplar
}

const CELL = 9
const INSET = 6
/** How far above the lines an exemplar may stretch the axis. */
const STRETCH = 1.5

/** The top of the axis: outliers are worth some room, not all of it. */
export function exemplarTop(high: number, layer: ExemplarLayer | undefined): number {
  if (!layer?.onScale || layer.exemplars.length === 0) return high
  const largest = Math.max(...layer.exemplars.map(({ value }) => value).filter(Number.isFinite))
  return Number.isFinite(high) ? Math.max(high, Math.min(largest, high * STRETCH)) : largest
}

function placeExemplars({ exemplars, onScale }: ExemplarLayer, { x, y, width, height }: Over): Dot[] {
  const placed = exemplars
    .map(exemplar => ({
      x: x(exemplar.at),
      y: onScale ? Math.min(height - INSET, Math.max(INSET, y(exemplar.value))) : height - INSET,
      exemplar,
    }))
    .filter(dot => dot.x >= 0 && dot.x <= width)
  return thinOut(placed, CELL)
}

export function ExemplarDots({ layer, over }: { layer: ExemplarLayer; over: Over }) {
  const { quantity } = layer
  const { width } = over
  const dots = placeExemplars(layer, over)
  const box = useRef<HTMLDivElement>(null)
  const shown = useSignal<Dot | undefined>(undefined)
  const walk = (by: number): void => {
    const links = [...(box.current?.querySelectorAll<HTMLAnchorElement>('a.exemplar') ?? [])]
    const here = links.indexOf(document.activeElement as HTMLAnchorElement)
    links.at(here < 0 && by < 0 ? -1 : (here + by) % links.length)?.focus()
  }
  useKeys({ e: () => walk(1), E: () => walk(-1) })
  return (
    <div class="dots" ref={box}>
      {dots.map(dot => (
        <a
          key={`${dot.exemplar.traceId}${dot.exemplar.at}`}
          class="exemplar"
          href={link(tracePath(dot.exemplar.traceId), { span: dot.exemplar.spanId })}
          tabIndex={-1}
          aria-label={`Exemplar: ${textOf(dot.exemplar, quantity)}, opens its trace`}
          style={{ left: `${dot.x}px`, top: `${dot.y}px` }}
          onPointerEnter={() => (shown.value = dot)}
          onPointerLeave={() => (shown.value = undefined)}
          onFocus={() => (shown.value = dot)}
          onBlur={() => (shown.value = undefined)}
        />
      ))}
      {shown.value && <DotTip dot={shown.value} width={width} quantity={quantity} />}
    </div>
  )
}

const textOf = ({ value, at, traceId }: Exemplar, quantity: Quantity): string =>
  `${formatQuantity(value, quantity)} at ${formatInstant(at, { utc: utc.value }, Date.now())}, trace ${shortId(traceId)}`

function DotTip({ dot, width, quantity }: { dot: Dot; width: number; quantity: Quantity }) {
  const { x, y, exemplar } = dot
  const side = x > width / 2 ? { right: `${width - x + 10}px` } : { left: `${x + 10}px` }
  const told = Object.entries(exemplar.labels).filter(([name]) => !HIDDEN.has(name))
  return (
    <div class="floating tip" style={{ ...side, top: `${Math.max(0, y - 60)}px` }}>
      <p>
        <b>{formatQuantity(exemplar.value, quantity)}</b>{' '}
        {formatInstant(exemplar.at, { utc: utc.value }, Date.now())}
      </p>
      <p class="mono">{shortId(exemplar.traceId)}</p>
      {told.map(([name, value]) => (
        <p key={name} class="muted">
          {name} <span class="mono">{value}</span>
        </p>
      ))}
      <p class="muted">opens its trace</p>
    </div>
  )
}

/** What the chart tells already, or nobody reads. */
const HIDDEN: ReadonlySet<string> = new Set([
  '__name__',
  'le',
  'instance',
  'network_protocol_version',
  'otel_scope_name',
  'otel_scope_version',
  'url_scheme',
])
