/**
 * The requests that burned a budget, and what sets them apart: for each attribute value its share
 * among the bad events against its share among the good ones.
 */
import type { Filter } from '../filter/ast.ts'
import type { Signal } from '../model/telemetry.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'
import { traceRow } from './traces/span-json.ts'

export interface BadEventsParams {
  readonly signal: Signal
  readonly event: Filter
  readonly good: Filter
  readonly range: TimeRange
  readonly limit: number
}

export interface Difference {
  readonly key: string
  readonly value: string
  readonly bad: number
  readonly good: number
  /** Of the bad events, how many have the value; in [0, 1]. */
  readonly badShare: number
  readonly goodShare: number
}

const KEYS = 60
const VALUES = 20
const DIFFERENCES = 30
/** A value that so few bad events have tells of them, not of their cause. */
const LEAST_SHARE = 0.05
/** Known without asking: they say when, not why. */
const INTRINSICS: Readonly<Record<Signal, readonly string[]>> = {
  traces: ['name', 'service'],
  logs: ['service', 'severity'],
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
      badCount === 0 ? [] : differences(snapshot, params, { bad, fine, badCount, goodCount }, cancel),
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

function differences(
  snapshot: Snapshot,
  { signal, range }: BadEventsParams,
  { bad, fine, badCount, goodCount }: { bad: Filter; fine: Filter; badCount: number; goodCount: number },
  cancel: Cancellation,
): readonly Difference[] {
  const counted = snapshot.attributeKeys({ signal, range, prefix: '', limit: KEYS }, cancel)
  const keys = [...new Set([...INTRINSICS[signal], ...counted.map(({ key }) => key)])]
  const rows = keys.flatMap(key => {
    const values = (filter: Filter, limit: number) =>
      new Map(
        snapshot
          .attributeValues({ signal, range, prefix: '', key, filter, limit }, cancel)
          .map(row => [row.value, row.count]),
      )
    const among = values(bad, VALUES)
    if ([...among.values()].every(count => count / badCount < LEAST_SHARE)) return []
    const others = values(fine, VALUES * 50)
    return [...among].map(([value, count]): Difference => {
      const good = others.get(value) ?? 0
      return {
        key,
        value,
        bad: count,
        good,
        badShare: count / badCount,
        goodShare: goodCount === 0 ? 0 : good / goodCount,
      }
    })
  })
  return rows
    .filter(({ badShare }) => badShare >= LEAST_SHARE)
    .toSorted((a, b) => b.badShare - b.goodShare - (a.badShare - a.goodShare) || b.bad - a.bad)
    .slice(0, DIFFERENCES)
}
