/**
 * Paints the bars of a waterfall: self time solid, waiting lighter, the critical path as a dark line at
 * the foot, a red cap where a span failed, ticks where something was said, durations at the end of bars.
 *
 * Relies on the caller for size, scale and colours; draws only the rows it is given.
 */
import type { Palette } from '../chart/palette.ts'
import { formatDuration } from '../lib/format.ts'
import type { Tick } from '../lib/ticks.ts'
import type { PathBySpan } from './critical-path.ts'
import type { TraceLayout } from './layout.ts'
import type { Line, Tone } from './lines.ts'
import type { LookAlikes } from './look-alikes.ts'
import { GROUP, type Rows } from './rows.ts'
import { xOf, type Scale } from './scale.ts'

export const ROW_HEIGHT = 24
const BAR_TOP = 7
const BAR_HEIGHT = 10

export interface Scene {
  readonly layout: TraceLayout
  readonly lines: readonly Line[]
  readonly firstLine: Int32Array
  readonly rows: Rows
  readonly alike: LookAlikes
  /** 1 for each group whose members stand in rows of their own. */
  readonly groupsOpen: Uint8Array
  readonly path: PathBySpan
  /** Index into the palette's services for each span. */
  readonly hues: Uint8Array
  /** Spans that match what is looked for; undefined when nothing is. */
  readonly matches: Uint8Array | undefined
}

/** Paints rows `from` (at the top) to `to`. The context's unit is one CSS pixel. */
export function paintRows(
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  scale: Scale,
  ticks: readonly Tick[],
  palette: Palette,
  from: number,
  to: number,
): void {
  const height = (to - from) * ROW_HEIGHT
  ctx.clearRect(0, 0, scale.width, height)
  ctx.font = '11px system-ui, sans-serif'
  ctx.textBaseline = 'middle'
  for (let row = from; row < Math.min(to, scene.rows.count); row++) {
    const top = (row - from) * ROW_HEIGHT
    const span = scene.rows.span[row]!
    const line = scene.rows.line[row]!
    if (line < 0) paintGrid(ctx, scale, ticks, palette, top)
    const members = line === GROUP ? scene.alike.groups[scene.alike.of[span]!]!.members : [span]
    ctx.globalAlpha = scene.matches && !members.some(i => scene.matches![i]) ? 0.3 : 1
    if (line >= 0) paintDot(ctx, scene.lines[line]!, scale, palette, top)
    else if (line === GROUP) paintGroup(ctx, scene, members, scale, palette, top)
    else paintSpan(ctx, scene, span, scale, palette, top)
  }
  ctx.globalAlpha = 1
}

/** Not under lines: their text runs over the bars' area. */
function paintGrid(
  ctx: CanvasRenderingContext2D,
  scale: Scale,
  ticks: readonly Tick[],
  palette: Palette,
  top: number,
): void {
  ctx.fillStyle = palette.line
  for (const { at } of ticks) ctx.fillRect(Math.round(xOf(scale, at)), top, 1, ROW_HEIGHT)
}

function paintSpan(
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  i: number,
  scale: Scale,
  palette: Palette,
  top: number,
): void {
  const { layout } = scene
  const left = xOf(scale, layout.start[i]!)
  const right = Math.max(left + 2, xOf(scale, layout.end[i]!))
  if (left > scale.width || right < 0) return paintBeyond(ctx, left > scale.width, scale, palette, top)
  const faint = ctx.globalAlpha
  ctx.fillStyle = palette.services[scene.hues[i]!]!
  ctx.globalAlpha = faint * 0.36
  fill(ctx, left, right, top + BAR_TOP, BAR_HEIGHT, scale.width)
  ctx.globalAlpha = faint
  paintSelf(ctx, layout, i, scale, top, right)
  paintPath(ctx, scene.path, i, scale, palette, top)
  if (layout.failed[i]) {
    ctx.fillStyle = palette.bad
    fill(ctx, Math.max(left, right - 3), right, top + BAR_TOP - 2, BAR_HEIGHT + 4, scale.width)
  }
  paintTicks(ctx, scene, i, scale, palette, top)
  paintDuration(
    ctx,
    layout.end[i]! - layout.start[i]!,
    left,
    right,
    scale,
    layout.failed[i] ? palette.bad : palette.muted,
    top,
  )
}

/** All of its members on one row, framed from the first start to the last end; one mark a pixel is enough. */
function paintGroup(
  ctx: CanvasRenderingContext2D,
  { layout, hues }: Scene,
  members: readonly number[],
  scale: Scale,
  palette: Palette,
  top: number,
): void {
  const last = members.reduce((end, i) => Math.max(end, layout.end[i]!), 0)
  ctx.fillStyle = palette.muted
  fill(ctx, xOf(scale, layout.start[members[0]!]!), xOf(scale, last), top + ROW_HEIGHT / 2, 1, scale.width)
  let painted = Number.NEGATIVE_INFINITY
  for (const i of members) {
    const left = xOf(scale, layout.start[i]!)
    const right = Math.max(left + 1.5, xOf(scale, layout.end[i]!) - 0.5)
    if ((right <= painted && !layout.failed[i]) || right < 0 || left > scale.width) continue
    ctx.fillStyle = layout.failed[i] ? palette.bad : palette.services[hues[i]!]!
    fill(ctx, left, right, top + BAR_TOP, BAR_HEIGHT, scale.width)
    painted = right
  }
}

