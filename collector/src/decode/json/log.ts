/** A log record of OTLP/JSON, written as protobuf. An invalid id costs the record only its trace. */
import { LOG } from '../fields.ts'
import { SEVERITY_UNKNOWN, UNASSOCIATED } from '../normalise-log.ts'
import { writeHex } from './ids.ts'
import { UNKNOWN_NAME, writeDropped } from './span.ts'
import type { JsonObject, Transcoder } from './transcoder.ts'
import { writeAttributes, writeValue } from './values.ts'

const SEVERITIES = [
  'SEVERITY_NUMBER_UNSPECIFIED',
  ...['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'].flatMap(name =>
    ['', '2', '3', '4'].map(step => `SEVERITY_NUMBER_${name}${step}`),
  ),
]

export function writeLog(to: Transcoder, log: JsonObject): void {
  to.fixed64(LOG.timeUnixNano, log['timeUnixNano'] ?? log['time_unix_nano'], 'timeUnixNano')
  writeSeverity(to, log['severityNumber'] ?? log['severity_number'])
  to.text(LOG.severityText, log['severityText'] ?? log['severity_text'], 'severityText')
  writeValue(to, LOG.body, log['body'], 1)
  writeAttributes(to, LOG.attributes, log['attributes'], 'attributes')
  writeDropped(to, LOG.droppedAttributesCount, log, 'droppedAttributesCount', 'dropped_attributes_count')
  to.fixed32(LOG.flags, log['flags'], 'flags')
  if (writeId(to, LOG.traceId, log['traceId'] ?? log['trace_id']))
    writeId(to, LOG.spanId, log['spanId'] ?? log['span_id'])
  to.fixed64(
    LOG.observedTimeUnixNano,
    log['observedTimeUnixNano'] ?? log['observed_time_unix_nano'],
    'observedTimeUnixNano',
  )
  to.text(LOG.eventName, log['eventName'] ?? log['event_name'], 'eventName')
}

function writeSeverity(to: Transcoder, value: unknown): void {
  if (to.enum(LOG.severityNumber, value, SEVERITIES)) return
  to.findings.warn(typeof value === 'string' ? UNKNOWN_NAME : SEVERITY_UNKNOWN)
}

/** @returns false where the id was invalid and left out */
function writeId(to: Transcoder, tag: number, value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (typeof value === 'string' && writeHex(to.out, tag, value)) return true
  to.findings.warn(UNASSOCIATED)
  return false
}
