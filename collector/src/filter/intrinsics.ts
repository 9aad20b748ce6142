/**
 * The names of the intrinsics' values, and how an intrinsic is read off a span or a log record.
 */
import type { AnyValue } from '../model/attributes.ts'
import { serviceName, type LogRecord, type Signal, type Span } from '../model/telemetry.ts'
import { between } from '../model/time.ts'
import type { Intrinsic } from './ast.ts'

/** By span kind number. */
export const KIND_NAMES = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
/** By status code. */
export const STATUS_NAMES = ['unset', 'ok', 'error'] as const

/** Which signals an intrinsic belongs to. */
export const INTRINSICS: Readonly<Record<Intrinsic, readonly Signal[]>> = {
  service: ['traces', 'logs'],
  name: ['traces'],
  kind: ['traces'],
  status: ['traces'],
  statusMessage: ['traces'],
  duration: ['traces'],
  root: ['traces'],
  traceId: ['traces', 'logs'],
  spanId: ['traces', 'logs'],
  parentId: ['traces'],
  scope: ['traces', 'logs'],
  event: ['traces', 'logs'],
  severity: ['logs'],
  body: ['logs'],
}

/** One value each, save for `event`, which has one for each event of the span. */
export const SPAN_INTRINSICS: Readonly<Partial<Record<Intrinsic, (span: Span) => AnyValue>>> = {
  service: span => serviceName(span.resource),
  name: span => span.name,
  kind: span => KIND_NAMES[span.kind],
  status: span => STATUS_NAMES[span.status.code],
  statusMessage: span => span.status.message,
  duration: span => between(span.startTimeUnixNano, span.endTimeUnixNano),
  root: span => span.parentSpanId === '',
  traceId: span => span.traceId,
  spanId: span => span.spanId,
  parentId: span => span.parentSpanId,
  scope: span => span.scope.name,
}

/** Severity stands apart (`severity.ts`): it has a name and a number. */
export const LOG_INTRINSICS: Readonly<Partial<Record<Intrinsic, (log: LogRecord) => AnyValue>>> = {
  service: log => serviceName(log.resource),
  body: log => log.body,
  event: log => log.eventName,
  traceId: log => log.traceId,
  spanId: log => log.spanId,
  scope: log => log.scope.name,
}
