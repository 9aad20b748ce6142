/** A service by itself: the requests that enter it, along a range, and each of its operations. */
import type { TimeRange } from '../../store/api.ts'
import { KIND_NAMES } from '../../filter/intrinsics.ts'
import { HodoscopeError } from '../../model/errors.ts'
import type { SpanKind } from '../../model/telemetry.ts'
import type { UnixMillis } from '../../model/time.ts'
import { deploysOf } from '../../red/deploys.ts'
import type { RedReader } from '../../red/reader.ts'
import type { Answer, ServiceAnswer, ServiceOperation } from '../answers/index.ts'
import { changeOf } from './change.ts'
import {
  countedFacts,
  deployFacts,
  earlierFigures,
  linesOf,
  presentFigures,
  readCounted,
  type Counted,
  type Tallies,
} from './counted.ts'
import { slicesOf } from './slices.ts'

export interface ServiceParams {
  readonly service: string
  readonly range: TimeRange
  readonly now: UnixMillis
}

/** @throws HodoscopeError `not_found` where nothing was ever counted of it */
export function service(red: RedReader, { service: name, range, now }: ServiceParams): Answer<ServiceAnswer> {
  if (!red.isKnown(name))
    throw new HodoscopeError('not_found', `No span came of a service ${name.slice(0, 100)}.`)
  const slices = slicesOf(range, now)
  const asked = {
    service: name,
    keyOf: ({ kind, name: own }: { kind: number; name: string }) => `${kind} ${own}`,
  }
  const whole = readCounted(red, slices, now, { ...asked, of: 'services', keyOf: () => '' })
  const operations = readCounted(red, slices, now, { ...asked, of: 'operations' })
  const entry = whole.tallies.get('')
  const deploys = deploysOf(red.versions()).filter(
    deploy => deploy.service === name && deploy.minute < slices.to,
  )
  return {
    service: name,
    ...countedFacts(red, slices),
    entry: entry === undefined ? null : { ...measured(entry, whole), lines: linesOf(entry, whole) },
    operations: [...operations.tallies]
      .map(([key, tallies]) => operationOf(key, tallies, operations))
      .sort(byWorth),
    deploys: deploys.map(deploy => deployFacts(deploy)!),
  }
}

const measured = (tallies: Tallies, counted: Counted) => ({
  requestCount: tallies.now.requests,
  errorCount: tallies.now.errors,
  ...presentFigures(tallies, counted),
  before: earlierFigures(tallies, counted),
  change: changeOf(tallies.now, tallies.before),
})

function operationOf(key: string, tallies: Tallies, counted: Counted): ServiceOperation {
  const { rate, errorRatio, p95Nano } = linesOf(tallies, counted)
  const place = key.indexOf(' ')
  return {
    name: key.slice(place + 1),
    kind: KIND_NAMES[Number(key.slice(0, place)) as SpanKind],
    ...measured(tallies, counted),
    lines: { rate, errorRatio, p95Nano },
  }
}

/** Where requests enter comes first, then what is busiest, then by name. */
const byWorth = (a: ServiceOperation, b: ServiceOperation): number =>
  Number(enters(b)) - Number(enters(a)) || b.requestCount - a.requestCount || (a.name < b.name ? -1 : 1)

const enters = ({ kind }: ServiceOperation): boolean => kind === 'server' || kind === 'consumer'
