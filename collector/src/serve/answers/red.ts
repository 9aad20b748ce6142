/**
 * Rate, errors and durations as they were counted, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { answered, count, figures, instant, kind, length } from './common.ts'
import { z } from 'zod'

const lines = {
  rate: z.array(z.number()),
  errorRatio: z.array(z.number().nullable()),
  p50Nano: z.array(length.nullable()),
  p95Nano: z.array(length.nullable()),
  p99Nano: z.array(length.nullable()),
}
const deployed = z.strictObject({ version: z.string(), timeUnixNano: instant })

const counted = {
  uncountedRequests: count.describe('Requests whose spans came before anybody counted them.'),
  outOfTimeSpans: count.describe(
    'Spans that do not count here: they start before counts are kept, or more than a day in the future.',
  ),
  countedUpToUnixNano: instant
    .nullable()
    .describe('When the last request was received whose spans count here; null before the first.'),
}

const countedRange = { fromUnixNano: instant, toUnixNano: instant, stepSeconds: count, ...counted }

const measured = {
  requestCount: count,
  errorCount: count,
  ...figures,
  before: z.strictObject(figures).describe('In as long a time right before the range.'),
  change: z
    .strictObject({
      of: z.enum(['errors', 'duration', 'rate']),
      amount: z.number().describe('0 where there is too little to tell; 1 is worth a look.'),
    })
    .describe('What changed most against before.'),
}

export const OverviewAnswer: z.ZodType<api.OverviewAnswer> = z.strictObject({
  ...countedRange,
  services: z.array(
    z.strictObject({
      service: z.string(),
      ...measured,
      lines: z.strictObject(lines),
      lastDeploy: deployed.nullable(),
    }),
  ),
  ...answered,
})

export const ServiceAnswer: z.ZodType<api.ServiceAnswer> = z.strictObject({
  service: z.string(),
  ...countedRange,
  entry: z
    .strictObject({ ...measured, lines: z.strictObject(lines) })
    .nullable()
    .describe('By the requests that enter it; null where none did, in the range or before.'),
  operations: z.array(
    z.strictObject({
      name: z.string(),
      kind,
      ...measured,
      lines: z.strictObject({ rate: lines.rate, errorRatio: lines.errorRatio, p95Nano: lines.p95Nano }),
    }),
  ),
  deploys: z.array(deployed).describe('All up to the end of the range, oldest first.'),
  ...answered,
})

const node = z.string().describe('The id of a node.')

export const GraphAnswer: z.ZodType<api.GraphAnswer> = z.strictObject({
  fromUnixNano: instant,
  toUnixNano: instant,
  ...counted,
  nodes: z.array(
    z.strictObject({
      id: z.string(),
      kind: z
        .enum(['service', 'database', 'queue', 'external', 'user', 'other'])
        .describe('`other`: nodes beyond the bound, and the other end of spans that could not be paired.'),
      name: z.string(),
      requestCount: count.describe(
        'Requests that enter a service; calls to all else; calls that users make.',
      ),
      errorCount: count,
      ...figures,
    }),
  ),
  edges: z
    .array(
      z.strictObject({
        client: node,
        server: node,
        via: z.enum(['call', 'message']),
        callCount: count,
        errorCount: count,
        ...figures,
      }),
    )
    .describe('The busiest first; durations are those of the client, where it sends spans.'),
  ...answered,
})
