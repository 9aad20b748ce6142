/**
 * Attributes' keys and values, for completion, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { answered, count } from './common.ts'
import { z } from 'zod'

export const AttributeKeysAnswer: z.ZodType<api.AttributeKeysAnswer> = z.strictObject({
  keys: z.array(
    z.strictObject({
      key: z.string(),
      in: z.enum(['intrinsic', 'record', 'event', 'scope', 'resource']),
      count,
    }),
  ),
  ...answered,
})

export const AttributeValuesAnswer: z.ZodType<api.AttributeValuesAnswer> = z.strictObject({
  values: z.array(z.strictObject({ value: z.string(), count })),
  ...answered,
})
