/**
 * Bad events of an objective over metrics: how many there were, and the requests of which exemplars
 * tell. A metric counts and remembers no event, so that nothing sets these apart.
 *
 * Exemplars are of bad events where they stand on series that are counted as bad: those of `part`, or
 * those of `total` alone where `part` is good. Of a threshold's values nobody knows which request made
 * them.
 */
import type { LabelMatcher } from '../model/series.ts'
import { MILLIS_PER_MINUTE, milliOfNano, unixMillis } from '../model/time.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'
import { metricMinutes, seriesCounted, type MetricRatio, type MetricThreshold } from './metric-minutes.ts'
import type { MetricsSource, SeriesExemplars } from './metrics/source.ts'
import { keyOf, METRIC_NAME } from './promql/labels.ts'
import { traceRow } from './traces/span-json.ts'

export type BadMetricEventsParams = (MetricRatio | MetricThreshold) & {
  readonly range: TimeRange
  readonly limit: number
}

export function badMetricEvents(snapshot: Snapshot, params: BadMetricEventsParams, cancel: Cancellation) {
  const [from, to] = [milliOfNano(params.range.from), milliOfNano(params.range.to)]
  const minutes = {
    from: Math.floor(from / MILLIS_PER_MINUTE),
    to: Math.max(Math.floor(from / MILLIS_PER_MINUTE) + 1, Math.ceil(to / MILLIS_PER_MINUTE)),
  }
  const { good, bad } = metricMinutes(snapshot, { ...params, ...minutes }, cancel)
  const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)
  const ids = 'op' in params ? [] : tracesOf(snapshot.metrics(cancel), params, from, to)
  const summaries = ids.flatMap(id => snapshot.traceSummary(id, cancel) ?? []).slice(0, params.limit)
  return {
    badCount: sum(bad),
    goodCount: sum(good),
    traces: summaries.map(traceRow),
    traceIds: [],
    compared: null,
    differences: [],
  }
}

/** Exemplars may lead to traces that were never stored: so many are looked up. */
const MOST_LOOKED_UP = 200

/** The newest first, each once. */
function tracesOf(
  source: MetricsSource,
  { part, total, counted }: MetricRatio,
  from: number,
  to: number,
): readonly string[] {
  const range = { from: unixMillis(from), to: unixMillis(to) }
  const of = (query: string): readonly SeriesExemplars[] =>
    seriesCounted(query)
      .flatMap(matchers => [matchers, bucketsOf(matchers)])
      .flatMap(matchers => source.exemplars({ matchers, ...range }))
  const ofPart = of(part)
  const good = new Set(counted === 'good' ? ofPart.map(({ labels }) => keyOf(labels)) : [])
  const bad = counted === 'bad' ? ofPart : of(total).filter(({ labels }) => !good.has(keyOf(labels)))
  const found = bad.flatMap(({ exemplars }) => exemplars).toSorted((a, b) => b.time - a.time)
  const ids = found.flatMap(({ labels }) =>
    labels.filter(([name]) => name === 'trace_id').map(([, id]) => id),
  )
  return [...new Set(ids)].slice(0, MOST_LOOKED_UP)
}

/** Exemplars of a histogram stand on its buckets; who counts its events asks for `_count`. */
const bucketsOf = (matchers: readonly LabelMatcher[]): readonly LabelMatcher[] =>
  matchers.map(matcher =>
    matcher.name === METRIC_NAME && matcher.op === '='
      ? { ...matcher, value: matcher.value.replace(/_count$/, '_bucket') }
      : matcher,
  )
