/** Groups of errors of a range, a page at a time; those of several services with one fingerprint are one. */
import type { StoredGroup } from '../../errors/reader.ts'
import { lastDeploys, type Deploy } from '../../red/deploys.ts'
import type { TimeRange } from '../../store/api.ts'
import type { Answer, ErrorOrder, ErrorRow, ErrorsAnswer } from '../answers/index.ts'
import { errorCursor, readErrorCursor, type ErrorKey } from '../cursor.ts'
import { nanoOfMinute } from '../red/slices.ts'
import { hoursOf, HourTally, nanoOfHour, type Hours } from './hours.ts'
import type { Sources } from './sources.ts'

export interface ErrorsParams {
  readonly range: TimeRange
  /** All services unless told. */
  readonly service?: string | undefined
  /** Only those that are new since the last deploy of a service in which they came. */
  readonly isNew: boolean
  readonly order: ErrorOrder
  readonly limit: number
  readonly cursor?: string | undefined
}

/** Shown beside a group. */
const VERSIONS = 3
const MINUTES_AN_HOUR = 60

interface Merged {
  readonly groups: StoredGroup[]
  readonly tally: HourTally
  isNew: boolean
}

/** @throws HodoscopeError `cursor_invalid` */
export function errors(sources: Sources, params: ErrorsParams): Answer<ErrorsAnswer> {
  const { order, limit, cursor } = params
  const after = cursor === undefined ? undefined : readErrorCursor(cursor, order)
  const hours = hoursOf(params.range)
  return sources.errors.asOfNow(() => {
    const found = read(sources, params, hours)
      .map(merged => ({ merged, key: keyOf(merged, order) }))
      .filter(entry => after === undefined || compare(after, entry.key) < 0)
      .sort((a, b) => compare(a.key, b.key))
    const page = found.slice(0, limit)
    const versions = sources.errors.latestVersions(VERSIONS)
    return {
      fromUnixNano: nanoOfHour(hours.from),
      toUnixNano: nanoOfHour(hours.to),
      line: { fromUnixNano: nanoOfHour(hours.lineFrom), stepSeconds: hours.step * 3_600 },
      uncountedRequests: sources.errors.lacking,
      errors: page.map(({ merged }) => rowOf(merged, versions)),
      cursor: found.length > limit ? errorCursor(order, page.at(-1)!.key) : null,
    }
  })
}

function read({ errors: reader, red }: Sources, { service, isNew }: ErrorsParams, hours: Hours): Merged[] {
  const deploys = lastDeploys(red.versions(), hours.to * MINUTES_AN_HOUR)
  const byId = new Map<number, Merged>()
  const all = new Map<string, Merged>()
  for (const group of reader.groups(service)) {
    const merged = all.get(group.fingerprint) ?? { groups: [], tally: new HourTally(hours), isNew: false }
    merged.groups.push(group)
    merged.isNew ||= isNewSince(group, deploys.get(group.service))
    all.set(group.fingerprint, merged)
    byId.set(group.id, merged)
  }
  for (const { of, hour, count } of reader.hours(hours.lineFrom, hours.to))
    byId.get(of)?.tally.add(hour, count)
  return [...all.values()].filter(merged => merged.tally.count > 0 && (merged.isNew || !isNew))
}

export const isNewSince = ({ first }: Pick<StoredGroup, 'first'>, deploy: Deploy | undefined): boolean =>
  deploy !== undefined && first >= deploy.minute

function firstOf({ groups }: Merged): number {
  return Math.min(...groups.map(({ first }) => first))
}

function lastOf({ groups }: Merged): number {
  return Math.max(...groups.map(({ last }) => last))
}

const KEY: Readonly<Record<ErrorOrder, (merged: Merged) => number>> = {
  busiest: ({ tally }) => tally.count,
  newest: firstOf,
  latest: lastOf,
}

const keyOf = (merged: Merged, order: ErrorOrder): ErrorKey => ({
  key: KEY[order](merged),
  fingerprint: merged.groups[0]!.fingerprint,
})

/** The largest first, then by fingerprint. */
const compare = (a: ErrorKey, b: ErrorKey): number =>
  b.key - a.key || (a.fingerprint < b.fingerprint ? -1 : a.fingerprint > b.fingerprint ? 1 : 0)

function rowOf(merged: Merged, versions: ReadonlyMap<number, readonly string[]>): ErrorRow {
  const { groups, tally, isNew } = merged
  const newest = groups.toSorted((a, b) => b.last - a.last)
  const { fingerprint, type, message, operation } = newest[0]!
  return {
    fingerprint,
    type,
    message,
    operation,
    services: newest.map(({ service }) => service),
    versions: [...new Set(newest.flatMap(({ id }) => versions.get(id) ?? []))].slice(0, VERSIONS),
    count: tally.count,
    totalCount: groups.reduce((sum, { total }) => sum + total, 0),
    firstUnixNano: String(nanoOfMinute(firstOf(merged))),
    lastUnixNano: String(nanoOfMinute(lastOf(merged))),
    isNew,
    line: tally.line,
  }
}
