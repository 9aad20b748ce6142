/**
 * Log records found, streamed, counted and in their context, as zod schemas.
 */
import type * as api from '../api-types.ts'
import {
  AttributeList,
  AttributeValue,
  ErrorAnswer,
  answered,
  carriers,
  count,
  id,
  instant,
  nextPage,
  severity,
} from './common.ts'
import { z } from 'zod'

export const LogJson: z.ZodType<api.LogJson> = z.strictObject({
  id: z.string().describe('Opaque and stable.'),
  timeUnixNano: instant,
  observedTimeUnixNano: instant,
  severity,
  severityNumber: z.int(),
  severityText: z.string(),
  eventName: z.string(),
  body: AttributeValue,
  service: z.string(),
  traceId: id,
  spanId: id,
  flags: z.int(),
  attributes: AttributeList,
  droppedAttributesCount: count,
  resource: z.int(),
  scope: z.int(),
})

export const LogsAnswer: z.ZodType<api.LogsAnswer> = z.strictObject({
  logs: z.array(LogJson),
  ...carriers,
  cursor: nextPage,
  ...answered,
})

export const LogsLine: z.ZodType<api.LogsLine> = z
  .union([
    z.strictObject({ progress: z.strictObject({ done: count, total: count }) }),
    z.strictObject({ found: z.strictObject({ logs: z.array(LogJson), ...carriers }) }),
    z.strictObject({ answer: LogsAnswer }),
    ErrorAnswer,
  ])
  .describe('The last line is `answer` or `error`; `found` are lines of it that are certain, in its order.')

export const LogFacetsAnswer: z.ZodType<api.LogFacetsAnswer> = z.strictObject({
  facets: z.array(
    z.strictObject({
      key: z.string(),
      values: z.array(z.strictObject({ value: z.string(), count })).describe('Most frequent first.'),
      more: z.boolean().describe('Whether there are other values.'),
    }),
  ),
  ...answered,
})

export const LogContextAnswer: z.ZodType<api.LogContextAnswer> = z.strictObject({
  logs: z.array(LogJson).describe('Lines of one instance of a service, oldest first.'),
  index: count.describe('Place of the line that was asked for.'),
  moreBefore: z.boolean(),
  moreAfter: z.boolean(),
  ...carriers,
  ...answered,
})
