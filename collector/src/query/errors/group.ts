/** A group of errors, whole: its stack, how it went, where and in which versions, and traces that have it. */
import { nanoOfMillis } from '../../model/time.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { Samples } from '../../errors/group.ts'
import type { WholeGroup } from '../../errors/reader.ts'
import { lastDeploys } from '../../red/deploys.ts'
import type { TimeRange } from '../../store/api.ts'
import type { Answer, ErrorGroupAnswer, ErrorInService, ErrorSample } from '../answers/index.ts'
import { nanoOfMinute } from '../red/slices.ts'
import { hoursOf, HourTally, nanoOfHour } from './hours.ts'
import type { Sources } from './sources.ts'
import { isNewSince } from './list.ts'

export interface ErrorGroupParams {
  readonly fingerprint: string
  readonly range: TimeRange
}

const VERSIONS = 20
const MINUTES_AN_HOUR = 60

/** @throws HodoscopeError `not_found` */
export function errorGroup(sources: Sources, params: ErrorGroupParams): Answer<ErrorGroupAnswer> {
  return sources.errors.asOfNow(() => read(sources, params))
}

function read(sources: Sources, { fingerprint, range }: ErrorGroupParams): Answer<ErrorGroupAnswer> {
  const groups = sources.errors.group(fingerprint)
  const [group] = groups
  if (group === undefined)
    throw new HodoscopeError(
      'not_found',
      `There is no group of errors ${fingerprint}, or it was not seen for too long.`,
    )
  const hours = hoursOf(range)
  const whole = new HourTally(hours)
  const deploys = lastDeploys(sources.red.versions(), hours.to * MINUTES_AN_HOUR)
  const services = groups.map((each): ErrorInService => {
    const own = new HourTally(hours)
    for (const { hour, count } of sources.errors.hoursOf(each.id, hours.lineFrom, hours.to)) {
      own.add(hour, count)
      whole.add(hour, count)
    }
    const lastDeploy = deploys.get(each.service)
    return {
      service: each.service,
      ...told(each),
      count: own.count,
      isNew: isNewSince(each, lastDeploy),
      lastDeploy: lastDeploy
        ? { version: lastDeploy.version, timeUnixNano: String(nanoOfMillis(lastDeploy.first)) }
        : null,
      versions: sources.errors
        .versionsOf(each.id)
        .slice(0, VERSIONS)
        .map(({ version, first, last, count }) => ({ version, totalCount: count, ...times(first, last) })),
    }
  })
  return {
    fingerprint,
    type: group.type,
    message: group.message,
    stack: group.stack,
    groupedBy: { ...group.groupedBy, frames: [...group.groupedBy.frames] },
    fromUnixNano: nanoOfHour(hours.from),
    toUnixNano: nanoOfHour(hours.to),
    count: whole.count,
    ...told({
      total: groups.reduce((sum, { total }) => sum + total, 0),
      first: Math.min(...groups.map(({ first }) => first)),
      last: Math.max(...groups.map(({ last }) => last)),
    }),
    line: { fromUnixNano: nanoOfHour(hours.lineFrom), stepSeconds: hours.step * 3_600, counts: whole.line },
    services,
    samples: samplesOf(groups),
  }
}

const times = (first: number, last: number) => ({
  firstUnixNano: String(nanoOfMinute(first)),
  lastUnixNano: String(nanoOfMinute(last)),
})

const told = ({ total, first, last }: Pick<WholeGroup, 'total' | 'first' | 'last'>) => ({
  totalCount: total,
  ...times(first, last),
})

/** Newest first. */
function samplesOf(groups: readonly WholeGroup[]): ErrorSample[] {
  const each = (which: keyof Samples) =>
    groups.flatMap(({ service, samples }) => samples[which].map(sample => ({ service, sample })))
  const newest = each('newest')
  const known = new Set(newest.map(({ sample }) => sample.traceId))
  return [...newest, ...each('first').filter(({ sample }) => !known.has(sample.traceId))]
    .sort((a, b) => (a.sample.time < b.sample.time ? 1 : -1))
    .map(({ service, sample: { traceId, spanId, time } }) => ({
      service,
      traceId,
      spanId,
      timeUnixNano: String(time),
    }))
}
