/** All that carries an id, whatever kind of id it is. */
import type { Cancellation, Snapshot, StoredLog, TraceSummary } from '../store/api.ts'
import type { Answer, CorrelationAnswer } from './answers/index.ts'
import { readAnyId, type AnyId } from './any-id.ts'
import { Containers } from './containers.ts'
import { logJson } from './logs/log-json.ts'
import { markedSeries } from './marked-series.ts'
import { traceRow } from './traces/span-json.ts'

const MOST_TRACES = 100
const MOST_LOGS = 500

export interface CorrelationParams {
  readonly id: string
}

/**
 * Traces newest first: those with the id, those of spans with the id, those of spans or logs that
 * carry it as a correlation value. Logs newest first: those that carry it, and those of a trace
 * that has the id.
 */
export function correlation(
  snapshot: Snapshot,
  { id }: CorrelationParams,
  cancel: Cancellation,
): Answer<CorrelationAnswer> {
  const read = readAnyId(id)
  const carried = read.values.map(value => snapshot.correlated(value, MOST_TRACES, cancel))
  const logs = new Map<string, StoredLog>()
  const collect = (found: readonly StoredLog[]): void => {
    for (const log of found) logs.set(`${log.ordinal.sequence}-${log.ordinal.row}`, log)
  }
  for (const found of carried) collect(found.logs)
  for (const traceId of read.traceIds) collect(snapshot.traceLogs(traceId, MOST_LOGS, cancel).logs)

  const traceIds = new Set([
    ...read.traceIds,
    ...carried.flatMap(found => found.traceIds),
    ...[...logs.values()].map(log => log.traceId).filter(traceId => traceId !== ''),
    ...read.spanIds.flatMap(spanId => snapshot.tracesOfSpan(spanId, MOST_TRACES, cancel)),
  ])
  const containers = new Containers()
  return {
    id,
    readAs: readings(read),
    traces: newest(snapshot, [...traceIds].slice(0, MOST_TRACES), cancel).map(traceRow),
    logs: [...logs.values()]
      .sort(newestFirst)
      .slice(0, MOST_LOGS)
      .map(log => logJson(log, containers)),
    metrics: markedSeries(snapshot, [...traceIds].slice(0, MOST_TRACES), cancel),
    resources: containers.resources,
    scopes: containers.scopes,
  }
}

function readings(read: AnyId): CorrelationAnswer['readAs'] {
  const readAs: CorrelationAnswer['readAs'] = []
  if (read.traceIds.length > 0) readAs.push('trace')
  if (read.spanIds.length > 0) readAs.push('span')
  return [...readAs, 'correlation']
}

function newest(snapshot: Snapshot, traceIds: readonly string[], cancel: Cancellation): TraceSummary[] {
  return traceIds
    .map(traceId => snapshot.traceSummary(traceId, cancel))
    .filter(summary => summary !== undefined)
    .sort((a, b) =>
      a.startTimeUnixNano < b.startTimeUnixNano ? 1 : a.startTimeUnixNano > b.startTimeUnixNano ? -1 : 0,
    )
}

function newestFirst(a: StoredLog, b: StoredLog): number {
  if (a.timeUnixNano !== b.timeUnixNano) return a.timeUnixNano < b.timeUnixNano ? 1 : -1
  return b.ordinal.sequence - a.ordinal.sequence || b.ordinal.row - a.ordinal.row
}
