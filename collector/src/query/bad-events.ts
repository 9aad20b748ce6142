/** The requests that burned a budget, and what sets them apart. */
import type { Filter } from '../filter/ast.ts'
import type { Signal } from '../model/telemetry.ts'
import type { Cancellation, Histogram, Snapshot, TimeRange } from '../store/api.ts'
import { densest, type BucketCounts } from './densest.ts'
import { differences, valuesIn } from './differences.ts'
import { traceRow } from './traces/span-json.ts'

export interface BadEventsParams {
  readonly signal: Signal
  readonly event: Filter
  readonly good: Filter
  readonly range: TimeRange
  readonly limit: number
}

/** So many events tell as much as all of them, and are read in a second or two. */
const MOST_COMPARED = 50_000
const BUCKETS = 200

export function badEvents(snapshot: Snapshot, params: BadEventsParams, cancel: Cancellation) {
  const { signal, event, good, range, limit } = params
  const bad: Filter = { op: 'and', of: [event, { op: 'not', of: good }] }
  const fine: Filter = { op: 'and', of: [event, good] }
  const whole = countsIn(snapshot, signal, { bad, fine }, range, cancel)
  const [badCount, goodCount] = [sum(whole.bad), sum(whole.good)]
  const base = { badCount, goodCount }
  if (badCount === 0) return { ...base, traces: [], traceIds: [], compared: null, differences: [] }
  const count = (part: TimeRange): BucketCounts =>
    part === range ? whole : countsIn(snapshot, signal, { bad, fine }, part, cancel)
  const stretch = densest(count, range, MOST_COMPARED)
  return {
    ...base,
    traces: signal === 'traces' ? tracesOf(snapshot, bad, range, limit, cancel) : [],
    traceIds: signal === 'logs' ? tracesOfLogs(snapshot, bad, range, limit, cancel) : [],
    compared: {
      fromUnixNano: String(stretch.range.from),
      toUnixNano: String(stretch.range.to),
      badCount: stretch.badCount,
      goodCount: stretch.goodCount,
    },
    differences: differences(
      snapshot,
      {
        signal,
        ...stretch,
        bad: valuesIn(snapshot, { signal, filter: bad, range: stretch.range }, cancel),
        good: valuesIn(snapshot, { signal, filter: fine, range: stretch.range }, cancel),
      },
      cancel,
    ),
  }
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

function countsIn(
  snapshot: Snapshot,
  signal: Signal,
  { bad, fine }: { readonly bad: Filter; readonly fine: Filter },
  range: TimeRange,
  cancel: Cancellation,
): BucketCounts {
  const count = (filter: Filter) => snapshot.histogram({ signal, filter, range, buckets: BUCKETS }, cancel)
  const [ofBad, ofGood] = [count(bad), count(fine)]
  const byBucket = ({ counts }: Histogram): readonly number[] =>
    Array.from({ length: BUCKETS }, (_, i) => sum(Object.values(counts).map(row => row[i] ?? 0)))
  return { widthNano: BigInt(ofBad.widthNano), bad: byBucket(ofBad), good: byBucket(ofGood) }
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
