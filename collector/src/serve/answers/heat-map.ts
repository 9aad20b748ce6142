/**
 * Durations over time, and what sets a part of them apart, as zod schemas.
 */
import type * as api from '../api-types.ts'
import { answered, count, instant, length } from './common.ts'
import { z } from 'zod'

const share = z.number().min(0).max(1)

export const HeatMapAnswer: z.ZodType<api.HeatMapAnswer> = z.strictObject({
  fromUnixNano: instant,
  widthNano: length.describe('Of a column.'),
  boundsNano: z.array(length).describe('Row i holds durations from bound i on, below bound i + 1.'),
  cells: z
    .array(z.tuple([count, count, count, count]))
    .describe('Those with spans: column, row, how many spans, and how many of them failed.'),
  ...answered,
})

export const ExplainAnswer: z.ZodType<api.ExplainAnswer> = z.strictObject({
  selectedCount: count,
  restCount: count,
  compared: z
    .strictObject({ fromUnixNano: instant, toUnixNano: instant, selectedCount: count, restCount: count })
    .describe('Of very many spans, the stretch around the selection.'),
  differences: z
    .array(
      z.strictObject({
        key: z.string(),
        value: z.string(),
        selected: count,
        rest: count,
        selectedShare: share,
        restShare: share,
      }),
    )
    .describe('What sets the selection apart most comes first.'),
  ...answered,
})
