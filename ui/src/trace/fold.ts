/**
 * Which spans are folded, as the URL holds it: span ids joined by commas, or `*` for all. A set too large
 * for an address is not kept in it.
 */
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import type { TraceLayout } from './layout.ts'

const MOST_IN_URL = 64

/** Every span with children. */
export function foldedSpans(layout: TraceLayout): Set<number> {
  const all = new Set<number>()
  for (let i = 0; i < layout.count; i++) if (layout.subtreeEnd[i]! > i + 1) all.add(i)
  return all
}

export function readFolded(
  text: string,
  layout: TraceLayout,
  spans: readonly Pick<SpanJson, 'spanId'>[],
): ReadonlySet<number> {
  if (text === '') return new Set()
  if (text === '*') return foldedSpans(layout)
  const ids = new Set(text.split(','))
  return new Set(spans.flatMap((span, i) => (ids.has(span.spanId) ? [i] : [])))
}

export function writeFolded(folded: ReadonlySet<number>, spans: readonly Pick<SpanJson, 'spanId'>[]): string {
  if (folded.size > MOST_IN_URL) return ''
  return Array.from(folded, i => spans[i]!.spanId).join(',')
}
