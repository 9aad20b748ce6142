/** A trace as whole spans, for tests of what they hold. */
import type { Cancellation, Snapshot, StoredSpan, TraceOutline } from '../../src/store/api.ts'

/** The first spans of a trace by start and ordinal, and how many there are. */
export function wholeTrace(
  snapshot: Snapshot,
  traceId: string,
  limit: number,
  cancel: Cancellation,
): { spans: readonly StoredSpan[]; total: number } {
  const outline = snapshot.traceOutline(traceId, cancel)
  if (outline === undefined) return { spans: [], total: 0 }
  const places = Array.from({ length: Math.min(limit, outline.size) }, (_, place) => place)
  const spans = snapshot.spansAt(outline, places, cancel).filter(span => span !== undefined)
  return { spans, total: outline.size }
}

/** An outline as the contract has it, without what a backend keeps in it for itself. */
export function plainOutline(outline: TraceOutline | undefined): object | undefined {
  if (outline === undefined) return undefined
  const { summary, size, spanIds, parentIds, starts, durations, kinds, errors } = outline
  return { summary, size, spanIds, parentIds, starts, durations, kinds, errors }
}
