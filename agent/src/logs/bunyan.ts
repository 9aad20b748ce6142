/**
 * bunyan: each record that a logger writes is sent, as its serializers have made it, and its line carries the ids of
 * its span.
 */
import type { Attributes } from '@opentelemetry/api'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { addError, addFields, currentIds, emitLog } from './record.ts'
import { severityOfPino } from './severity.ts'

interface BunyanRecord {
  readonly level: number
  readonly msg: unknown
  readonly err?: unknown
  trace_id?: unknown
}

type Emit = (this: unknown, record: BunyanRecord, formatOnly?: boolean) => unknown

interface Bunyan {
  readonly prototype: { ['_emit']: Emit }
  readonly nameFromLevel: Readonly<Record<number, string>>
}

const OWN_KEYS = ['v', 'level', 'time', 'pid', 'hostname', 'msg', 'trace_id', 'span_id', 'trace_flags']

/** The main file, which exports the class. */
export const patchBunyan: Patch = exports => {
  const { prototype, nameFromLevel } = exports as unknown as Bunyan
  const original = prototype['_emit']
  prototype['_emit'] = function (record, formatOnly) {
    if (formatOnly !== true)
      safely(() => {
        send(record, nameFromLevel[record.level] ?? String(record.level))
        const ids = currentIds()
        if (ids && record.trace_id === undefined) Object.assign(record, ids)
      })
    return original.call(this, record, formatOnly)
  }
  return undefined
}

function send(record: BunyanRecord, level: string): void {
  const attributes: Attributes = {}
  const { err, msg } = record
  const isError = typeof err === 'object' && err !== null && 'stack' in err
  if (isError) addError(attributes, err)
  addFields(attributes, record, new Set(isError ? [...OWN_KEYS, 'err'] : OWN_KEYS))
  // Its levels are pino's, which are bunyan's.
  emitLog({
    logger: 'bunyan',
    severity: severityOfPino(record.level),
    level,
    message: String(msg),
    attributes,
  })
}
