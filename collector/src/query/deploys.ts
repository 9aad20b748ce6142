/**
 * Deploys of a service: a `service.version` that was not seen the day before, at the start of its
 * first span. The version that a service is first seen with is none: nothing was replaced.
 */
import type { Field, Filter } from '../filter/ast.ts'
import { unixNano, type UnixNano } from '../model/time.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'
import type { Answer, DeploysAnswer } from './answers/index.ts'
import { versions, type VersionsParams } from './versions.ts'

const DAY_NANO = 86_400_000_000_000n
const BUCKETS = 200

/** Oldest first. */
export function deploys(
  snapshot: Snapshot,
  { service, range }: VersionsParams,
  cancel: Cancellation,
): Answer<DeploysAnswer> {
  const before = { from: unixNano(range.from > DAY_NANO ? range.from - DAY_NANO : 0n), to: range.from }
  const known = new Set(versions(snapshot, { service, range: before }, cancel).versions)
  const seen = versions(snapshot, { service, range }, cancel)
    .versions.filter(version => !known.has(version))
    .map(version => ({ version, at: firstSpan(snapshot, service, version, range, cancel) }))
    .toSorted((a, b) => (a.at < b.at ? -1 : 1))
  const fresh = known.size === 0 ? seen.slice(1) : seen
  return { deploys: fresh.map(({ version, at }) => ({ service, version, timeUnixNano: String(at) })) }
}

/** Each pass looks into the bucket that holds the first span, until a bucket is a nanosecond: seven for a month. */
function firstSpan(
  snapshot: Snapshot,
  service: string,
  version: string,
  range: TimeRange,
  cancel: Cancellation,
): UnixNano {
  const equal = (field: Field, text: string): Filter => ({
    op: '=',
    field,
    value: { text, number: Number.NaN },
  })
  const filter: Filter = {
    op: 'and',
    of: [
      equal({ in: 'intrinsic', name: 'service' }, service),
      equal({ in: 'any', key: 'service.version' }, version),
    ],
  }
  let { from, to } = range
  while (to - from > 1n) {
    const found = snapshot.histogram(
      { signal: 'traces', filter, range: { from, to }, buckets: BUCKETS },
      cancel,
    )
    const rows = Object.values(found.counts)
    const first = Array.from({ length: BUCKETS }, (_, i) => i).find(i => rows.some(row => (row[i] ?? 0) > 0))
    if (first === undefined) break
    const width = BigInt(found.widthNano)
    from = unixNano(from + BigInt(first) * width)
    to = unixNano(from + width < range.to ? from + width : range.to)
  }
  return from
}
