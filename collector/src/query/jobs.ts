/**
 * Every question that a query thread can answer, by name: pure functions from a snapshot and
 * parameters, plain data that survives being sent between threads, to plain JSON. Those about metrics,
 * which answer in Prometheus's form, stand in `metrics/jobs.ts`.
 */
import type { Cancellation, MinuteCountQuery, MinuteCounts, Snapshot } from '../store/api.ts'
import { attributeKeys, attributeValues } from './attributes.ts'
import { badEvents } from './bad-events.ts'
import { badMetricEvents } from './bad-metric-events.ts'
import { cardinality } from './cardinality.ts'
import { Beside } from './counted-series/beside.ts'
import { CountedSeries } from './counted-series/source.ts'
import { correlation } from './correlations.ts'
import { eventMinutes } from './event-minutes.ts'
import { isDerivedJob, runDerivedJob } from './derived-jobs.ts'
import { explain } from './explain.ts'
import { extent } from './extent.ts'
import { heatMap } from './heat-map.ts'
import { histogram } from './histogram.ts'
import { logContext } from './logs/context.ts'
import { logFacets } from './logs/facets.ts'
import { searchLogs } from './logs/search.ts'
import { withWarnings } from './metrics/answers.ts'
import { metricCatalogue } from './metric-catalogue.ts'
import { isMetricJob, runMetricJob, type MetricJobName } from './metrics/jobs.ts'
import { traceMetrics } from './marked-series.ts'
import { metricMinutes } from './metric-minutes.ts'
import type { Patience } from './patience.ts'
import { ruleAnswer } from './rules/question.ts'
import { operations, services } from './services.ts'
import { tailLogs, tailSpans } from './tail.ts'
import { searchTraces } from './traces/search.ts'
import { readTrace } from './traces/trace.ts'
import { readTraceOtlp } from './traces/trace-otlp.ts'

export type Job<Params, Answer extends object> = (
  snapshot: Snapshot,
  params: Params,
  cancel: Patience,
) => Answer

export const JOBS = {
  traces: searchTraces,
  trace: readTrace,
  traceOtlp: readTraceOtlp,
  traceMetrics,
  logs: searchLogs,
  histogram,
  heatMap,
  explain,
  services,
  operations,
  correlation,
  cardinality,
  metricCatalogue,
  attributeKeys,
  attributeValues,
  logFacets,
  logContext,
  tailLogs,
  tailSpans,
  extent,
  badEvents,
  badMetricEvents,
  eventMinutes,
  metricMinutes,
  rule: ruleAnswer,
  minuteCounts: (snapshot: Snapshot, query: MinuteCountQuery, cancel: Cancellation): MinuteCounts =>
    snapshot.minuteCounts(query, cancel),
} as const

export type JobName = keyof typeof JOBS

/** Their answers are handed out as they are; all others also tell `partial` and `stats`. */
const BARE: ReadonlySet<string> = new Set<JobName>(['traceOtlp', 'extent'])

/**
 * @param tookMillis asked when the job is done
 * @param derived path of the file of counts
 * @throws HodoscopeError as the job does; RangeError for a name that is no job
 */
export function runJob(
  name: string,
  snapshot: Snapshot,
  params: unknown,
  cancel: Patience,
  tookMillis: () => number,
  derived?: string,
): object {
  if (isMetricJob(name)) {
    const answer = askMetrics(name, snapshot, params, cancel, derived)
    return withWarnings(
      answer,
      snapshot.partial.map(({ what, reason }) => `${what}: ${reason}`),
    )
  }
  if (isDerivedJob(name)) {
    if (derived === undefined) throw new RangeError(`${name} is asked of counts, and there are none`)
    const answer = runDerivedJob(name, derived, params)
    return { ...answer, partial: [], stats: { tookMillis: tookMillis() } }
  }
  if (!Object.hasOwn(JOBS, name)) throw new RangeError(`there is no query job ${name}`)
  const job = JOBS[name as JobName] as Job<unknown, object>
  const answer = job(snapshot, params, cancel)
  if (BARE.has(name)) return answer
  return { ...answer, partial: [...snapshot.partial], stats: { tookMillis: tookMillis() } }
}

/** Of stored series, and of those that were counted of spans where anything is. */
function askMetrics(
  name: MetricJobName,
  snapshot: Snapshot,
  params: unknown,
  cancel: Patience,
  derived: string | undefined,
) {
  const stored = snapshot.metrics(cancel)
  if (derived === undefined) return runMetricJob(name, stored, params, cancel)
  const counted = new CountedSeries(derived, cancel, query => snapshot.exemplarSpans(query, cancel))
  try {
    const answer = runMetricJob(name, new Beside(stored, counted), params, cancel)
    return withWarnings(answer, counted.fault === undefined ? [] : [counted.fault])
  } finally {
    counted.close()
  }
}
