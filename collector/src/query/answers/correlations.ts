/**
 * What bears an id, and the metrics on which a trace left its mark.
 */
import type { Answered, ResourceJson, ScopeJson } from './common.ts'
import type { LogJson } from './logs.ts'
import type { TraceRow } from './traces.ts'

/** GET /api/correlations/{id}: any id in any of its forms. */
export interface CorrelationAnswer extends Answered {
  id: string
  /** What the id was read as. */
  readAs: ('trace' | 'span' | 'correlation')[]
  traces: TraceRow[]
  logs: LogJson[]
  /** Metrics on which these traces left exemplars. */
  metrics: MarkedSeriesJson[]
  resources: ResourceJson[]
  scopes: ScopeJson[]
}

/** GET /api/traces/{id}/metrics */
export interface TraceMetricsAnswer extends Answered {
  /** On which the trace left exemplars; at most 100 series. */
  metrics: MarkedSeriesJson[]
}

export interface MarkedSeriesJson {
  /** Of the series; the metric's name is `__name__`. */
  labels: { [name: string]: string }
  exemplars: { traceId: string; spanId: string; timeUnixMillis: number; value: number | string }[]
}
