/**
 * Which spans are folded, as the URL holds it: span ids joined by commas, or `*` for every span that has
 * children. A set too large for an address is not kept in it. Ids, not indices: a trace may grow while it
 * is looked at.
 */
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import type { TraceLayout } from './layout.ts'

const MOST_IN_URL = 64
export const ALL_FOLDED = '*'

export type Folded = ReadonlySet<string> | typeof ALL_FOLDED

export function readFolded(text: string): Folded {
  if (text === ALL_FOLDED) return ALL_FOLDED
  return new Set(text.split(',').filter(id => id !== ''))
}

export function writeFolded(folded: Folded): string {
  if (folded === ALL_FOLDED) return ALL_FOLDED
  return folded.size > MOST_IN_URL ? '' : [...folded].join(',')
}

type Identified = readonly Pick<SpanJson, 'spanId'>[]

/** Indices of the folded spans. */
export function foldedSpans(folded: Folded, layout: TraceLayout, spans: Identified): Set<number> {
  const indices = new Set<number>()
  for (let i = 0; i < layout.count; i++) {
    const parent = layout.subtreeEnd[i]! > i + 1
    if (folded === ALL_FOLDED ? parent : folded.has(spans[i]!.spanId)) indices.add(i)
  }
  return indices
}

/** With some spans folded or unfolded besides. */
export function refold(
  folded: ReadonlySet<number>,
  spans: Identified,
  change: readonly number[],
  fold: boolean,
): Folded {
  const next = new Set(folded)
  for (const i of change) {
    if (fold) next.add(i)
    else next.delete(i)
  }
  return new Set(Array.from(next, i => spans[i]!.spanId))
}
