/**
 * Levels of the logging libraries as OpenTelemetry severities.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/#appendix-b-severitynumber-example-mappings
 */
import { SeverityNumber } from '@opentelemetry/api'

const BY_NAME = new Map<string, SeverityNumber>([
  ['silly', SeverityNumber.TRACE],
  ['trace', SeverityNumber.TRACE],
  ['debug', SeverityNumber.DEBUG],
  ['verbose', SeverityNumber.DEBUG2],
  ['http', SeverityNumber.DEBUG4],
  ['info', SeverityNumber.INFO],
  ['log', SeverityNumber.INFO],
  ['notice', SeverityNumber.INFO2],
  ['warn', SeverityNumber.WARN],
  ['warning', SeverityNumber.WARN],
  ['error', SeverityNumber.ERROR],
  ['crit', SeverityNumber.ERROR2],
  ['alert', SeverityNumber.ERROR3],
  ['fatal', SeverityNumber.FATAL],
  ['emerg', SeverityNumber.FATAL2],
])

/** @param name  of a level, in any case; what is unknown counts as INFO */
export function severityOfName(name: string): SeverityNumber {
  return BY_NAME.get(name.toLowerCase()) ?? SeverityNumber.INFO
}

/** @param level  pino's: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal, and whatever lies between */
export function severityOfPino(level: number): SeverityNumber {
  if (level < 20) return SeverityNumber.TRACE
  if (level < 30) return SeverityNumber.DEBUG
  if (level < 40) return SeverityNumber.INFO
  if (level < 50) return SeverityNumber.WARN
  return level < 60 ? SeverityNumber.ERROR : SeverityNumber.FATAL
}
