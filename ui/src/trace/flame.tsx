/** The flame graph: one canvas over the levels in sight; a click opens a span, a double click zooms to it. */
import { useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import { useSize } from '../chart/measure.ts'
import { formatDuration } from '../lib/format.ts'
import { Canvas } from '../chart/canvas.tsx'
import { flameBoxes, LEVEL_HEIGHT, levelsOf, spanAt } from './flame-boxes.ts'
import type { Palette, Scene } from './paint.ts'
import { makeScale, xOf, type Scale } from './scale.ts'
import type { TraceView } from './view.ts'
import './flame.css'

interface Props extends Pick<TraceView, 'scene' | 'zoom' | 'openSpan' | 'act'> {
  spans: readonly SpanJson[]
  palette: Palette
}

export function Flame({ spans, scene, palette, zoom, openSpan, act }: Props) {
  const { layout } = scene
  const view = useRef<HTMLDivElement>(null)
  const size = useSize(view)
  const scrolled = useSignal(0)
  const pointed = useSignal(-1)
  const scale = makeScale(zoom ?? { from: 0, to: layout.total }, Math.max(1, size.width))
  const levels = levelsOf(layout)
  const first = Math.floor(scrolled.value / LEVEL_HEIGHT)
  const last = Math.min(levels, first + Math.ceil(size.height / LEVEL_HEIGHT) + 1)
  const spanUnder = (event: MouseEvent): number => {
    const box = view.current!.getBoundingClientRect()
    const level = Math.floor((event.clientY - box.top + view.current!.scrollTop) / LEVEL_HEIGHT)
    return spanAt(layout, scale, event.clientX - box.left, level)
  }
  const under = spans[pointed.value]
  const told = under
    ? `${under.service}  ${under.name}  ${formatDuration(under.durationNano)}, itself ${formatDuration(layout.self[pointed.value]!)}`
    : 'Each level is called by the one above it. Click opens a span, double click zooms to it.'
  return (
    <div class="flame">
      <p class="muted clip" title={told}>
        {told}
      </p>
      <div
        class="levels"
        ref={view}
        role="img"
        aria-label={`Flame graph of ${layout.count} spans on ${levels} levels; the table has the same spans as text`}
        onScroll={event => (scrolled.value = event.currentTarget.scrollTop)}
        onPointerMove={event => (pointed.value = spanUnder(event))}
        onPointerLeave={() => (pointed.value = -1)}
        onClick={event => act.reveal(spanUnder(event))}
        onDblClick={event => act.zoomTo(spanUnder(event))}
      >
        <div class="extent" style={{ height: `${levels * LEVEL_HEIGHT}px` }}>
          <Canvas
            width={size.width}
            height={Math.max(0, last - first) * LEVEL_HEIGHT}
            top={first * LEVEL_HEIGHT}
            paint={ctx => paintFlame(ctx, { spans, scene, scale, palette, first, last, openSpan })}
          />
        </div>
      </div>
    </div>
  )
}

interface Painted {
  readonly spans: readonly SpanJson[]
  readonly scene: Scene
  readonly scale: Scale
  readonly palette: Palette
  readonly first: number
  readonly last: number
  readonly openSpan: number
}

function paintFlame(ctx: CanvasRenderingContext2D, painted: Painted): void {
  const { scene, scale, first, last } = painted
  ctx.clearRect(0, 0, scale.width, (last - first) * LEVEL_HEIGHT)
  ctx.font = '11px system-ui, sans-serif'
  ctx.textBaseline = 'middle'
  for (const i of flameBoxes(scene.layout, scale, first, last)) paintBox(ctx, painted, i)
  ctx.globalAlpha = 1
}

const NARROWEST_TEXT = 32

function paintBox(
  ctx: CanvasRenderingContext2D,
  { spans, scene, scale, palette, first, openSpan }: Painted,
  i: number,
): void {
  const { layout, hues, matches } = scene
  const left = Math.max(-2, xOf(scale, layout.start[i]!))
  const width = Math.max(1, Math.min(scale.width + 2, xOf(scale, layout.end[i]!)) - left - 0.5)
  const top = (layout.depth[i]! - first) * LEVEL_HEIGHT
  ctx.globalAlpha = matches && !matches[i] ? 0.25 : 1
  ctx.fillStyle = palette.services[hues[i]!]!
  ctx.fillRect(left, top, width, LEVEL_HEIGHT - 1)
  if (layout.failed[i]) {
    ctx.fillStyle = palette.bad
    ctx.fillRect(left + Math.max(0, width - 3), top, Math.min(3, width), LEVEL_HEIGHT - 1)
  }
  if (i === openSpan) {
    ctx.strokeStyle = palette.text
    ctx.lineWidth = 2
    ctx.strokeRect(left + 1, top + 1, Math.max(1, width - 2), LEVEL_HEIGHT - 3)
  }
  if (width < NARROWEST_TEXT) return
  ctx.save()
  ctx.beginPath()
  ctx.rect(left, top, width - 4, LEVEL_HEIGHT)
  ctx.clip()
  ctx.fillStyle = palette.onService
  ctx.fillText(spans[i]!.name, Math.max(0, left) + 4, top + LEVEL_HEIGHT / 2)
  ctx.restore()
}
