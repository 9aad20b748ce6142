/**
 * What live tails tell.
 */
import type { Answered, ResourceJson, ScopeJson, SpanKindName, StatusName } from './common.ts'
import type { LogJson } from './logs.ts'

/** Data of an event `logs` of GET /api/logs/tail?q=&after= */
export interface LogTailAnswer extends Answered {
  /** In order of arrival. */
  logs: LogJson[]
  resources: ResourceJson[]
  scopes: ScopeJson[]
  /** Everything up to here was looked at; also the id of the event. */
  position: string
  /** Others follow at once. */
  more: boolean
}

export interface TailSpanJson {
  /** Opaque and stable. */
  id: string
  traceId: string
  spanId: string
  parentSpanId: string
  service: string
  name: string
  kind: SpanKindName
  status: StatusName
  startTimeUnixNano: string
  durationNano: number
}

/** Data of an event `traces` of GET /api/traces/tail?q=&after= */
export interface SpanTailAnswer extends Answered {
  /** In order of arrival. */
  spans: TailSpanJson[]
  position: string
  more: boolean
}
