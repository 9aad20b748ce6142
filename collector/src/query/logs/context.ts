/**
 * The lines around one line: what the same instance of the service wrote before it and behind it.
 * An instance is told by `service.name`, `service.instance.id` and `host.name`, as far as they are given.
 */
import type { Filter } from '../../filter/ast.ts'
import { HodoscopeError } from '../../model/errors.ts'
import { attribute } from '../../model/attributes.ts'
import { unixNano } from '../../model/time.ts'
import { valueText } from '../../model/value-text.ts'
import type { Cancellation, LogSearch, Snapshot, StoredLog } from '../../store/api.ts'
import type { Answer, LogContextAnswer } from '../answers/index.ts'
import { Containers } from '../containers.ts'
import { ordinalOf } from '../tail.ts'
import { logJson } from './log-json.ts'

export interface LogContextParams {
  /** Id of the line. */
  readonly id: string
  /** How many lines at most. */
  readonly before: number
  readonly after: number
}

const INSTANCE_KEYS = ['service.name', 'service.instance.id', 'host.name'] as const
const ALL_TIME = { from: unixNano(0n), to: unixNano(2n ** 64n) }

/** @throws HodoscopeError `cursor_invalid` where it is no id, `not_found` where no such line is stored (any more) */
export function logContext(
  snapshot: Snapshot,
  { id, before, after }: LogContextParams,
  cancel: Cancellation,
): Answer<LogContextAnswer> {
  const line = lineOf(snapshot, id, cancel)
  const around = (order: LogSearch['order'], limit: number): ReturnType<Snapshot['searchLogs']> => {
    if (limit === 0) return { logs: [], more: false }
    const start = { time: line.timeUnixNano, ordinal: line.ordinal }
    return snapshot.searchLogs(
      { filter: sameInstance(line), range: ALL_TIME, order, limit, after: start },
      cancel,
    )
  }
  const earlier = around('newest', before)
  const later = around('oldest', after)
  const containers = new Containers()
  const logs = [...earlier.logs.toReversed(), line, ...later.logs]
  return {
    logs: logs.map(log => logJson(log, containers)),
    index: earlier.logs.length,
    moreBefore: earlier.more,
    moreAfter: later.more,
    resources: containers.resources,
    scopes: containers.scopes,
  }
}

function lineOf(snapshot: Snapshot, id: string, cancel: Cancellation): StoredLog {
  const { sequence, row } = ordinalOf(id)
  const query = { filter: { op: 'all' }, after: { sequence, row: row - 1 }, limit: 1 } as const
  const [line] = snapshot.logsSince(query, cancel).items
  if (line?.ordinal.sequence === sequence && line.ordinal.row === row) return line
  throw new HodoscopeError('not_found', 'this line is not stored, or not any more')
}

function sameInstance(line: StoredLog): Filter {
  const of = INSTANCE_KEYS.map((key): Filter => {
    const text = valueText(attribute(line.resource.attributes, key) ?? null)
    const field = { in: 'resource', key } as const
    return text === undefined
      ? { op: 'not', of: { op: 'exists', field } }
      : { op: '=', field, value: { text, number: Number(text) } }
  })
  return { op: 'and', of }
}
