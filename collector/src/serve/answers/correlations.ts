/**
 * What bears an id, and the metrics on which a trace left its mark, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { answered, carriers } from './common.ts'
import { LogJson } from './logs.ts'
import { TraceRow } from './traces.ts'
import { z } from 'zod'

const markedSeries = z.array(
  z.strictObject({
    labels: z.record(z.string(), z.string()),
    exemplars: z.array(
      z.strictObject({
        traceId: z.string(),
        spanId: z.string(),
        timeUnixMillis: z.number(),
        value: z.union([z.number(), z.string()]),
      }),
    ),
  }),
)

export const TraceMetricsAnswer: z.ZodType<api.TraceMetricsAnswer> = z.strictObject({
  metrics: markedSeries,
  ...answered,
})

export const CorrelationAnswer: z.ZodType<api.CorrelationAnswer> = z.strictObject({
  id: z.string(),
  readAs: z.array(z.enum(['trace', 'span', 'correlation'])),
  traces: z.array(TraceRow),
  logs: z.array(LogJson),
  metrics: markedSeries.describe('Metrics on which these traces left exemplars.'),
  ...carriers,
  ...answered,
})
