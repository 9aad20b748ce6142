/** One trace: its spans as a tree, a window at a time, its logs, and what is odd about it. */
import { correlationValues } from '../../model/attributes.ts'
import { HodoscopeError } from '../../model/errors.ts'
import { setSpanId } from '../../model/span-ids.ts'
import type { Cancellation, Places, Snapshot, StoredLog, StoredSpan, TraceOutline } from '../../store/api.ts'
import type { Answer, SpanJson, TraceAnswer, TraceWarning } from '../answers/index.ts'
import { Containers } from '../containers.ts'
import { JsonList } from '../json-list.ts'
import { logJson } from '../logs/log-json.ts'
import { spanJson, traceRow } from './span-json.ts'
import { buildTree, type Tree } from './tree.ts'
import { warningsOf } from './warnings.ts'
import { ancestorsOf, windowOf, type Window, type WindowParams } from './window.ts'

/** More would not fit into the memory of a query thread. */
export const MOST_ROWS = 100_000
const MOST_LOGS = 10_000
const MOST_CORRELATION_IDS = 100
const MOST_ANCESTORS = 100

export type TraceParams = Partial<Omit<WindowParams, 'under'>> & {
  /** 32 hex digits. */
  readonly traceId: string
  /** Only this span, by its id, and what stands below it. */
  readonly under?: string | undefined
  /** Leave the logs out. */
  readonly withoutLogs?: boolean | undefined
}

/** The answer with its spans as texts. */
export type TraceInTexts = Omit<Answer<TraceAnswer>, 'spans' | 'ancestors'> & {
  readonly spans: JsonList<SpanJson>
  readonly ancestors: JsonList<SpanJson>
}

/** @throws HodoscopeError `not_found` when neither a span nor a log of the trace is stored */
export function readTrace(snapshot: Snapshot, params: TraceParams, cancel: Cancellation): TraceInTexts {
  const { traceId, row = 0, limit = MOST_ROWS } = params
  const outline = snapshot.traceOutline(traceId, cancel)
  if (outline === undefined) return logsAlone(traceId, snapshot.traceLogs(traceId, MOST_LOGS, cancel).logs)
  const logs = params.withoutLogs === true ? [] : snapshot.traceLogs(traceId, MOST_LOGS, cancel).logs
  const { tree, warnings } = knownOf(outline)
  const under = params.under === undefined ? undefined : placeOf(outline, params.under)
  const window = windowOf(outline, tree, { ...params, row, limit, under })
  const above = window.places.length === 0 ? [] : ancestorsOf(tree, window.places[0]!, MOST_ANCESTORS)
  const containers = new Containers()
  const shown = spansJson(snapshot, outline, tree, window.places, containers, cancel)
  const ancestors = spansJson(snapshot, outline, tree, above, containers, cancel)
  return {
    ...traceRow(outline.summary),
    window: windowJson(window, row),
    spans: shown.spans,
    descendants: shown.places.map(place => tree.descendants[place]!),
    ancestors: ancestors.spans,
    logs: logs.map(log => logJson(log, containers)),
    resources: containers.resources,
    scopes: containers.scopes,
    warnings: [...leftOut(window, row, outline), ...warnings],
    correlationIds: correlationIdsOf(shown.correlationIds, logs),
  }
}

/** What a trace is as a whole is worked out once for all its windows. */
const known = new WeakMap<TraceOutline, { tree: Tree; warnings: readonly TraceWarning[] }>()

function knownOf(outline: TraceOutline): { tree: Tree; warnings: readonly TraceWarning[] } {
  let whole = known.get(outline)
  if (whole === undefined) {
    const tree = buildTree(outline)
    known.set(outline, (whole = { tree, warnings: warningsOf(outline, tree) }))
  }
  return whole
}

/** @throws HodoscopeError `not_found` */
function placeOf(outline: TraceOutline, spanId: string): number {
  const wanted = new Uint32Array(2)
  setSpanId(wanted, 0, spanId)
  for (let place = 0; place < outline.size; place++)
    if (outline.spanIds[2 * place] === wanted[0] && outline.spanIds[2 * place + 1] === wanted[1]) return place
  throw new HodoscopeError('not_found', `no span ${spanId} of trace ${outline.summary.traceId} is stored`)
}

