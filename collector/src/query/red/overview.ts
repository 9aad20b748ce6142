/**
 * Every service by the requests that enter it: rate, errors and durations over a range and as lines
 * along it, how they were in as long a time before, and its last deploy.
 */
import type { TimeRange } from '../../store/api.ts'
import { MILLIS_PER_MINUTE, type UnixMillis } from '../../model/time.ts'
import type { RedReader } from '../../red/reader.ts'
import type { SeenVersion } from '../../red/table.ts'
import type { Answer, OverviewAnswer, OverviewRow } from '../answers/index.ts'
import { changeOf } from './change.ts'
import { figuresOf, secondsOf } from './figures.ts'
import { before, nanoOfMinute, slicesOf, type Slices } from './slices.ts'
import { Tally } from './tally.ts'

export interface OverviewParams {
  readonly range: TimeRange
  readonly now: UnixMillis
}

interface Service {
  readonly now: Tally
  readonly before: Tally
  readonly points: readonly Tally[]
}

/** Those that changed most come first, then the busiest, then by name. */
export function overview(red: RedReader, { range, now }: OverviewParams): Answer<OverviewAnswer> {
  const slices = slicesOf(range, now)
  const counted = read(red, slices, now / MILLIS_PER_MINUTE)
  const { reached } = red
  const deploys = lastDeploys(red.versions(), slices.to)
  const rows = [...counted.services].map(([service, tallies]) =>
    rowOf(service, tallies, counted, deploys.get(service)),
  )
  return {
    fromUnixNano: String(nanoOfMinute(slices.from)),
    toUnixNano: String(nanoOfMinute(slices.to)),
    stepSeconds: slices.step * 60,
    uncountedRequests: red.lacking,
    outOfTimeSpans: reached.outOfTime,
    countedUpToUnixNano: reached.received === undefined ? null : String(reached.received),
    services: rows.sort(
      (a, b) =>
        b.change.amount - a.change.amount ||
        b.requestCount - a.requestCount ||
        (a.service < b.service ? -1 : 1),
    ),
  }
}

interface Counted {
  readonly services: ReadonlyMap<string, Service>
  readonly slices: Slices
  /** Minutes over which rates are taken: from the first request of all on, and not beyond the present. */
  readonly first: number
  readonly end: number
}

function read(red: RedReader, slices: Slices, present: number): Counted {
  const { grain, from, to, step, points } = slices
  const services = new Map<string, Service>()
  let first = to
  red.each({ grain, from: before(slices).from, to, of: 'services' }, ({ service }, status, minute, cell) => {
    let tallies = services.get(service)
    if (tallies === undefined) services.set(service, (tallies = newService(points)))
    first = Math.min(first, minute)
    if (minute < from) return tallies.before.add(status, cell)
    tallies.now.add(status, cell)
    tallies.points[Math.floor((minute - from) / step)]!.add(status, cell)
  })
  return { services, slices, first: Math.max(from, first), end: Math.min(to, present) }
}

const newService = (points: number): Service => ({
  now: new Tally(),
  before: new Tally(),
  points: Array.from({ length: points }, () => new Tally()),
})

function rowOf(
  service: string,
  { now, before: earlier, points }: Service,
  { slices: { from, to, step }, first, end }: Counted,
  lastDeploy: SeenVersion | undefined,
): OverviewRow {
  return {
    service,
    requestCount: now.requests,
    errorCount: now.errors,
    ...figuresOf(now, secondsOf(first, end)),
    before: figuresOf(earlier, secondsOf(from, to)),
    change: changeOf(now, earlier),
    lines: {
      rate: points.map(
        ({ requests }, i) => requests / secondsOf(from + i * step, Math.min(end, from + (i + 1) * step)),
      ),
      errorRatio: points.map(point => point.errorRatio ?? null),
      p50Nano: points.map(point => point.quantile(0.5) ?? null),
      p95Nano: points.map(point => point.quantile(0.95) ?? null),
      p99Nano: points.map(point => point.quantile(0.99) ?? null),
    },
    lastDeploy: lastDeploy
      ? { version: lastDeploy.version, timeUnixNano: String(nanoOfMinute(lastDeploy.minute)) }
      : null,
  }
}

/** The version that a service is first seen with is no deploy: nothing was replaced. */
function lastDeploys(versions: readonly SeenVersion[], end: number): Map<string, SeenVersion> {
  const last = new Map<string, SeenVersion>()
  const first = new Set<string>()
  for (const version of versions)
    if (!first.has(version.service)) first.add(version.service)
    else if (version.minute < end) last.set(version.service, version)
  return last
}
