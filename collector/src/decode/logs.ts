/** Log records, from canonical bytes to objects. */
import type { KeyValue } from '../model/attributes.ts'
import type { LogRecord, Resource, Scope } from '../model/telemetry.ts'
import { unixNano, type UnixNano } from '../model/time.ts'
import { WireReader } from '../wire/reader.ts'
import { itemsOf } from './containers.ts'
import { LOG } from './fields.ts'
import { anyValueOf, keyValueOf, nested } from './values.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * The log records of a canonical body of the signal `logs`, in their order.
 * @param receivedAt the time of a record that carries none
 */
export const logsOf = (body: Uint8Array, receivedAt: UnixNano): LogRecord[] =>
  itemsOf(body, (bytes, start, end, resource, scope) => logOf(bytes, start, end, resource, scope, receivedAt))

/** A LogRecord message in [start, end); its time is resolved as `store/api.ts` says. */
export function logOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  resource: Resource,
  scope: Scope,
  receivedAt: UnixNano,
): LogRecord {
  const attributes: KeyValue[] = []
  const log: Mutable<LogRecord> = {
    timeUnixNano: unixNano(0n),
    observedTimeUnixNano: unixNano(0n),
    severityNumber: 0,
    severityText: '',
    eventName: '',
    body: null,
    attributes,
    droppedAttributesCount: 0,
    flags: 0,
    traceId: '',
    spanId: '',
    resource,
    scope,
  }
  const reader = new WireReader(bytes, start, end)
  for (let tag = reader.tag(); tag !== 0; tag = reader.tag())
    if (tag === LOG.attributes) attributes.push(nested(reader, keyValueOf))
    else if (tag === LOG.body) log.body = nested(reader, anyValueOf)
    else readScalar(log, reader, tag)
  if (log.timeUnixNano === 0n)
    log.timeUnixNano = log.observedTimeUnixNano === 0n ? receivedAt : log.observedTimeUnixNano
  return log
}

function readScalar(log: Mutable<LogRecord>, reader: WireReader, tag: number): void {
  switch (tag) {
    case LOG.timeUnixNano:
      log.timeUnixNano = unixNano(reader.fixed64())
      break
    case LOG.observedTimeUnixNano:
      log.observedTimeUnixNano = unixNano(reader.fixed64())
      break
    case LOG.severityNumber:
      log.severityNumber = reader.uint32()
      break
    case LOG.severityText:
      log.severityText = reader.text()
      break
    case LOG.eventName:
      log.eventName = reader.text()
      break
    case LOG.droppedAttributesCount:
      log.droppedAttributesCount = reader.uint32()
      break
    case LOG.flags:
      log.flags = reader.fixed32()
      break
    case LOG.traceId:
      log.traceId = reader.hex()
      break
    case LOG.spanId:
      log.spanId = reader.hex()
      break
    default:
      reader.skip(tag)
  }
}