/** Spans that are whole in memory at a time. */
const AT_A_TIME = 512

interface Shown {
  /** Of the spans that could be read; the others are told in `partial`. */
  readonly places: readonly number[]
  readonly spans: JsonList<SpanJson>
  readonly correlationIds: ReadonlySet<string>
}

function spansJson(
  snapshot: Snapshot,
  outline: TraceOutline,
  tree: Tree,
  places: Places,
  containers: Containers,
  cancel: Cancellation,
): Shown {
  const index = new Map<number, number>()
  const spans = new JsonList<SpanJson>()
  const correlationIds = new Set<string>()
  for (const { place, span } of wholeSpans(snapshot, outline, places, cancel)) {
    // Parents stand before their children.
    const parent = index.get(tree.parent[place]!) ?? -1
    index.set(place, index.size)
    spans.push(spanJson(span, containers, { parent, depth: tree.depth[place]! }))
    if (correlationIds.size < MOST_CORRELATION_IDS)
      for (const value of correlationValues(span.attributes)) correlationIds.add(value)
  }
  return { places: [...index.keys()], spans, correlationIds }
}

/** What can be read of them, some at a time. */
function* wholeSpans(
  snapshot: Snapshot,
  outline: TraceOutline,
  places: Places,
  cancel: Cancellation,
): Generator<{ place: number; span: StoredSpan }> {
  for (let from = 0; from < places.length; from += AT_A_TIME) {
    cancel.progress(from, places.length)
    const some = places.slice(from, from + AT_A_TIME)
    for (const [i, span] of snapshot.spansAt(outline, some, cancel).entries())
      if (span !== undefined) yield { place: some[i]!, span }
  }
}

const windowJson = (
  { places, rowCount, foldedCount, outsideCount }: Window,
  row: number,
): TraceAnswer['window'] => ({
  row,
  rowCount,
  nextRow: row + places.length < rowCount ? row + places.length : null,
  foldedCount,
  outsideCount,
})

function leftOut({ places, rowCount }: Window, row: number, { size }: TraceOutline): TraceWarning[] {
  if (places.length === size) return []
  const rows =
    places.length === 0
      ? `none of ${rowCount} rows`
      : `rows ${row + 1} to ${row + places.length} of ${rowCount}`
  const message = `The trace has ${size} spans; these are ${rows}.`
  return [{ kind: 'truncated', message, spanIds: [] }]
}

/** Logs may arrive before the spans of their trace, or without them. */
function logsAlone(traceId: string, logs: readonly StoredLog[]): TraceInTexts {
  const first = logs[0]
  if (first === undefined) throw notFound(traceId, 'span and no log')
  const containers = new Containers()
  return {
    traceId,
    root: { service: '', name: '' },
    startTimeUnixNano: String(first.timeUnixNano),
    durationNano: 0,
    spanCount: 0,
    errorCount: 0,
    services: [],
    window: { row: 0, rowCount: 0, nextRow: null, foldedCount: 0, outsideCount: 0 },
    spans: new JsonList(),
    descendants: [],
    ancestors: new JsonList(),
    logs: logs.map(log => logJson(log, containers)),
    resources: containers.resources,
    scopes: containers.scopes,
    warnings: [],
    correlationIds: correlationIdsOf(new Set(), logs),
  }
}

function correlationIdsOf(ofSpans: ReadonlySet<string>, logs: readonly StoredLog[]): string[] {
  const ofLogs = logs.flatMap(log => [...correlationValues(log.attributes)])
  return [...new Set([...ofSpans, ...ofLogs])].slice(0, MOST_CORRELATION_IDS)
}

function notFound(traceId: string, what: string): HodoscopeError {
  return new HodoscopeError('not_found', `no ${what} of trace ${traceId} is stored`)
}
