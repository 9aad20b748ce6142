/** A trace: its head, the waterfall with what was said, and the details of the span that is open. */
import { useMemo } from 'preact/hooks'
import type { TraceAnswer } from '../../../collector/src/serve/api-types.ts'
import { tracePath } from '../lib/routes.ts'
import { Failed, Partial, Progress, Skeleton, Stopped } from '../parts/states.tsx'
import { useKeys } from '../state/keys.ts'
import { useLoad } from '../state/load.ts'
import { param } from '../state/location.ts'
import { dark } from '../state/preferences.ts'
import { Details } from '../trace/details.tsx'
import { Flame } from '../trace/flame.tsx'
import { Minimap } from '../trace/minimap.tsx'
import { readPalette, type Palette } from '../chart/palette.ts'
import { SpanTable } from '../trace/span-table.tsx'
import { Statistics } from '../trace/statistics.tsx'
import { useTraceView, type TraceView } from '../trace/view.ts'
import { Waterfall } from '../trace/waterfall.tsx'
import { DetailsPane } from './details-pane.tsx'
import { TraceHead } from './trace-head.tsx'
import { TraceMissing } from './trace-missing.tsx'
import { TraceTools } from './trace-tools.tsx'
import './trace.css'

export function TracePage({ traceId }: { traceId: string }) {
  const trace = useLoad<TraceAnswer>(`/api${tracePath(traceId)}`, traceId)
  if (trace.data) return <Loaded key={traceId} trace={trace.data} old={trace.failure !== undefined} />
  return (
    <div class="page">
      <Progress loading={trace.loading} stop={trace.stop} />
      {trace.loading && <Skeleton rows={18} />}
      {trace.stopped && <Stopped />}
      {trace.failure?.status === 404 && <TraceMissing traceId={traceId} />}
      {trace.failure && trace.failure.status !== 404 && <Failed failure={trace.failure} old={false} />}
    </div>
  )
}

function Loaded({ trace, old }: { trace: TraceAnswer; old: boolean }) {
  const view = useTraceView(trace)
  const palette = useMemo(() => readPalette(document.documentElement), [dark.value])
  const { scene, zoom, act, openSpan, openLine } = view
  useTraceKeys(view)
  return (
    <div class="trace">
      <TraceHead trace={trace} shares={view.shares} />
      <Partial answer={trace} />
      {old && <p class="muted small">The collector did not answer again; this is its last answer.</p>}
      <Minimap {...{ scene, palette, zoom }} onZoom={act.setZoom} />
      <TraceTools view={view} find={param('find')} />
      <div class="split">
        <Spans view={view} palette={palette} />
        {openSpan >= 0 && (
          <DetailsPane>
            <Details
              key={openSpan}
              trace={trace}
              layout={scene.layout}
              lines={scene.lines}
              at={openSpan}
              chosen={openLine}
              close={act.close}
            />
          </DetailsPane>
        )}
      </div>
    </div>
  )
}

/** The same selection, as one likes to look at it. */
function Spans({ view, palette }: { view: TraceView; palette: Palette }) {
  const { spans } = view.trace
  const { layout } = view.scene
  if (view.look === 'flame') return <Flame {...view} spans={spans} palette={palette} />
  if (view.look === 'table') return <SpanTable {...view} spans={spans} layout={layout} />
  if (view.look === 'statistics') return <Statistics {...view} spans={spans} layout={layout} />
  return <Waterfall {...view} spans={spans} palette={palette} />
}

function useTraceKeys({ act, openSpan }: TraceView): void {
  useKeys({
    j: () => act.move(1),
    k: () => act.move(-1),
    ArrowDown: () => act.move(1),
    ArrowUp: () => act.move(-1),
    Enter: act.openAtCursor,
    '[': () => act.fold(true),
    ']': () => act.fold(false),
    ArrowLeft: () => act.fold(true),
    ArrowRight: () => act.fold(false),
    '{': () => act.foldAll(true),
    '}': () => act.foldAll(false),
    e: () => act.nextError(1),
    E: () => act.nextError(-1),
    f: () => document.getElementById('find-in-trace')?.focus(),
    z: act.zoomToSpan,
    '1': () => act.setLook('waterfall'),
    '2': () => act.setLook('flame'),
    '3': () => act.setLook('table'),
    '4': () => act.setLook('statistics'),
    Escape: () => (openSpan >= 0 ? act.close() : history.back()),
  })
}
