/**
 * The collector's own state, and pins, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { count, id, instant } from './common.ts'
import { z } from 'zod'

const extent = z.strictObject({
  records: count,
  fromUnixNano: instant.nullable(),
  toUnixNano: instant.nullable(),
})

export const PinsAnswer: z.ZodType<api.PinsAnswer> = z.strictObject({
  pins: z.array(z.strictObject({ traceId: id, note: z.string(), pinnedUnixMillis: z.number() })),
})

export const StatusAnswer: z.ZodType<api.StatusAnswer> = z.strictObject({
  version: z.string(),
  startedUnixMillis: z.number(),
  dataFolder: z.string(),
  ingest: z.strictObject({
    acceptedSpans: count,
    acceptedLogs: count,
    rejectedItems: count,
    refusedRequests: count,
    duplicateRequests: count,
    spansPerSecond: z.number(),
    logsPerSecond: z.number(),
  }),
  store: z.strictObject({
    diskBytes: count,
    maxBytes: count,
    retentionMillis: count,
    journalBytes: count,
    backlogRecords: count,
    partitions: count,
    pinnedTraces: count,
    pinnedBytes: count,
    quarantined: z.array(z.string()),
    refusing: z.string().nullable(),
  }),
  signals: z.strictObject({ traces: extent, logs: extent }),
  alerts: z.strictObject({
    state: z
      .enum(['unused', 'starting', 'running', 'stalled', 'down'])
      .describe('`stalled`: nothing was evaluated for 30 s; `down`: started again after a defect.'),
    restarts: count,
  }),
  instrument: z.string().describe('The shell line that instruments a service against this collector.'),
})
