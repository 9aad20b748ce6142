/**
 * Where the time of a trace went: self time by service and operation, over the spans that are chosen by
 * what is looked for and by the zoom. Pure.
 */
import type { SpanJson } from '../../../collector/src/serve/api-types.ts'
import type { TraceLayout } from './layout.ts'
import type { Zoom } from './scale.ts'

/** Indices of the spans that match and touch the zoom; both left out mean all. */
export function selectSpans(
  layout: TraceLayout,
  matches: Uint8Array | undefined,
  zoom: Zoom | undefined,
): number[] {
  const chosen: number[] = []
  for (let i = 0; i < layout.count; i++) {
    if (matches && !matches[i]) continue
    if (zoom && (layout.start[i]! > zoom.to || layout.end[i]! < zoom.from)) continue
    chosen.push(i)
  }
  return chosen
}

export interface OperationRow {
  readonly service: string
  readonly name: string
  count: number
  errors: number
  /** Nanoseconds: in which no child ran, all in all, and the longest span. */
  self: number
  total: number
  longest: number
  /** Index of the longest span. */
  outlier: number
}

/** The most self time first. */
export function operationRows(
  spans: readonly Pick<SpanJson, 'service' | 'name'>[],
  layout: TraceLayout,
  chosen: readonly number[],
): OperationRow[] {
  const rows = new Map<string, OperationRow>()
  for (const i of chosen) {
    const { service, name } = spans[i]!
    const key = JSON.stringify([service, name])
    let row = rows.get(key)
    if (!row)
      rows.set(
        key,
        (row = { service, name, count: 0, errors: 0, self: 0, total: 0, longest: -1, outlier: i }),
      )
    const long = layout.end[i]! - layout.start[i]!
    row.count++
    row.errors += layout.failed[i]!
    row.self += layout.self[i]!
    row.total += long
    if (long > row.longest) Object.assign(row, { longest: long, outlier: i })
  }
  return [...rows.values()].sort((a, b) => b.self - a.self)
}
