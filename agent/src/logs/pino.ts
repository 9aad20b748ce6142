/**
 * pino: each line it writes is sent as a record, and carries the ids of its span.
 *
 * The line is taken as pino has written it, after serializers, formatters and redaction, so that nothing leaves the
 * process here that would not leave it by the log. It is made in the main thread also where a transport writes it
 * from a worker.
 */
import type { Attributes } from '@opentelemetry/api'
import { safely } from '../guard.ts'
import type { Patch } from '../hooks.ts'
import { addError, addFields, currentIds, emitLog } from './record.ts'
import { severityOfPino } from './severity.ts'

interface Logger {
  readonly levels?: { readonly labels?: Readonly<Record<number, string>> }
  readonly [symbol: symbol]: unknown
}

type AsJson = (this: Logger, fields: unknown, message: unknown, level: number, time: string) => string

/** pino's private symbols, by the folder of its installation. */
const symbols = new Map<string | undefined, Record<string, symbol>>()

/** `pino/lib/symbols.js`, which loads before what uses it. */
export const rememberPinoSymbols: Patch = (exports, folder) => {
  symbols.set(folder, exports as Record<string, symbol>)
  return undefined
}

/** `pino/lib/tools.js`, before pino takes `asJson` out of it. */
export const patchPino: Patch = (exports, folder) => {
  const original = exports['asJson'] as AsJson
  const { messageKeySym, errorKeySym } = symbols.get(folder) ?? {}
  exports['asJson'] = function asJson(this: Logger, ...args: Parameters<AsJson>) {
    const line = original.apply(this, args)
    const level = args[2]
    return (
      safely(() => {
        const keys = { message: keyOf(this, messageKeySym, 'msg'), error: keyOf(this, errorKeySym, 'err') }
        sendLine(line, level, this.levels?.labels?.[level] ?? String(level), keys)
        return withIds(line)
      }) ?? line
    )
  }
  return undefined
}

function keyOf(logger: Logger, symbol: symbol | undefined, otherwise: string): string {
  const key = symbol && logger[symbol]
  return typeof key === 'string' ? key : otherwise
}

interface Keys {
  readonly message: string
  readonly error: string
}

const OWN_KEYS = ['level', 'time', 'pid', 'hostname', 'trace_id', 'span_id', 'trace_flags']

function sendLine(line: string, level: number, label: string, keys: Keys): void {
  const fields = JSON.parse(line) as Record<string, unknown>
  const attributes: Attributes = {}
  const error = fields[keys.error]
  const isError = typeof error === 'object' && error !== null && 'stack' in error
  if (isError) addError(attributes, { ...error, name: (error as { type?: unknown }).type })
  addFields(attributes, fields, new Set([...OWN_KEYS, keys.message, ...(isError ? [keys.error] : [])]))
  const message = fields[keys.message]
  emitLog({
    logger: 'pino',
    severity: severityOfPino(level),
    level: label,
    message: typeof message === 'string' ? message : message === undefined ? '' : JSON.stringify(message),
    attributes,
  })
}

/** The ids are added at the end of the line, unless the host has put its own there. */
function withIds(line: string): string {
  const ids = currentIds()
  const end = line.lastIndexOf('}')
  if (!ids || end === -1 || line.includes('"trace_id":')) return line
  const comma = line.slice(0, end).trimEnd().endsWith('{') ? '' : ','
  return `${line.slice(0, end)}${comma}"trace_id":"${ids.trace_id}","span_id":"${ids.span_id}"${line.slice(end)}`
}
