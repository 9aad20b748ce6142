/**
 * What many answers have in common: ids, times, attributes, what was not read, who sent it.
 */
import type * as api from '../api-types.ts'
import { z } from 'zod'

export const id = z.string().regex(/^[\da-f]*$/)

export const instant = z.string().regex(/^\d+$/).describe('Nanoseconds since 1970, decimal.')

export const length = z.number().describe('Nanoseconds.')

export const count = z.int().min(0)

export const AttributeValue: z.ZodType<api.AttributeValue> = z
  .lazy(() =>
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.null(),
      z.array(AttributeValue),
      z.record(z.string(), AttributeValue),
    ]),
  )
  .describe('int64 beyond ±2^53, bytes (base64), NaN and infinities are strings.')

export const AttributeList: z.ZodType<api.AttributeList> = z
  .array(z.strictObject({ key: z.string(), value: AttributeValue }))
  .describe('In the order sent; a key may stand twice.')

export const answered = {
  partial: z
    .array(z.strictObject({ what: z.string(), reason: z.string() }))
    .describe('What was not read and why; empty when the answer is whole.'),
  stats: z.strictObject({ tookMillis: z.number() }),
}

export const kind = z.enum(['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'])

export const severity = z.enum(['unspecified', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'])

export const serviceCounts = z.array(
  z.strictObject({ name: z.string(), spanCount: count, errorCount: count }),
)

export const root = z.strictObject({ service: z.string(), name: z.string() })

export const ErrorAnswer: z.ZodType<api.ErrorAnswer> = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    hint: z.string(),
    position: z.int().min(0).exactOptional().describe('0-based offset into the query text.'),
  }),
})

export const nextPage = z
  .string()
  .nullable()
  .describe('Pass it back for the next page; null on the last one.')

export const ResourceJson: z.ZodType<api.ResourceJson> = z.strictObject({
  service: z.string(),
  attributes: AttributeList,
  droppedAttributesCount: count,
  schemaUrl: z.string(),
})

export const ScopeJson: z.ZodType<api.ScopeJson> = z.strictObject({
  name: z.string(),
  version: z.string(),
  attributes: AttributeList,
  droppedAttributesCount: count,
  schemaUrl: z.string(),
})

export const carriers = { resources: z.array(ResourceJson), scopes: z.array(ScopeJson) }

export const tail = {
  position: z.string().describe('Everything up to here was looked at; also the id of the event.'),
  more: z.boolean().describe('Others follow at once.'),
}

export const figures = {
  rate: z.number().describe('Requests a second over the range, from the first request of any service on.'),
  errorRatio: z.number().nullable(),
  p50Nano: length.nullable(),
  p95Nano: length.nullable(),
  p99Nano: length.nullable(),
}
