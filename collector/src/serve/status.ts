/** What the status page shows: counters of this process, the store's own word, and what is stored. */
import { ERRORS } from '../model/errors.ts'
import { REQUEST_KINDS, type RequestKind } from '../model/telemetry.ts'
import type { Config } from '../config/schema.ts'
import type { Clock } from '../model/time.ts'
import type { StoreWriter } from '../store/api.ts'
import type { AlertFigures } from '../telemetry/alert-metrics.ts'
import type { IngestMetrics, IngestTotals } from '../telemetry/ingest-metrics.ts'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { SlowQuery, StatusAnswer } from './api-types.ts'
import type { Queries } from './api.ts'
import { instrumentLine } from './instrument.ts'
import { createRate } from './rate.ts'

export interface StatusParts {
  readonly config: Config
  readonly store: Pick<StoreWriter, 'status'>
  readonly queries: Queries & { slowest(): readonly SlowQuery[] }
  readonly telemetry: Telemetry
  /**
   * Told here and not by /readyz: who takes a collector that is not ready out of service stops its
   * telemetry, which does not bring alerts back.
   */
  readonly alerts: () => AlertFigures
  readonly clock: Clock
  readonly version: string
}

export interface Status {
  /** @param url  where this collector listens */
  read(url: string, signal: AbortSignal): Promise<StatusAnswer>
  close(): void
}

export function createStatus(parts: StatusParts): Status {
  const { config, store, queries, telemetry, alerts, clock, version } = parts
  const startedUnixMillis = clock.now()
  const spans = createRate(() => store.status().acceptedItems.traces, clock)
  const logs = createRate(() => store.status().acceptedItems.logs, clock)
  const sampling = setInterval(() => {
    spans.sample()
    logs.sample()
  }, 1_000).unref()
  return {
    close: () => clearInterval(sampling),
    read: async (url, signal) => {
      const totals = REQUEST_KINDS.map(kind => telemetry.ingest.totals(kind))
      const sum = (of: (total: IngestTotals) => number) => totals.reduce((all, total) => all + of(total), 0)
      const extent = await queries.run('extent', {}, { signal, timeoutMillis: config.query.timeout })
      const { acceptedItems, duplicateRequests, refusing, ...stored } = store.status()
      return {
        version,
        startedUnixMillis,
        dataFolder: config.data,
        ingest: {
          acceptedSpans: acceptedItems.traces,
          acceptedLogs: acceptedItems.logs,
          rejectedItems: sum(total => total.rejectedItems),
          refusedRequests: sum(total => total.refusedRequests),
          duplicateRequests,
          spansPerSecond: spans.perSecond(),
          logsPerSecond: logs.perSecond(),
          kinds: byKind(telemetry.ingest),
          refusals: refusalsOf(telemetry.ingest),
        },
        slowestQueries: [...queries.slowest()],
        store: {
          ...stored,
          retentionMillis: config.storage.retention,
          quarantined: [...stored.quarantined],
          refusing: refusing ?? null,
        },
        signals: JSON.parse(Buffer.from(extent).toString()) as StatusAnswer['signals'],
        alerts: alerts(),
        instrument: instrumentLine(url),
      }
    },
  }
}

const byKind = (ingest: IngestMetrics): StatusAnswer['ingest']['kinds'] => {
  const of = (kind: RequestKind) => {
    const { refusedRequests: _, ...counts } = ingest.totals(kind)
    return counts
  }
  return { traces: of('traces'), logs: of('logs'), metrics: of('metrics'), samples: of('samples') }
}

const refusalsOf = (ingest: IngestMetrics): StatusAnswer['ingest']['refusals'] =>
  ingest
    .refusals()
    .map(refusal => ({ ...refusal, hint: ERRORS[refusal.code].hint }))
    .sort((a, b) => b.requests - a.requests)
