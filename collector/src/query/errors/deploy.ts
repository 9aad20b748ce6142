/**
 * A deploy by its operations, as long before as after it, and the errors that are new since. Requests
 * are not counted by version, so before and after are told by time alone.
 */
import { KIND_NAMES } from '../../filter/intrinsics.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { SpanKind } from '../../model/telemetry.ts'
import { MILLIS_PER_MINUTE, type UnixMillis, nanoOfMillis } from '../../model/time.ts'
import { deploysOf, type Deploy } from '../../red/deploys.ts'
import { BY_HOUR, BY_MINUTE, type Grain } from '../../red/keys.ts'
import type { Answer, DeployAnswer, DeployedOperation, NewError } from '../answers/index.ts'
import { figuresOf, secondsOf } from '../red/figures.ts'
import { nanoOfMinute } from '../red/slices.ts'
import { Tally } from '../red/tally.ts'
import type { Sources } from './sources.ts'
import { durationVerdict, errorVerdict, LEAST_REQUESTS } from './verdict.ts'

export interface DeployParams {
  readonly service: string
  readonly version: string
  readonly now: UnixMillis
}

const MOST_MINUTES = 60
const NEW_ERRORS = 50

/** @throws HodoscopeError `not_found` where the version is no deploy */
export function deploy(sources: Sources, { service, version, now }: DeployParams): Answer<DeployAnswer> {
  const all = deploysOf(sources.red.versions()).filter(each => each.service === service)
  const place = all.findIndex(each => each.version === version)
  const deployed = all[place]
  if (deployed === undefined)
    throw new HodoscopeError('not_found', `${service} has no deploy of a version ${version.slice(0, 100)}.`)
  const next = all[place + 1]
  const windows = windowsOf(deployed, next?.minute ?? Infinity, Math.floor(now / MILLIS_PER_MINUTE))
  const { whole, operations } = figures(sources, service, windows)
  return {
    service,
    version,
    timeUnixNano: String(nanoOfMillis(deployed.first)),
    replaced: deployed.replaced.version,
    windowSeconds: windows.length * 60,
    beforeFromUnixNano: String(nanoOfMinute(windows.before)),
    afterFromUnixNano: String(nanoOfMinute(windows.after)),
    leastRequests: LEAST_REQUESTS,
    whole,
    operations,
    newErrors: newErrors(sources, deployed, next?.minute ?? Infinity),
  }
}

interface Windows {
  readonly grain: Grain
  /** Where each begins, and how long both are; minutes. */
  readonly before: number
  readonly after: number
  readonly length: number
}

/** Equally long, not into the time of another version; of whole hours, without its own, where minutes are gone. */
function windowsOf({ minute, replaced }: Deploy, next: number, now: number): Windows {
  const end = Math.min(next, now)
  if (minute >= now - BY_MINUTE.kept + MOST_MINUTES) {
    const length = Math.max(0, Math.min(MOST_MINUTES, end - minute, minute - replaced.minute))
    return { grain: BY_MINUTE, before: minute - length, after: minute, length }
  }
  const hour = Math.floor(minute / 60) * 60
  const fits = end >= hour + 120 && replaced.minute <= hour - 60
  const length = fits ? 60 : 0
  return { grain: BY_HOUR, before: hour - length, after: hour + 60, length }
}

class Sides {
  readonly before = new Tally()
  readonly after = new Tally()
}

function figures({ red }: Sources, service: string, windows: Windows) {
  const whole = new Sides()
  const operations = new Map<string, { name: string; kind: number; sides: Sides }>()
  const { grain, before, after, length } = windows
  const range = { grain, from: before, to: after + length, service }
  const sideOf = (sides: Sides, minute: number): Tally | undefined =>
    minute >= after ? sides.after : minute < before + length ? sides.before : undefined
  if (length > 0) {
    red.each({ ...range, of: 'services' }, (_, status, minute, cell) => {
      sideOf(whole, minute)?.add(status, cell)
    })
    red.each({ ...range, of: 'operations' }, ({ name, kind }, status, minute, cell) => {
      const key = `${kind} ${name}`
      const known = operations.get(key) ?? { name, kind, sides: new Sides() }
      operations.set(key, known)
      sideOf(known.sides, minute)?.add(status, cell)
    })
  }
  const seconds = secondsOf(0, length)
  return {
    whole: comparedOf(whole, seconds),
    operations: [...operations.values()]
      .map(({ name, kind, sides }): DeployedOperation => ({
        name,
        kind: KIND_NAMES[kind as SpanKind],
        ...comparedOf(sides, seconds),
      }))
      .sort(
        (a, b) =>
          worth(b) - worth(a) || b.after.requestCount - a.after.requestCount || (a.name < b.name ? -1 : 1),
      ),
  }
}

const comparedOf = ({ before, after }: Sides, seconds: number) => ({
  before: { requestCount: before.requests, errorCount: before.errors, ...figuresOf(before, seconds) },
  after: { requestCount: after.requests, errorCount: after.errors, ...figuresOf(after, seconds) },
  errors: errorVerdict(before, after),
  duration: durationVerdict(before, after),
})

/** What got worse comes first, then what got better. */
const WORTH = { worse: 3, better: 2, same: 1, too_few: 0 } as const
const worth = ({ errors, duration }: DeployedOperation): number => Math.max(WORTH[errors], WORTH[duration])

/** The busiest first. */
function newErrors({ errors }: Sources, { service, minute }: Deploy, next: number): NewError[] {
  return errors
    .groups(service)
    .filter(({ first }) => first >= minute && first < next)
    .sort((a, b) => b.total - a.total || (a.fingerprint < b.fingerprint ? -1 : 1))
    .slice(0, NEW_ERRORS)
    .map(({ fingerprint, type, message, operation, total, first }) => ({
      fingerprint,
      type,
      message,
      operation,
      totalCount: total,
      firstUnixNano: String(nanoOfMinute(first)),
    }))
}
