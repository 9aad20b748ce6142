/** The errors that log records tell. Few do, so a record is read only where its bytes look like it. */
import { itemsOf } from '../decode/containers.ts'
import { logOf } from '../decode/logs.ts'
import type { LogRecord } from '../model/telemetry.ts'
import type { UnixNano } from '../model/time.ts'
import { view } from '../wire/reader.ts'
import type { KnownError, KnownErrors } from './known-errors.ts'
import { toldBy } from './span-errors.ts'

const PREFIX = Buffer.from('exception.')

/** Those that may tell one. @param body an ExportLogsServiceRequest in its canonical form */
export function exceptionLogs(body: Uint8Array, received: UnixNano): readonly LogRecord[] {
  if (!view(body).includes(PREFIX)) return []
  const logs = itemsOf(body, (bytes, start, end, resource, scope) =>
    view(bytes.subarray(start, end)).includes(PREFIX)
      ? logOf(bytes, start, end, resource, scope, received)
      : undefined,
  )
  return logs.filter(log => log !== undefined)
}

/** undefined where it tells none. */
export function errorOf({ attributes }: LogRecord, known: KnownErrors): KnownError | undefined {
  const told = toldBy(attributes, '')
  const { type, message, stack } = told
  if (type === '' && message === '') return undefined
  return known.of(`log ${type.length} ${message.length} ${type}${message}${stack}`, () => told)
}
