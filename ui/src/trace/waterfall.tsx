/**
 * The waterfall: rows of labels in the DOM (a tree that keyboards and screen readers can walk), bars on
 * one canvas. Only the rows in sight and some around them exist; both are laid at their place in the
 * scrolled content, so that scrolling moves them together without a repaint.
 */
import { useComputed, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import { useSize } from '../chart/measure.ts'
import { formatDuration } from '../lib/format.ts'
import { durationTicks } from '../lib/ticks.ts'
import { labelShare } from '../state/preferences.ts'
import { Canvas } from '../chart/canvas.tsx'
import { Axis } from './axis.tsx'
import { GroupRow } from './group-row.tsx'
import { LineRow, SpanRow } from './label-rows.tsx'
import { paintRows, ROW_HEIGHT, type Palette } from './paint.ts'
import { PointerMarks, type Pointed } from './pointer.tsx'
import { GROUP, type Rows } from './rows.ts'
import { makeScale, timeAt, xOf, zoomAround, type Scale } from './scale.ts'
import type { TraceView } from './view.ts'
import './waterfall.css'

/** Rows beyond the edges of what is seen; repainted when a quarter of them is used up. */
const OVERSCAN = 32
const CHUNK = 8

interface WaterfallProps extends Pick<TraceView, 'scene' | 'collapsed' | 'cursor' | 'zoom' | 'act'> {
  spans: readonly SpanJson[]
  palette: Palette
}

export function Waterfall({ spans, scene, palette, collapsed, cursor, zoom, act }: WaterfallProps) {
  const { layout, rows } = scene
  const view = useRef<HTMLDivElement>(null)
  const size = useSize(view)
  const scrolled = useSignal(0)
  const chunk = useComputed(() => Math.floor(scrolled.value / ROW_HEIGHT / CHUNK))
  const pointer = useSignal<Pointed | undefined>(undefined)

  const labels = Math.round(Math.max(size.width * labelShare.value, Math.min(200, size.width * 0.5)))
  const scale = makeScale(zoom ?? { from: 0, to: layout.total }, Math.max(1, size.width - labels))
  const ticks = durationTicks(scale.from, scale.to, Math.max(2, scale.width / 96))
  const first = Math.max(0, chunk.value * CHUNK - OVERSCAN)
  const last = Math.min(rows.count, chunk.value * CHUNK + Math.ceil(size.height / ROW_HEIGHT) + OVERSCAN)

  useEffect(() => keepInView(view.current, cursor), [cursor])
  useWheel(view, event => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const x = event.clientX - view.current!.getBoundingClientRect().left - labels
    const next = zoomAround(scale, timeAt(scale, Math.max(0, x)), event.deltaY > 0 ? 1.25 : 0.8, layout.total)
    act.setZoom(next.to - next.from >= layout.total ? undefined : next)
  })
  return (
    <div class="waterfall">
      <Axis {...{ scale, ticks, labels, pointer, zoom }} onZoom={act.setZoom} total={layout.total} />
      <div
        class="rows"
        ref={view}
        role="tree"
        aria-label="Spans"
        tabIndex={0}
        aria-activedescendant={cursor >= first && cursor < last ? `row-${cursor}` : undefined}
        onScroll={event => (scrolled.value = event.currentTarget.scrollTop)}
        onPointerMove={event => (pointer.value = pointedAt(event, event.currentTarget, labels))}
        onPointerLeave={() => (pointer.value = undefined)}
      >
        <div class="extent" style={{ height: `${rows.count * ROW_HEIGHT}px` }} role="presentation">
          {Array.from({ length: Math.max(0, last - first) }, (_, i) => (
            <Row
              key={keyOf(rows, first + i)}
              row={first + i}
              {...{ spans, scene, collapsed, scale, labels, act }}
              chosen={first + i === cursor}
            />
          ))}
          <Canvas
            width={scale.width}
            height={Math.max(0, last - first) * ROW_HEIGHT}
            top={first * ROW_HEIGHT}
            left={labels}
            paint={ctx => paintRows(ctx, scene, scale, ticks, palette, first, last)}
          />
        </div>
      </div>
      <PointerMarks {...{ pointer, scene, scale, labels }} />
    </div>
  )
}

const keyOf = ({ span, line }: Rows, row: number): string =>
  line[row]! >= 0 ? `l${line[row]}` : `${line[row] === GROUP ? 'g' : 's'}${span[row]}`

interface RowProps extends Pick<WaterfallProps, 'spans' | 'scene' | 'collapsed' | 'act'> {
  row: number
  scale: Scale
  labels: number
  chosen: boolean
}

function Row({ row, spans, scene, collapsed, scale, labels, chosen, act }: RowProps) {
  const { layout, lines, firstLine } = scene
  const i = scene.rows.span[row]!
  const line = lines[scene.rows.line[row]!]
  const shared = { row, labels, chosen, dim: scene.matches?.[i] === 0, onOpen: act.open }
  if (line) return <LineRow {...shared} line={line} depth={layout.depth[i]!} dot={xOf(scale, line.at)} />
  if (scene.rows.line[row] === GROUP) {
    const at = scene.alike.of[i]!
    const group = scene.alike.groups[at]!
    const dim = scene.matches !== undefined && !group.members.some(member => scene.matches![member])
    return (
      <GroupRow {...shared} dim={dim} group={group} span={spans[i]!} opened={scene.groupsOpen[at] === 1} />
    )
  }
  const below = layout.subtreeEnd[i]! - i - 1
  return (
    <SpanRow
      {...shared}
      span={spans[i]!}
      parent={spans[layout.parent[i]!]}
      below={below}
      folds={below > 0 || firstLine[i + 1]! > firstLine[i]!}
      failedBelow={layout.failedBelow[i]!}
      folded={collapsed.has(i)}
      onToggle={() => act.toggle(i)}
      label={`${formatDuration(layout.end[i]! - layout.start[i]!)} at ${formatDuration(layout.start[i]!)}`}
    />
  )
}

/** The place within the bars; undefined over the labels. */
function pointedAt(event: PointerEvent, view: HTMLElement, labels: number): Pointed | undefined {
  const box = view.getBoundingClientRect()
  const x = event.clientX - box.left - labels
  const y = event.clientY - box.top
  return x < 0 ? undefined : { x, y, row: Math.floor((y + view.scrollTop) / ROW_HEIGHT) }
}

/** Scrolls as little as brings the row into sight, with a row to spare. */
function keepInView(view: HTMLElement | null, row: number): void {
  if (!view || row < 0) return
  const top = row * ROW_HEIGHT
  if (top < view.scrollTop + ROW_HEIGHT) view.scrollTop = top - ROW_HEIGHT
  else if (top + 2 * ROW_HEIGHT > view.scrollTop + view.clientHeight)
    view.scrollTop = top + 2 * ROW_HEIGHT - view.clientHeight
}

/** A wheel listener that may prevent the page's own zoom. */
function useWheel(view: { current: HTMLElement | null }, onWheel: (event: WheelEvent) => void): void {
  const held = useRef(onWheel)
  held.current = onWheel
  useEffect(() => {
    const listen = (event: WheelEvent): void => held.current(event)
    view.current?.addEventListener('wheel', listen, { passive: false })
    return () => view.current?.removeEventListener('wheel', listen)
  }, [])
}
