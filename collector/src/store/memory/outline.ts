/** The outline of a trace, made from whole spans. */
import { setSpanId } from '../../model/span-ids.ts'
import type { StoredSpan, TraceOutline, TraceSummary } from '../api.ts'
import { ERROR } from './records.ts'

export interface MemoryOutline extends TraceOutline {
  readonly spans: readonly StoredSpan[]
}

/** @param spans by start and ordinal, each once; at least one */
export function outlineOf(spans: readonly StoredSpan[], summary: TraceSummary): MemoryOutline {
  const size = spans.length
  const [spanIds, parentIds] = [new Uint32Array(2 * size), new Uint32Array(2 * size)]
  for (const [place, span] of spans.entries()) {
    setSpanId(spanIds, place, span.spanId)
    setSpanId(parentIds, place, span.parentSpanId)
  }
  const earliest = spans[0]!.startTimeUnixNano
  return {
    summary,
    size,
    spanIds,
    parentIds,
    starts: Float64Array.from(spans, span => Number(span.startTimeUnixNano - earliest)),
    durations: Float64Array.from(spans, span => Number(span.endTimeUnixNano - span.startTimeUnixNano)),
    kinds: Uint8Array.from(spans, span => Math.min(span.kind, 255)),
    errors: Uint8Array.from(spans, span => (span.status.code === ERROR ? 1 : 0)),
    spans,
  }
}
