/** Searching traces, a page at a time. */
import type { Cancellation, Snapshot, TimeRange, TraceSearch } from '../../store/api.ts'
import type { Answer, TracesAnswer } from '../answers/index.ts'
import { readTraceCursor, traceCursor } from '../cursor.ts'
import { parseSearch } from '../search/parse.ts'
import { traceRow } from './span-json.ts'

export interface TracesParams {
  /** In the search language. */
  readonly q: string
  readonly range: TimeRange
  readonly limit: number
  readonly sort: TraceSearch['sort']
  readonly cursor?: string | undefined
}

/** @throws HodoscopeError `query_malformed`, `cursor_invalid` */
export function searchTraces(
  snapshot: Snapshot,
  params: TracesParams,
  cancel: Cancellation,
): Answer<TracesAnswer> {
  const { q, range, limit, sort, cursor } = params
  const query: TraceSearch = { filter: parseSearch(q, 'traces'), range, sort, limit }
  const after = cursor === undefined ? {} : { after: readTraceCursor(cursor, sort) }
  const { hits, more } = snapshot.searchTraces({ ...query, ...after }, cancel)
  const last = hits.at(-1)
  return {
    traces: hits.map(hit => traceRow(hit.summary)),
    cursor:
      more && last !== undefined ? traceCursor(sort, { key: last.key, traceId: last.summary.traceId }) : null,
  }
}
