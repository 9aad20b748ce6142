/**
 * The collector's own state, and pins, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { count, id, instant } from './common.ts'
import { z } from 'zod'

const times = z.strictObject({ fromUnixNano: instant.nullable(), toUnixNano: instant.nullable() })
const extent = z.strictObject({ records: count, ...times.shape })

const counts = z.strictObject({
  requests: count,
  abortedRequests: count.describe('Clients that left in mid-body.'),
  bytes: count.describe('Of bodies, as they were sent.'),
  receivedItems: count.describe('Stored, rejected and refused ones.'),
  storedItems: count,
  rejectedItems: count.describe('Told to the sender as impossible to store.'),
  refusedItems: count.describe('The sender may try again.'),
})

export const PinsAnswer: z.ZodType<api.PinsAnswer> = z.strictObject({
  pins: z.array(z.strictObject({ traceId: id, note: z.string(), pinnedUnixMillis: z.number() })),
})

export const SessionAnswer: z.ZodType<api.SessionAnswer> = z.strictObject({
  asks: z.boolean().describe('Whether a token is asked for here at all.'),
  scope: z
    .enum(['ingest', 'viewer', 'editor', 'admin'])
    .nullable()
    .describe('What the session, or the token that came, is good for; null without one that may read.'),
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
    kinds: z
      .strictObject({ traces: counts, logs: counts, metrics: counts, samples: counts })
      .describe('Since the start; `samples` are those of Prometheus remote-write.'),
    refusals: z
      .array(z.strictObject({ kind: z.string(), code: z.string(), requests: count, hint: z.string() }))
      .describe('Why requests were answered with an error, most frequent first.'),
  }),
  slowestQueries: z
    .array(
      z.strictObject({
        job: z.string(),
        asked: z.string().describe('Search, expression, id or service.'),
        unixMillis: z.number(),
        tookMillis: z.number(),
        answered: z.boolean().describe('False where it failed, was cancelled or ran out of time.'),
      }),
    )
    .describe('Of the last hour, the slowest first.'),
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
  signals: z.strictObject({ traces: extent, logs: extent, metrics: times }),
  alerts: z.strictObject({
    state: z
      .enum(['unused', 'starting', 'running', 'stalled', 'down'])
      .describe('`stalled`: nothing was evaluated for 30 s; `down`: started again after a defect.'),
    restarts: count,
  }),
  instrument: z.string().describe('The shell line that instruments a service against this collector.'),
})
