/**
 * Log records found, streamed, counted and in their context.
 */
import type {
  Answered,
  AttributeList,
  AttributeValue,
  ResourceJson,
  ScopeJson,
  SeverityName,
} from './common.ts'

export interface LogJson {
  /** Opaque and stable. */
  id: string
  timeUnixNano: string
  observedTimeUnixNano: string
  severity: SeverityName
  severityNumber: number
  severityText: string
  eventName: string
  body: AttributeValue
  service: string
  traceId: string
  spanId: string
  flags: number
  attributes: AttributeList
  droppedAttributesCount: number
  resource: number
  scope: number
}

/** GET /api/logs?q=&from=&to=&limit=&cursor=&order=newest|oldest */
export interface LogsAnswer extends Answered {
  logs: LogJson[]
  resources: ResourceJson[]
  scopes: ScopeJson[]
  cursor: string | null
}

/** Lines that are certain to stand in an answer, in its order. */
export interface LogsFound {
  logs: LogJson[]
  resources: ResourceJson[]
  scopes: ScopeJson[]
}

/** GET /api/logs?stream=1&…: each line is one of these; the last one is `answer` or `error`. */
export type LogsLine =
  | { progress: { done: number; total: number } }
  | { found: LogsFound }
  | { answer: LogsAnswer }
  | { error: { code: string; message: string; hint: string; position?: number } }

/** GET /api/logs/facets?q=&from=&to=&keys= */
export interface LogFacetsAnswer extends Answered {
  /** In the order asked for; the values most frequent first. */
  facets: {
    key: string
    values: { value: string; count: number }[]
    /** Whether there are other values. */
    more: boolean
  }[]
}

/** GET /api/logs/context?id=&before=&after= */
export interface LogContextAnswer extends Answered {
  /** Lines of one instance of a service, oldest first. */
  logs: LogJson[]
  /** Place of the line that was asked for. */
  index: number
  moreBefore: boolean
  moreAfter: boolean
  resources: ResourceJson[]
  scopes: ScopeJson[]
}
