/**
 * The state of a trace page: what is folded, looked for, zoomed to, under the keyboard and open; and what
 * changes it. All but the keyboard's place is in the URL.
 */
import { useSignal, type Signal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { TraceAnswer } from '../../../collector/src/serve/api-types.ts'
import { serviceHue } from '../lib/hue.ts'
import { param, setParams } from '../state/location.ts'
import { criticalPath, pathBySpan, pathShares, type PathShare } from './critical-path.ts'
import { findSpans, nextMatch, type Found } from './find.ts'
import { ALL_FOLDED, foldedSpans, readFolded, refold, writeFolded, type Folded } from './fold.ts'
import { ancestorsOf, layoutTrace } from './layout.ts'
import { firstLines, linesOf, type Line, type LinesShown } from './lines.ts'
import type { Scene } from './paint.ts'
import { nextFailure, rowOf, visibleRows } from './rows.ts'
import { selectSpans } from './statistics.ts'
import { readZoom, writeZoom, type Zoom } from './scale.ts'

/** By ids, since a trace may grow while it is looked at. */
interface Place {
  readonly spanId: string
  readonly lineId: string
}

export const LOOKS = ['waterfall', 'flame', 'table', 'statistics'] as const
/** How the spans are shown. */
export type Look = (typeof LOOKS)[number]

export interface TraceView {
  readonly look: Look
  /** Spans that match what is looked for, and touch the zoom. */
  readonly chosen: readonly number[]
  readonly trace: TraceAnswer
  readonly scene: Scene
  /** Of the critical path. */
  readonly shares: readonly PathShare[]
  readonly collapsed: ReadonlySet<number>
  readonly found: Found | undefined
  readonly zoom: Zoom | undefined
  readonly shown: LinesShown
  /** Row under the keyboard, and its span; -1 for none. */
  readonly cursor: number
  readonly spanAtCursor: number
  /** Index of the span whose details are open; -1 for none. */
  readonly openSpan: number
  readonly openLine: Line | undefined
  readonly act: TraceActions
}

export function useTraceView(trace: TraceAnswer): TraceView {
  const model = useMemo(() => prepare(trace), [trace])
  const { layout, lines, firstLine } = model
  const folded = useSignal<Folded>(readFolded(param('folded')))
  const moved = useSignal<Place | undefined>(undefined)
  const shown = linesShown()
  const find = param('find')
  const collapsed = useMemo(() => foldedSpans(folded.value, layout, trace.spans), [model, folded.value])
  const rows = useMemo(
    () => visibleRows(layout, lines, firstLine, collapsed, shown),
    [model, collapsed, shown],
  )
  const found = useMemo(() => findSpans(trace.spans, lines, find), [model, find])

  const zoom = readZoom(param('zoom'), layout.total)
  const chosen = useMemo(() => selectSpans(layout, found?.matches, zoom), [model, found, param('zoom')])

  const rowAt = ({ spanId, lineId }: Place): number => {
    const span = model.indexOf.get(spanId)
    return span === undefined
      ? -1
      : rowOf(
          rows,
          span,
          lines.findIndex(line => line.id === lineId && line.span === span),
        )
  }
  const open: Place = { spanId: param('span'), lineId: param('line') }
  const openSpan = model.indexOf.get(open.spanId) ?? -1
  const cursor = rowAt(moved.value ?? open)
  const view = {
    trace,
    scene: { layout, lines, firstLine, rows, path: model.path, hues: model.hues, matches: found?.matches },
    shares: model.shares,
    collapsed,
    found,
    zoom,
    look: LOOKS.find(look => look === param('view')) ?? 'waterfall',
    chosen,
    shown,
    cursor,
    spanAtCursor: cursor < 0 ? -1 : rows.span[cursor]!,
    openSpan,
    openLine:
      openSpan < 0 ? undefined : lines.find(line => line.id === open.lineId && line.span === openSpan),
  }
  return { ...view, act: actionsOn(view, folded, moved) }
}

function linesShown(): LinesShown {
  const text = param('lines')
  return text === 'none' || text === 'all' ? text : 'errors'
}

function prepare(trace: TraceAnswer) {
  const layout = layoutTrace(trace.spans, trace.startTimeUnixNano)
  const lines = linesOf(trace)
  const parts = criticalPath(layout)
  return {
    path: pathBySpan(parts, layout.count),
    shares: pathShares(parts, span => trace.spans[span]!.service),
    layout,
    lines,
    firstLine: firstLines(lines, layout.count),
    hues: Uint8Array.from(trace.spans, span => serviceHue(span.service)),
    indexOf: new Map(trace.spans.map((span, i) => [span.spanId, i])),
  }
}

export type TraceActions = ReturnType<typeof actionsOn>

function actionsOn(view: Omit<TraceView, 'act'>, folded: Signal<Folded>, moved: Signal<Place | undefined>) {
  const { trace, scene, collapsed, cursor, spanAtCursor, openSpan, zoom } = view
  const { layout, rows, lines } = scene

  const setFolded = (next: Folded): void => {
    folded.value = next
    setParams({ folded: writeFolded(next) }, { replace: true })
  }
  const show = (place: Place): void => {
    moved.value = place
    setParams({ span: place.spanId, line: place.lineId }, { replace: openSpan >= 0 })
  }
  const placeOf = (row: number): Place => ({
    spanId: trace.spans[rows.span[row]!]!.spanId,
    lineId: lines[rows.line[row]!]?.id ?? '',
  })
  /** Opens a span wherever it is hidden. */
  const reveal = (span: number): void => {
    if (span < 0) return
    const hiding = ancestorsOf(layout, span).filter(up => collapsed.has(up))
    if (hiding.length > 0) setFolded(refold(collapsed, trace.spans, hiding, false))
    show({ spanId: trace.spans[span]!.spanId, lineId: '' })
  }
  const setZoom = (to: Zoom | undefined): void => setParams({ zoom: writeZoom(to) }, { replace: true })

  return {
    open: (row: number): void => show(placeOf(row)),
    openAtCursor: (): void => {
      if (cursor >= 0) show(placeOf(cursor))
    },
    close: (): void => {
      if (cursor >= 0) moved.value = placeOf(cursor)
      setParams({ span: null, line: null })
    },
    /** With the details open, they follow. */
    move: (step: number): void => {
      if (rows.count === 0) return
      const place = placeOf(Math.min(rows.count - 1, Math.max(0, cursor + step)))
      if (openSpan >= 0) show(place)
      else moved.value = place
    },
    toggle: (span: number): void => setFolded(refold(collapsed, trace.spans, [span], !collapsed.has(span))),
    fold: (fold: boolean): void => {
      if (spanAtCursor >= 0) setFolded(refold(collapsed, trace.spans, [spanAtCursor], fold))
    },
    foldAll: (fold: boolean): void => setFolded(fold ? ALL_FOLDED : new Set()),
    nextError: (step: 1 | -1): void => reveal(nextFailure(layout, spanAtCursor, step)),
    nextMatch: (step: 1 | -1): void => {
      if (view.found) reveal(nextMatch(view.found, spanAtCursor, step))
    },
    reveal,
    setLook: (look: Look): void => setParams({ view: look === 'waterfall' ? '' : look }, { replace: true }),
    setZoom,
    zoomTo: (span: number): void => {
      if (span >= 0) setZoom({ from: layout.start[span]!, to: layout.end[span]! })
    },
    zoomToSpan: (): void => {
      if (zoom || spanAtCursor < 0) setZoom(undefined)
      else setZoom({ from: layout.start[spanAtCursor]!, to: layout.end[spanAtCursor]! })
    },
    setLines: (lines: LinesShown): void =>
      setParams({ lines: lines === 'errors' ? '' : lines }, { replace: true }),
    setFind: (text: string): void => setParams({ find: text }, { replace: true }),
  }
}
