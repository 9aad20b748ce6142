/**
 * Services, their operations and deploys, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { answered, count, instant, kind, length } from './common.ts'
import { z } from 'zod'

export const ServicesAnswer: z.ZodType<api.ServicesAnswer> = z.strictObject({
  services: z.array(
    z.strictObject({
      service: z.string(),
      rate: z.number().describe('Entry spans (server, consumer, root) a second.'),
      spanCount: count,
      entryCount: count,
      errorCount: count,
      errorRatio: z.number().nullable(),
      p50Nano: length.nullable(),
      p95Nano: length.nullable(),
      p99Nano: length.nullable(),
    }),
  ),
  ...answered,
})

export const OperationsAnswer: z.ZodType<api.OperationsAnswer> = z.strictObject({
  operations: z.array(
    z.strictObject({
      service: z.string(),
      name: z.string(),
      kind,
      rate: z.number(),
      count,
      errorCount: count,
      errorRatio: z.number(),
      p50Nano: length,
      p95Nano: length,
      p99Nano: length,
    }),
  ),
  ...answered,
})

export const DeploysAnswer: z.ZodType<api.DeploysAnswer> = z.strictObject({
  ...answered,
  deploys: z.array(z.strictObject({ service: z.string(), version: z.string(), timeUnixNano: instant })),
})