/** What is left of the bar between the stretches of waiting. */
function paintSelf(
  ctx: CanvasRenderingContext2D,
  layout: TraceLayout,
  i: number,
  scale: Scale,
  top: number,
  right: number,
): void {
  let at = xOf(scale, layout.start[i]!)
  for (let wait = layout.waitFirst[i]!; wait >= 0; wait = layout.waitNext[wait]!) {
    const until = xOf(scale, layout.waitStart[wait]!)
    if (until - at > 0.2) fill(ctx, at, until, top + BAR_TOP, BAR_HEIGHT, scale.width)
    at = xOf(scale, layout.waitEnd[wait]!)
    if (at > scale.width) return
  }
  if (right > at) fill(ctx, at, right, top + BAR_TOP, BAR_HEIGHT, scale.width)
}

/** Where the trace waited for this span: a thin line along the foot of the bar. */
function paintPath(
  ctx: CanvasRenderingContext2D,
  { parts, first }: PathBySpan,
  i: number,
  scale: Scale,
  palette: Palette,
  top: number,
): void {
  ctx.fillStyle = palette.text
  for (let k = first[i]!; k < first[i + 1]!; k++) {
    const left = xOf(scale, parts[k]!.from)
    const right = Math.max(left + 1, xOf(scale, parts[k]!.to))
    if (right >= 0 && left <= scale.width) fill(ctx, left, right, top + BAR_TOP + BAR_HEIGHT, 2, scale.width)
  }
}

function fill(
  ctx: CanvasRenderingContext2D,
  left: number,
  right: number,
  top: number,
  height: number,
  width: number,
): void {
  const from = Math.max(-2, left)
  ctx.fillRect(from, top, Math.min(width + 2, right) - from, height)
}

const toneColor = (tone: Tone, palette: Palette): string =>
  tone === 'bad' ? palette.bad : tone === 'warn' ? palette.warn : palette.text

/** One tick a pixel is enough: of several the worst is seen. */
function paintTicks(
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  i: number,
  scale: Scale,
  palette: Palette,
  top: number,
): void {
  for (const tone of ['plain', 'warn', 'bad'] as const) {
    ctx.fillStyle = toneColor(tone, palette)
    let last = Number.NEGATIVE_INFINITY
    for (let k = scene.firstLine[i]!; k < scene.firstLine[i + 1]!; k++) {
      const line = scene.lines[k]!
      if (line.tone !== tone) continue
      const x = Math.round(xOf(scale, line.at))
      if (x <= last || x < 0 || x > scale.width) continue
      ctx.fillRect(x, top + 4, tone === 'plain' ? 1 : 2, ROW_HEIGHT - 8)
      last = x
    }
  }
}

function paintDot(
  ctx: CanvasRenderingContext2D,
  line: Line,
  scale: Scale,
  palette: Palette,
  top: number,
): void {
  const x = xOf(scale, line.at)
  if (x < -4 || x > scale.width) return
  ctx.fillStyle = toneColor(line.tone, palette)
  ctx.beginPath()
  ctx.arc(Math.max(3, x), top + ROW_HEIGHT / 2, 3, 0, Math.PI * 2)
  ctx.fill()
}

function paintDuration(
  ctx: CanvasRenderingContext2D,
  nano: number,
  left: number,
  right: number,
  scale: Scale,
  color: string,
  top: number,
): void {
  const text = formatDuration(nano)
  const wide = ctx.measureText(text).width
  ctx.fillStyle = color
  if (right + 6 + wide <= scale.width) ctx.fillText(text, right + 6, top + ROW_HEIGHT / 2)
  else if (left - 6 - wide >= 0) ctx.fillText(text, left - 6 - wide, top + ROW_HEIGHT / 2)
}

/** A small arrow for a span that lies outside of what is shown. */
function paintBeyond(
  ctx: CanvasRenderingContext2D,
  after: boolean,
  scale: Scale,
  palette: Palette,
  top: number,
): void {
  const x = after ? scale.width - 4 : 4
  const way = after ? 1 : -1
  ctx.fillStyle = palette.muted
  ctx.beginPath()
  ctx.moveTo(x, top + ROW_HEIGHT / 2)
  ctx.lineTo(x - 4 * way, top + ROW_HEIGHT / 2 - 3.5)
  ctx.lineTo(x - 4 * way, top + ROW_HEIGHT / 2 + 3.5)
  ctx.fill()
}

/** The whole trace at a glance: every span a hairline, failures over all else. */
export function paintMinimap(
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  width: number,
  height: number,
  palette: Palette,
): void {
  const { layout, hues } = scene
  const factor = (width - 2) / layout.total
  const step = Math.min(3, (height - 4) / Math.max(1, layout.count))
  const tall = Math.max(1, Math.floor(step))
  ctx.clearRect(0, 0, width, height)
  const mark = (i: number): void =>
    ctx.fillRect(
      layout.start[i]! * factor,
      2 + i * step,
      Math.max(1, (layout.end[i]! - layout.start[i]!) * factor),
      tall,
    )
  ctx.globalAlpha = 0.8
  for (let i = 0; i < layout.count; i++) {
    ctx.fillStyle = palette.services[hues[i]!]!
    mark(i)
  }
  ctx.globalAlpha = 1
  ctx.fillStyle = palette.bad
  for (let i = 0; i < layout.count; i++)
    if (layout.failed[i])
      ctx.fillRect(layout.end[i]! * factor - 1.5, Math.min(height - 4, 2 + i * step), 3, Math.max(3, tall))
}
