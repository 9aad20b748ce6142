/**
 * What live tails tell, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { answered, carriers, id, instant, kind, length, tail } from './common.ts'
import { LogJson } from './logs.ts'
import { z } from 'zod'

export const LogTailAnswer: z.ZodType<api.LogTailAnswer> = z.strictObject({
  logs: z.array(LogJson).describe('In order of arrival.'),
  ...carriers,
  ...tail,
  ...answered,
})

export const SpanTailAnswer: z.ZodType<api.SpanTailAnswer> = z.strictObject({
  spans: z
    .array(
      z.strictObject({
        id: z.string().describe('Opaque and stable.'),
        traceId: id,
        spanId: id,
        parentSpanId: id,
        service: z.string(),
        name: z.string(),
        kind,
        status: z.enum(['unset', 'ok', 'error']),
        startTimeUnixNano: instant,
        durationNano: length,
      }),
    )
    .describe('In order of arrival.'),
  ...tail,
  ...answered,
})
