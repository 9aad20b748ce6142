/** Searching logs, a page at a time. */
import type { Cancellation, LogSearch, Snapshot, StoredLog, TimeRange } from '../../store/api.ts'
import type { Answer, LogsAnswer, LogsFound } from '../answers/index.ts'
import { Containers } from '../containers.ts'
import { logCursor, readLogCursor } from '../cursor.ts'
import { parseSearch } from '../search/parse.ts'
import { logJson } from './log-json.ts'

export interface LogsParams {
  /** In the search language. */
  readonly q: string
  readonly range: TimeRange
  readonly limit: number
  readonly order: LogSearch['order']
  readonly cursor?: string | undefined
}

/** A part of an answer that is not whole yet. */
export function foundLogs(logs: readonly StoredLog[]): LogsFound {
  const containers = new Containers()
  const lines = logs.map(log => logJson(log, containers))
  return { logs: lines, resources: containers.resources, scopes: containers.scopes }
}

/** @throws HodoscopeError `query_malformed`, `cursor_invalid` */
export function searchLogs(snapshot: Snapshot, params: LogsParams, cancel: Cancellation): Answer<LogsAnswer> {
  const { q, range, limit, order, cursor } = params
  const query: LogSearch = { filter: parseSearch(q, 'logs'), range, order, limit }
  const after = cursor === undefined ? {} : { after: readLogCursor(cursor, order) }
  const { logs, more } = snapshot.searchLogs({ ...query, ...after }, cancel)
  const containers = new Containers()
  const last = logs.at(-1)
  return {
    logs: logs.map(log => logJson(log, containers)),
    resources: containers.resources,
    scopes: containers.scopes,
    cursor:
      more && last !== undefined
        ? logCursor(order, { time: last.timeUnixNano, ordinal: last.ordinal })
        : null,
  }
}
