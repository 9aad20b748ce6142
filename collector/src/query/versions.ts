/** Versions of a service that were seen in a range. */
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'

export interface VersionsParams {
  readonly service: string
  readonly range: TimeRange
}

const LIMIT = 20

export function versions(snapshot: Snapshot, { service, range }: VersionsParams, cancel: Cancellation) {
  const value = { text: service, number: Number.NaN }
  const filter = { op: '=', field: { in: 'intrinsic', name: 'service' }, value } as const
  const key = 'service.version'
  const rows = snapshot.attributeValues(
    { signal: 'traces', range, prefix: '', limit: LIMIT, key, filter },
    cancel,
  )
  return { versions: rows.map(row => row.value) }
}
