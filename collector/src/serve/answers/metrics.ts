/**
 * What is known of metrics besides their samples, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { AttributeList, answered, count } from './common.ts'
import { z } from 'zod'

export const CardinalityAnswer: z.ZodType<api.CardinalityAnswer> = z.strictObject({
  series: count,
  metrics: z.array(z.strictObject({ name: z.string(), series: count })),
  labels: z.array(z.strictObject({ name: z.string(), values: count })),
  ...answered,
})

export const MetricsAnswer: z.ZodType<api.MetricsAnswer> = z.strictObject({
  series: count,
  found: count,
  metrics: z.array(
    z.strictObject({
      name: z.string(),
      type: z.string(),
      unit: z.string(),
      description: z.string(),
      attributes: AttributeList,
      series: count,
      names: z.array(z.string()),
    }),
  ),
  ...answered,
})
