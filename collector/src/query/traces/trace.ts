/** One trace, whole: spans as a tree, its logs, and what is odd about it. */
import { otlpJsonOf } from '../../decode/objects.ts'
import { correlationValues } from '../../model/attributes.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { Cancellation, Snapshot, StoredLog, StoredSpan, TraceSummary } from '../../store/api.ts'
import type { Answer, SpanJson, TraceAnswer } from '../answers.ts'
import { Containers } from '../containers.ts'
import { logJson } from '../logs/log-json.ts'
import { spanJson, traceRow } from './span-json.ts'
import { buildTree, type Tree } from './tree.ts'
import { warningsOf } from './warnings.ts'

/** More would not fit into the memory of a query thread, nor be looked at by anybody. */
const MOST_SPANS = 100_000
const MOST_LOGS = 10_000
const MOST_CORRELATION_IDS = 100

export interface TraceParams {
  /** 32 hex digits. */
  readonly traceId: string
  /** Spans at most; 100,000 unless told. */
  readonly limit?: number | undefined
}

/** @throws HodoscopeError `not_found` when neither a span nor a log of the trace is stored */
export function readTrace(
  snapshot: Snapshot,
  { traceId, limit = MOST_SPANS }: TraceParams,
  cancel: Cancellation,
): Answer<TraceAnswer> {
  const { spans, total } = snapshot.trace(traceId, limit, cancel)
  const { logs } = snapshot.traceLogs(traceId, MOST_LOGS, cancel)
  const summary = snapshot.traceSummary(traceId, cancel) ?? logsAlone(traceId, logs)
  const tree = buildTree(spans)
  const containers = new Containers()
  return {
    ...traceRow(summary),
    spans: inOrder(spans, tree, containers),
    logs: logs.map(log => logJson(log, containers)),
    resources: containers.resources,
    scopes: containers.scopes,
    warnings: warningsOf(spans, tree, total),
    correlationIds: correlationIds([...spans, ...logs]),
  }
}

/** `{resourceSpans: […]}` as any OTLP receiver takes it. @throws HodoscopeError `not_found` */
export function readTraceOtlp(
  snapshot: Snapshot,
  { traceId, limit = MOST_SPANS }: TraceParams,
  cancel: Cancellation,
): ReturnType<typeof otlpJsonOf> {
  const { spans } = snapshot.trace(traceId, limit, cancel)
  if (spans.length === 0) throw notFound(traceId, 'span')
  return otlpJsonOf(spans)
}

function inOrder(spans: readonly StoredSpan[], tree: Tree, containers: Containers): SpanJson[] {
  const position = new Int32Array(spans.length)
  for (const [at, index] of tree.order.entries()) position[index] = at
  return tree.order.map(index => {
    const above = tree.parent[index]!
    const parent = above < 0 ? -1 : position[above]!
    return spanJson(spans[index]!, containers, { parent, depth: tree.depth[index]! })
  })
}

/** Logs may arrive before the spans of their trace, or without them. */
function logsAlone(traceId: string, logs: readonly StoredLog[]): TraceSummary {
  const first = logs[0]
  if (first === undefined) throw notFound(traceId, 'span and no log')
  return {
    traceId,
    rootService: '',
    rootName: '',
    startTimeUnixNano: first.timeUnixNano,
    durationNano: 0 as TraceSummary['durationNano'],
    spanCount: 0,
    errorCount: 0,
    services: [],
  }
}

function notFound(traceId: string, what: string): HodoscopeError {
  return new HodoscopeError('not_found', `no ${what} of trace ${traceId} is stored`)
}

function correlationIds(records: readonly (StoredSpan | StoredLog)[]): string[] {
  const values = new Set<string>()
  for (const { attributes } of records) {
    for (const value of correlationValues(attributes)) values.add(value)
    if (values.size >= MOST_CORRELATION_IDS) break
  }
  return [...values].slice(0, MOST_CORRELATION_IDS)
}
