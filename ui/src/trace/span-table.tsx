/** The chosen spans as a table that can be sorted; only the rows in sight exist. */
import { useSignal } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import { useSize } from '../chart/measure.ts'
import { exactDuration, formatDuration } from '../lib/format.ts'
import { spanTarget } from '../lib/span-target.ts'
import { Dot } from '../parts/service.tsx'
import type { TraceLayout } from './layout.ts'
import { Heads, type Column } from './table-heads.tsx'
import type { TraceView } from './view.ts'
import './tables.css'

const ROW = 28
const OVERSCAN = 12

type Key = 'service' | 'name' | 'start' | 'duration' | 'self'
const COLUMNS: readonly Column<Key>[] = [
  { key: 'service', title: 'Service' },
  { key: 'name', title: 'Operation' },
  { key: 'start', title: 'Start', number: true },
  { key: 'duration', title: 'Duration', number: true },
  { key: 'self', title: 'Self', number: true },
]

interface Props extends Pick<TraceView, 'openSpan' | 'act'> {
  spans: readonly SpanJson[]
  layout: TraceLayout
  chosen: readonly number[]
}

export function SpanTable({ spans, layout, chosen, openSpan, act }: Props) {
  const view = useRef<HTMLDivElement>(null)
  const { height } = useSize(view)
  const scrolled = useSignal(0)
  const order = useSignal<Key>('start')
  const sorted = useMemo(
    () => chosen.toSorted(comparing(order.value, spans, layout)),
    [chosen, order.value, spans, layout],
  )
  const first = Math.max(0, Math.floor(scrolled.value / ROW) - OVERSCAN)
  const shown = sorted.slice(first, first + Math.ceil(height / ROW) + 2 * OVERSCAN)
  return (
    <div
      class="trace-table"
      ref={view}
      tabIndex={0}
      role="region"
      aria-label="Spans as a table"
      onScroll={event => (scrolled.value = event.currentTarget.scrollTop)}
    >
      <table>
        <Heads columns={COLUMNS} order={order.value} onOrder={key => (order.value = key)} />
        <tbody>
          {first > 0 && <tr style={{ height: `${first * ROW}px` }} />}
          {shown.map(i => (
            <SpanRow
              key={i}
              span={spans[i]!}
              layout={layout}
              i={i}
              chosen={i === openSpan}
              open={act.reveal}
            />
          ))}
          <tr style={{ height: `${Math.max(0, sorted.length - first - shown.length) * ROW}px` }} />
        </tbody>
      </table>
    </div>
  )
}

interface RowProps {
  span: SpanJson
  layout: TraceLayout
  i: number
  chosen: boolean
  open: (span: number) => void
}

function SpanRow({ span, layout, i, chosen, open }: RowProps) {
  const target = spanTarget(span)
  return (
    <tr class={chosen ? 'chosen' : undefined} onClick={() => open(i)}>
      <td class="clip" title={span.service}>
        <Dot service={span.service} /> {span.service}
      </td>
      <td class={span.status === 'error' ? 'clip bad' : 'clip'} title={`${span.name}  ${target}`.trimEnd()}>
        {span.name}
        {target !== '' && <span class="muted"> {target}</span>}
      </td>
      <td class="number">+{layout.start[i]! > 0 ? formatDuration(layout.start[i]!) : '0'}</td>
      <td class="number" title={exactDuration(span.durationNano)}>
        {formatDuration(span.durationNano)}
      </td>
      <td class="number" title={exactDuration(layout.self[i]!)}>
        {formatDuration(layout.self[i]!)}
      </td>
    </tr>
  )
}

/** Names from a to z and starts from the first on; lengths from the longest on. Equal ones by place. */
function comparing(
  key: Key,
  spans: readonly SpanJson[],
  layout: TraceLayout,
): (a: number, b: number) => number {
  const long = (i: number): number => layout.end[i]! - layout.start[i]!
  const by: Record<Key, (a: number, b: number) => number> = {
    service: (a, b) => compareText(spans[a]!.service, spans[b]!.service),
    name: (a, b) => compareText(spans[a]!.name, spans[b]!.name),
    start: (a, b) => layout.start[a]! - layout.start[b]!,
    duration: (a, b) => long(b) - long(a),
    self: (a, b) => layout.self[b]! - layout.self[a]!,
  }
  return (a, b) => by[key](a, b) || a - b
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
