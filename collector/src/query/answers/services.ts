/**
 * Services, their operations and deploys.
 */
import type { Answered, SpanKindName } from './common.ts'

export interface ServiceRow {
  service: string
  /** Entry spans (server, consumer, root) a second over the range, from the first stored span on. */
  rate: number
  spanCount: number
  entryCount: number
  /** Of all spans. */
  errorCount: number
  /** Entry spans with an error ÷ entry spans; null without entry spans. */
  errorRatio: number | null
  p50Nano: number | null
  p95Nano: number | null
  p99Nano: number | null
}

/** GET /api/services?from=&to= */
export interface ServicesAnswer extends Answered {
  services: ServiceRow[]
}

export interface OperationRow {
  service: string
  name: string
  kind: SpanKindName
  rate: number
  count: number
  errorCount: number
  errorRatio: number
  p50Nano: number
  p95Nano: number
  p99Nano: number
}

/** GET /api/operations?service=&from=&to= */
export interface OperationsAnswer extends Answered {
  operations: OperationRow[]
}

/** GET /api/deploys?service=&from=&to= ; oldest first. */
export interface DeploysAnswer extends Answered {
  /** A version that came later than the first that is known of its service, at the minute of its first span. */
  deploys: { service: string; version: string; timeUnixNano: string }[]
}
