/** Log records in plain JSON. */
import { severityClass } from '../../filter/severity.ts'
import { serviceName } from '../../model/telemetry.ts'
import { valueJson } from '../../model/value-json.ts'
import type { StoredLog } from '../../store/api.ts'
import type { LogJson } from '../answers/index.ts'
import { attributeList, type Containers } from '../containers.ts'

export function logJson(log: StoredLog, containers: Containers): LogJson {
  return {
    id: `${log.ordinal.sequence}-${log.ordinal.row}`,
    timeUnixNano: String(log.timeUnixNano),
    observedTimeUnixNano: String(log.observedTimeUnixNano),
    severity: severityClass(log.severityNumber),
    severityNumber: log.severityNumber,
    severityText: log.severityText,
    eventName: log.eventName,
    body: valueJson(log.body),
    service: serviceName(log.resource),
    traceId: log.traceId,
    spanId: log.spanId,
    flags: log.flags,
    attributes: attributeList(log.attributes),
    droppedAttributesCount: log.droppedAttributesCount,
    resource: containers.resource(log.resource),
    scope: containers.scope(log.scope),
  }
}
