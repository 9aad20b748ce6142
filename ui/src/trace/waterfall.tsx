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
import { Canvas } from './canvas.tsx'
import { Axis } from './axis.tsx'
import { LineRow, SpanRow } from './label-rows.tsx'
import { paintRows, ROW_HEIGHT, type Palette, type Scene } from './paint.ts'
import { PointerMarks, type Pointed } from './pointer.tsx'
import { makeScale, timeAt, xOf, zoomAround, type Zoom } from './scale.ts'
import './waterfall.css'

/** Rows beyond the edges of what is seen; repainted when a quarter of them is used up. */
const OVERSCAN = 32
const CHUNK = 8

export interface WaterfallProps {
  spans: readonly SpanJson[]
  scene: Scene
  palette: Palette
  collapsed: ReadonlySet<number>
  /** Row under the keyboard; -1 for none. */
  cursor: number
  zoom: Zoom | undefined
  onZoom: (zoom: Zoom | undefined) => void
  onToggle: (span: number) => void
  onOpen: (row: number) => void
}

export function Waterfall(props: WaterfallProps) {
  const { spans, scene, palette, collapsed, cursor, zoom, onZoom } = props
  const { layout, rows, lines } = scene
  const view = useRef<HTMLDivElement>(null)
  const size = useSize(view)
  const scrolled = useSignal(0)
  const chunk = useComputed(() => Math.floor(scrolled.value / ROW_HEIGHT / CHUNK))
  const pointer = useSignal<Pointed | undefined>(undefined)

  const labels = Math.round(Math.max(size.width * labelShare.value, Math.min(200, size.width * 0.5)))
  const whole: Zoom = { from: 0, to: layout.total }
  const scale = makeScale(zoom ?? whole, Math.max(1, size.width - labels))
  const ticks = durationTicks(scale.from, scale.to, Math.max(2, scale.width / 96))
  const first = Math.max(0, chunk.value * CHUNK - OVERSCAN)
  const last = Math.min(rows.count, chunk.value * CHUNK + Math.ceil(size.height / ROW_HEIGHT) + OVERSCAN)

  useEffect(() => keepInView(view.current, cursor), [cursor])
  const onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    const x = event.clientX - view.current!.getBoundingClientRect().left - labels
    const next = zoomAround(
      zoom ?? whole,
      timeAt(scale, Math.max(0, x)),
      event.deltaY > 0 ? 1.25 : 0.8,
      layout.total,
    )
    onZoom(next.to - next.from >= layout.total ? undefined : next)
  }
  useWheel(view, onWheel)

  const shown = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i)
  return (
    <div class="waterfall">
      <Axis {...{ scale, ticks, labels, pointer, zoom, onZoom }} total={layout.total} />
      <div
        class="rows"
        ref={view}
        role="tree"
        aria-label="Spans"
        tabIndex={0}
        aria-activedescendant={cursor >= first && cursor < last ? `row-${cursor}` : undefined}
        onScroll={event => (scrolled.value = event.currentTarget.scrollTop)}
        onPointerMove={event => {
          const box = event.currentTarget.getBoundingClientRect()
          const x = event.clientX - box.left - labels
          const y = event.clientY - box.top
          const row = Math.floor((y + event.currentTarget.scrollTop) / ROW_HEIGHT)
          pointer.value = x >= 0 && x <= scale.width ? { x, y, row } : undefined
        }}
        onPointerLeave={() => (pointer.value = undefined)}
      >
        <div class="extent" style={{ height: `${rows.count * ROW_HEIGHT}px` }} role="presentation">
          {shown.map(row => {
            const i = rows.span[row]!
            const k = rows.line[row]!
            const shared = {
              row,
              labels,
              chosen: row === cursor,
              dim: scene.matches?.[i] === 0,
              onOpen: props.onOpen,
            }
            if (k >= 0)
              return (
                <LineRow
                  key={`l${k}`}
                  {...shared}
                  line={lines[k]!}
                  depth={layout.depth[i]!}
                  dot={xOf(scale, lines[k]!.at)}
                />
              )
            return (
              <SpanRow
                key={`s${i}`}
                {...shared}
                span={spans[i]!}
                parent={spans[layout.parent[i]!]}
                below={layout.subtreeEnd[i]! - i - 1}
                folds={layout.subtreeEnd[i]! > i + 1 || scene.firstLine[i + 1]! > scene.firstLine[i]!}
                failedBelow={layout.failedBelow[i]!}
                folded={collapsed.has(i)}
                onToggle={() => props.onToggle(i)}
                label={`${formatDuration(layout.end[i]! - layout.start[i]!)} at ${formatDuration(layout.start[i]!)}`}
              />
            )
          })}
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
