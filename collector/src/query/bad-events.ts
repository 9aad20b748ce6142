/** The requests that burned a budget, and what sets them apart. */
import type { Filter } from '../filter/ast.ts'
import type { Signal } from '../model/telemetry.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'
import { differences } from './differences.ts'
import { traceRow } from './traces/span-json.ts'

export interface BadEventsParams {
  readonly signal: Signal
  readonly event: Filter
  readonly good: Filter
  readonly range: TimeRange
  readonly limit: number
}

export function badEvents(snapshot: Snapshot, params: BadEventsParams, cancel: Cancellation) {
  const { signal, event, good, range, limit } = params
  const bad: Filter = { op: 'and', of: [event, { op: 'not', of: good }] }
  const fine: Filter = { op: 'and', of: [event, good] }
  const count = (filter: Filter): number => {
    const { counts } = snapshot.histogram({ signal, filter, range, buckets: 1 }, cancel)
    return Object.values(counts).reduce((sum, [first]) => sum + first!, 0)
  }
  const [badCount, goodCount] = [count(bad), count(fine)]
  return {
    badCount,
    goodCount,
    traces: signal === 'traces' && badCount > 0 ? tracesOf(snapshot, bad, range, limit, cancel) : [],
    traceIds: signal === 'logs' && badCount > 0 ? tracesOfLogs(snapshot, bad, range, limit, cancel) : [],
    differences:
      badCount === 0
        ? []
        : differences(snapshot, { signal, range, bad, good: fine, badCount, goodCount }, cancel),
  }
}

function tracesOf(snapshot: Snapshot, filter: Filter, range: TimeRange, limit: number, cancel: Cancellation) {
  const { hits } = snapshot.searchTraces({ filter, range, sort: 'newest', limit }, cancel)
  return hits.map(({ summary }) => traceRow(summary))
}

function tracesOfLogs(
  snapshot: Snapshot,
  filter: Filter,
  range: TimeRange,
  limit: number,
  cancel: Cancellation,
): readonly string[] {
  const { logs } = snapshot.searchLogs({ filter, range, order: 'newest', limit }, cancel)
  return [...new Set(logs.map(({ traceId }) => traceId).filter(id => id !== ''))]
}
