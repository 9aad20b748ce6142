/**
 * Every service by the requests that enter it: rate, errors and durations over a range and as lines
 * along it, how they were in as long a time before, and its last deploy.
 */
import type { TimeRange } from '../../store/api.ts'
import type { UnixMillis } from '../../model/time.ts'
import { lastDeploys } from '../../red/deploys.ts'
import type { RedReader } from '../../red/reader.ts'
import type { Answer, OverviewAnswer } from '../answers/index.ts'
import { changeOf } from './change.ts'
import { countedFacts, deployFacts, earlierFigures, linesOf, presentFigures, readCounted } from './counted.ts'
import { slicesOf } from './slices.ts'

export interface OverviewParams {
  readonly range: TimeRange
  readonly now: UnixMillis
}

/** Those that changed most come first, then the busiest, then by name. */
export function overview(red: RedReader, { range, now }: OverviewParams): Answer<OverviewAnswer> {
  const slices = slicesOf(range, now)
  const counted = readCounted(red, slices, now, { of: 'services', keyOf: ({ service }) => service })
  const deploys = lastDeploys(red.versions(), slices.to)
  const rows = [...counted.tallies].map(([service, tallies]) => ({
    service,
    requestCount: tallies.now.requests,
    errorCount: tallies.now.errors,
    ...presentFigures(tallies, counted),
    before: earlierFigures(tallies, counted),
    change: changeOf(tallies.now, tallies.before),
    lines: linesOf(tallies, counted),
    lastDeploy: deployFacts(deploys.get(service)),
  }))
  return {
    ...countedFacts(red, slices),
    services: rows.sort(
      (a, b) =>
        b.change.amount - a.change.amount ||
        b.requestCount - a.requestCount ||
        (a.service < b.service ? -1 : 1),
    ),
  }
}
