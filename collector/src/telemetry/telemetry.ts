/**
 * The collector's own metrics: one registry that `main.ts` makes and hands down as a value, so
 * that two collectors in one process (as in tests) do not share a counter.
 *
 * Names follow Prometheus: base units, `_total` for counters.
 */
import { collectDefaultMetrics, Registry } from 'prom-client'
import { createHttpMetrics, type HttpMetrics } from './http-metrics.ts'
import { createIngestMetrics, type IngestMetrics } from './ingest-metrics.ts'

export interface Telemetry {
  readonly registry: Registry
  readonly http: HttpMetrics
  readonly ingest: IngestMetrics
}

export interface TelemetryOptions {
  readonly version: string
  /** Also the process's own figures: CPU, memory, event loop. Once a process is enough. */
  readonly process: boolean
}

export function createTelemetry(options: TelemetryOptions): Telemetry {
  const registry = new Registry()
  if (options.process) collectDefaultMetrics({ register: registry })
  return {
    registry,
    http: createHttpMetrics(registry, options.version),
    ingest: createIngestMetrics(registry),
  }
}
