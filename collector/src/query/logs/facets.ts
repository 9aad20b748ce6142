/** How often each value of some fields stands among what a search finds. */
import type { Cancellation, Snapshot, TimeRange } from '../../store/api.ts'
import type { Answer, LogFacetsAnswer } from '../answers/index.ts'
import { parseSearch } from '../search/parse.ts'

export interface LogFacetsParams {
  /** In the search language. */
  readonly q: string
  readonly range: TimeRange
  /** Attribute keys, or the intrinsics service and severity. */
  readonly keys: readonly string[]
  /** Values for each key. */
  readonly limit: number
}

/** @throws HodoscopeError `query_malformed` */
export function logFacets(
  snapshot: Snapshot,
  { q, range, keys, limit }: LogFacetsParams,
  cancel: Cancellation,
): Answer<LogFacetsAnswer> {
  const filter = parseSearch(q, 'logs')
  const facets = [...new Set(keys)].map(key => {
    // One more than is shown tells whether there are others.
    const query = { signal: 'logs', range, key, prefix: '', limit: limit + 1, filter } as const
    const values = snapshot.attributeValues(query, cancel)
    return { key, values: values.slice(0, limit).map(row => ({ ...row })), more: values.length > limit }
  })
  return { facets }
}
