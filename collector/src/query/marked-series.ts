/** The metrics on which requests left their marks: exemplars that carry a trace id. */
import type { Cancellation, Snapshot } from '../store/api.ts'
import type { Answer, MarkedSeriesJson, TraceMetricsAnswer } from './answers/index.ts'

const MOST_SERIES = 100

export const traceMetrics = (
  snapshot: Snapshot,
  { traceId }: { readonly traceId: string },
  cancel: Cancellation,
): Answer<TraceMetricsAnswer> => ({ metrics: markedSeries(snapshot, [traceId], cancel) })

export function markedSeries(
  snapshot: Snapshot,
  traceIds: Iterable<string>,
  cancel: Cancellation,
): MarkedSeriesJson[] {
  const view = snapshot.metrics(cancel)
  const found = new Map<string, MarkedSeriesJson>()
  for (const traceId of traceIds)
    for (const { labels, exemplars } of view.exemplarsOfTrace(traceId)) {
      const key = JSON.stringify(labels)
      const known = found.get(key) ?? { labels: plain(labels), exemplars: [] }
      found.set(key, known)
      for (const { labels: own, time, value } of exemplars)
        known.exemplars.push({
          traceId,
          spanId: own.find(([name]) => name === 'span_id')?.[1] ?? '',
          timeUnixMillis: time,
          value: Number.isFinite(value) ? value : String(value),
        })
    }
  return [...found.values()].slice(0, MOST_SERIES)
}

/** Names are hostile at times: `fromEntries` makes `__proto__` a member like any other. */
const plain = (labels: readonly (readonly [string, string])[]): { [name: string]: string } =>
  Object.fromEntries(labels)
