/** A trace: its head, the waterfall with what was said, and the details of the span that is open. */
import { useComputed, useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { TraceAnswer } from '../../../collector/src/serve/api-types.ts'
import { serviceHue } from '../lib/hue.ts'
import { tracePath } from '../lib/routes.ts'
import { Failed, Partial, Progress, Skeleton } from '../parts/states.tsx'
import { useKeys } from '../state/keys.ts'
import { useLoad } from '../state/load.ts'
import { param, setParams } from '../state/location.ts'
import { dark } from '../state/preferences.ts'
import { Details } from '../trace/details.tsx'
import { findSpans, nextMatch } from '../trace/find.ts'
import { foldedSpans, readFolded, writeFolded } from '../trace/fold.ts'
import { layoutTrace } from '../trace/layout.ts'
import { firstLines, linesOf, type LinesShown } from '../trace/lines.ts'
import { Minimap } from '../trace/minimap.tsx'
import { readPalette, type Scene } from '../trace/paint.ts'
import { nextFailure, rowOf, visibleRows } from '../trace/rows.ts'
import { readZoom, writeZoom, type Zoom } from '../trace/scale.ts'
import { Waterfall } from '../trace/waterfall.tsx'
import { DetailsPane } from './details-pane.tsx'
import { TraceHead } from './trace-head.tsx'
import { TraceMissing } from './trace-missing.tsx'
import { TraceTools } from './trace-tools.tsx'
import './trace.css'

export function TracePage({ traceId }: { traceId: string }) {
  const trace = useLoad<TraceAnswer>(`/api${tracePath(traceId)}`, traceId)
  if (trace.data) return <Loaded trace={trace.data} old={trace.failure !== undefined} />
  return (
    <div class="page">
      <Progress loading={trace.loading} stop={trace.stop} />
      {trace.loading && <Skeleton rows={18} />}
      {trace.stopped && <p class="muted">Stopped before the answer came. Refresh to ask again.</p>}
      {trace.failure?.status === 404 && <TraceMissing traceId={traceId} />}
      {trace.failure && trace.failure.status !== 404 && <Failed failure={trace.failure} old={false} />}
    </div>
  )
}

const shownLines = (): LinesShown => {
  const text = param('lines')
  return text === 'none' || text === 'all' ? text : 'errors'
}

function Loaded({ trace, old }: { trace: TraceAnswer; old: boolean }) {
  const model = useMemo(() => prepare(trace), [trace])
  const { layout, lines, firstLine, hues } = model
  const collapsed = useSignal(readFolded(param('folded'), layout, trace.spans))
  const shown = shownLines()
  const find = param('find')
  const rows = useMemo(
    () => visibleRows(layout, lines, firstLine, collapsed.value, shown),
    [model, collapsed.value, shown],
  )
  const found = useMemo(() => findSpans(trace.spans, lines, find), [model, find])
  const palette = useMemo(() => readPalette(document.documentElement), [dark.value])
  const scene: Scene = { layout, lines, firstLine, rows, hues, matches: found?.matches }
  const zoom = readZoom(param('zoom'), layout.total)

  const openSpan = model.indexOf.get(param('span')) ?? -1
  const openLine = lines.findIndex(line => line.id === param('line') && line.span === openSpan)
  const moved = useSignal<number | undefined>(undefined)
  const cursor = useComputed(() => moved.value).value ?? (openSpan < 0 ? -1 : rowOf(rows, openSpan, openLine))

  const setFolded = (next: ReadonlySet<number>): void => {
    collapsed.value = next
    moved.value = undefined
    setParams({ folded: writeFolded(next, trace.spans) }, { replace: true })
  }
  const toggle = (span: number, fold = !collapsed.value.has(span)): void => {
    const next = new Set(collapsed.value)
    if (fold) next.add(span)
    else next.delete(span)
    setFolded(next)
  }
  const open = (row: number): void => {
    const line = lines[rows.line[row]!]
    moved.value = row
    setParams(
      { span: trace.spans[rows.span[row]!]!.spanId, line: line?.id },
      { replace: param('span') !== '' },
    )
  }
  const move = (step: number): void => {
    const row = Math.min(rows.count - 1, Math.max(0, cursor + step))
    if (openSpan >= 0) open(row)
    else moved.value = row
  }
  const spanAtCursor = cursor < 0 ? -1 : rows.span[cursor]!
  /** Opens a span wherever it is hidden. */
  const reveal = (span: number): void => {
    if (span < 0) return
    const next = new Set(collapsed.value)
    for (let up = layout.parent[span]!; up >= 0; up = layout.parent[up]!) next.delete(up)
    if (next.size !== collapsed.value.size) setFolded(next)
    moved.value = undefined
    setParams({ span: trace.spans[span]!.spanId, line: null }, { replace: param('span') !== '' })
  }
  const jump = (step: 1 | -1): void =>
    reveal(nextFailure(layout, spanAtCursor < 0 ? (step > 0 ? -1 : 0) : spanAtCursor, step))
  const setZoom = (to: Zoom | undefined): void => setParams({ zoom: writeZoom(to) }, { replace: true })
  const close = (): void => {
    moved.value = cursor
    setParams({ span: null, line: null })
  }

  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => cursor >= 0 && open(cursor),
    '[': () => spanAtCursor >= 0 && toggle(spanAtCursor, true),
    ']': () => spanAtCursor >= 0 && toggle(spanAtCursor, false),
    ArrowLeft: () => spanAtCursor >= 0 && toggle(spanAtCursor, true),
    ArrowRight: () => spanAtCursor >= 0 && toggle(spanAtCursor, false),
    '{': () => setFolded(foldedSpans(layout)),
    '}': () => setFolded(new Set()),
    e: () => jump(1),
    E: () => jump(-1),
    f: () => document.getElementById('find-in-trace')?.focus(),
    z: () => {
      if (zoom || spanAtCursor < 0) setZoom(undefined)
      else setZoom({ from: layout.start[spanAtCursor]!, to: layout.end[spanAtCursor]! })
    },
    Escape: () => (openSpan >= 0 ? close() : history.back()),
  })

  return (
    <div class={openSpan >= 0 ? 'trace with-details' : 'trace'}>
      <TraceHead trace={trace} />
      <Partial answer={trace} />
      {old && <p class="muted small">The collector did not answer again; this is its last answer.</p>}
      <Minimap {...{ scene, palette, zoom }} onZoom={setZoom} />
      <TraceTools
        lines={shown}
        onLines={choice => setParams({ lines: choice === 'errors' ? '' : choice }, { replace: true })}
        find={find}
        found={found?.spans.length}
        onFind={text => setParams({ find: text }, { replace: true })}
        onMatch={step => found && reveal(nextMatch(found, spanAtCursor, step))}
        errors={layout.failed.reduce((sum, failed) => sum + failed, 0)}
        onError={jump}
        onFold={fold => setFolded(fold ? foldedSpans(layout) : new Set())}
      />
      <div class="split">
        <Waterfall
          {...{ scene, palette, cursor, zoom }}
          spans={trace.spans}
          collapsed={collapsed.value}
          onZoom={setZoom}
          onToggle={toggle}
          onOpen={open}
        />
        {openSpan >= 0 && (
          <DetailsPane>
            <Details
              key={openSpan}
              {...{ trace, layout, lines, close }}
              at={openSpan}
              chosen={openLine < 0 ? undefined : lines[openLine]}
            />
          </DetailsPane>
        )}
      </div>
    </div>
  )
}

function prepare(trace: TraceAnswer) {
  const layout = layoutTrace(trace.spans, trace.startTimeUnixNano)
  const lines = linesOf(trace)
  return {
    layout,
    lines,
    firstLine: firstLines(lines, layout.count),
    hues: Uint8Array.from(trace.spans, span => serviceHue(span.service)),
    indexOf: new Map(trace.spans.map((span, i) => [span.spanId, i])),
  }
}
