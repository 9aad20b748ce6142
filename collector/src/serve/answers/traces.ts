/**
 * Traces found, one trace with its spans, and histograms, as zod schemas.
 */
import type * as api from '../api-types.ts'
import {
  AttributeList,
  answered,
  carriers,
  count,
  id,
  instant,
  kind,
  length,
  nextPage,
  root,
  serviceCounts,
} from './common.ts'
import { LogJson } from './logs.ts'
import { z } from 'zod'

export const TraceRow: z.ZodType<api.TraceRow> = z.strictObject({
  traceId: id,
  root,
  startTimeUnixNano: instant,
  durationNano: length,
  spanCount: count,
  errorCount: count,
  services: serviceCounts,
})

export const TracesAnswer: z.ZodType<api.TracesAnswer> = z.strictObject({
  traces: z.array(TraceRow),
  cursor: nextPage,
  ...answered,
})

export const HistogramAnswer: z.ZodType<api.HistogramAnswer> = z.strictObject({
  fromUnixNano: instant,
  widthNano: length,
  counts: z.record(z.string(), z.array(count)),
  ...answered,
})

export const SpanJson: z.ZodType<api.SpanJson> = z.strictObject({
  spanId: id,
  parentSpanId: id,
  name: z.string(),
  service: z.string(),
  kind,
  startTimeUnixNano: instant,
  durationNano: length,
  status: z.enum(['unset', 'ok', 'error']),
  statusMessage: z.string(),
  traceState: z.string(),
  flags: z.int(),
  attributes: AttributeList,
  events: z.array(
    z.strictObject({
      timeUnixNano: instant,
      name: z.string(),
      attributes: AttributeList,
      droppedAttributesCount: count,
    }),
  ),
  links: z.array(
    z.strictObject({
      traceId: id,
      spanId: id,
      traceState: z.string(),
      flags: z.int(),
      attributes: AttributeList,
      droppedAttributesCount: count,
    }),
  ),
  droppedAttributesCount: count,
  droppedEventsCount: count,
  droppedLinksCount: count,
  resource: z.int().describe('Index into `resources`.'),
  scope: z.int().describe('Index into `scopes`.'),
  parent: z.int().min(-1).describe('Index of the parent in `spans`; -1 without one.'),
  depth: count,
})

export const TraceAnswer: z.ZodType<api.TraceAnswer> = z.strictObject({
  traceId: id,
  startTimeUnixNano: instant,
  durationNano: length,
  root,
  spanCount: count,
  errorCount: count,
  services: serviceCounts,
  window: z.strictObject({
    row: count,
    rowCount: count,
    nextRow: count.nullable().describe('`row` of the next page; null on the last one.'),
    foldedCount: count,
    outsideCount: count,
  }),
  spans: z.array(SpanJson),
  descendants: z.array(count).describe('For each of `spans`, how many stand below it in the whole tree.'),
  ancestors: z.array(SpanJson).describe('What stands above the first of `spans`, the root first.'),
  logs: z.array(LogJson),
  ...carriers,
  warnings: z.array(
    z.strictObject({
      kind: z.enum(['missing_parent', 'cycle', 'clock_skew', 'duplicate_span', 'truncated']),
      message: z.string(),
      spanIds: z.array(id),
    }),
  ),
  correlationIds: z.array(z.string()),
  ...answered,
})
