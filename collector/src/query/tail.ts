/**
 * What a live tail asks time and again: records that match and arrived behind the last one it has.
 */
import { KIND_NAMES, STATUS_NAMES } from '../filter/intrinsics.ts'
import { HodoscopeError } from '../model/errors.ts'
import { serviceName } from '../model/telemetry.ts'
import { between } from '../model/time.ts'
import type { ArrivalQuery, Cancellation, Ordinal, Snapshot, StoredSpan } from '../store/api.ts'
import type { Answer, LogTailAnswer, SpanTailAnswer, TailSpanJson } from './answers/index.ts'
import { Containers } from './containers.ts'
import { logJson } from './logs/log-json.ts'
import { parseSearch } from './search/parse.ts'

export interface TailParams {
  /** In the search language. */
  readonly q: string
  /** Id of the last record that is known, or the position of the answer before; without it, the tail begins now. */
  readonly after?: string | undefined
  readonly limit: number
}

/** @throws HodoscopeError `query_malformed`, `cursor_invalid` */
export function tailLogs(
  snapshot: Snapshot,
  params: TailParams,
  cancel: Cancellation,
): Answer<LogTailAnswer> {
  const containers = new Containers()
  const query = queryOf(snapshot, 'logs', params, cancel)
  const { items, upTo, more } = snapshot.logsSince(query, cancel)
  return {
    logs: items.map(log => logJson(log, containers)),
    resources: containers.resources,
    scopes: containers.scopes,
    position: idOf(upTo),
    more,
  }
}

/** @throws HodoscopeError `query_malformed`, `cursor_invalid` */
export function tailSpans(
  snapshot: Snapshot,
  params: TailParams,
  cancel: Cancellation,
): Answer<SpanTailAnswer> {
  const query = queryOf(snapshot, 'traces', params, cancel)
  const { items, upTo, more } = snapshot.spansSince(query, cancel)
  return { spans: items.map(tailSpan), position: idOf(upTo), more }
}

function queryOf(
  snapshot: Snapshot,
  signal: 'traces' | 'logs',
  { q, after, limit }: TailParams,
  cancel: Cancellation,
): ArrivalQuery {
  const filter = parseSearch(q, signal)
  return { filter, limit, after: after === undefined ? snapshot.newest(signal, cancel) : ordinalOf(after) }
}

export const idOf = ({ sequence, row }: Ordinal): string => `${sequence}-${row}`

/** @throws HodoscopeError `cursor_invalid` where the text is no id of a record */
export function ordinalOf(id: string): Ordinal {
  const [, sequence, row] = /^(\d{1,15})-(\d{1,15})$/.exec(id) ?? []
  if (sequence === undefined) throw new HodoscopeError('cursor_invalid', 'this is no id of a record')
  return { sequence: Number(sequence), row: Number(row) }
}

function tailSpan(span: StoredSpan): TailSpanJson {
  return {
    id: idOf(span.ordinal),
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    service: serviceName(span.resource),
    name: span.name,
    kind: KIND_NAMES[span.kind],
    status: STATUS_NAMES[span.status.code],
    startTimeUnixNano: String(span.startTimeUnixNano),
    durationNano: between(span.startTimeUnixNano, span.endTimeUnixNano),
  }
}
