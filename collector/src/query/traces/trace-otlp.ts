/** A trace as OTLP/JSON, all of it, told part by part where somebody listens. */
import { otlpJsonOf } from '../../decode/objects.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { Snapshot, StoredSpan } from '../../store/api.ts'
import type { Patience } from '../patience.ts'

export interface TraceOtlpParams {
  /** 32 hex digits. */
  readonly traceId: string
}
type ResourceSpans = ReturnType<typeof otlpJsonOf>['resourceSpans']

/** Spans that are whole in memory at a time. */
const AT_A_TIME = 1_024

/**
 * `{resourceSpans: […]}` as any OTLP receiver takes it: some spans by start at a time, those of one
 * resource and scope together. Told in parts, their texts one
 * behind the other are the answer, and what is returned is empty.
 * @throws HodoscopeError `not_found`
 */
export function readTraceOtlp(
  snapshot: Snapshot,
  { traceId }: TraceOtlpParams,
  cancel: Patience,
): { resourceSpans: ResourceSpans } {
  const groups = groupsOf(snapshot, traceId, cancel)
  if (cancel.part === undefined) return { resourceSpans: [...groups].flat() }
  let before = '{"resourceSpans":['
  for (const group of groups) {
    cancel.part(before + JSON.stringify(group).slice(1, -1))
    before = ','
  }
  cancel.part(']}')
  return { resourceSpans: [] }
}

function* groupsOf(snapshot: Snapshot, traceId: string, cancel: Patience): Generator<ResourceSpans> {
  const outline = snapshot.traceOutline(traceId, cancel)
  if (outline === undefined) throw new HodoscopeError('not_found', `no span of trace ${traceId} is stored`)
  for (let from = 0; from < outline.size; from += AT_A_TIME) {
    cancel.progress(from, outline.size)
    const count = Math.min(AT_A_TIME, outline.size - from)
    const places = Int32Array.from({ length: count }, (_, i) => from + i)
    const spans = snapshot.spansAt(outline, places, cancel).filter(span => span !== undefined)
    if (spans.length > 0) yield otlpJsonOf(together(spans)).resourceSpans
  }
}

/** Services take turns in time: told so, each span would carry its resource. */
function together(spans: readonly StoredSpan[]): StoredSpan[] {
  return [...Map.groupBy(spans, span => span.resource).values()].flatMap(ofResource =>
    [...Map.groupBy(ofResource, span => span.scope).values()].flat(),
  )
}
