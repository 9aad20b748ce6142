/** How long the spans lasted that a search finds, over time: the scale of durations is logarithmic. */
import { lowerOf } from '../model/duration-buckets.ts'
import type { Cancellation, Snapshot, TimeRange } from '../store/api.ts'
import type { Answer, HeatMapAnswer } from './answers/index.ts'
import { parseSearch } from './search/parse.ts'

export interface HeatMapParams {
  /** In the search language. */
  readonly q: string
  readonly range: TimeRange
  readonly columns: number
}

/** Of the finer scale on which is counted: half a doubling a row. */
const BUCKETS_A_ROW = 4

/** @throws HodoscopeError `query_malformed` */
export function heatMap(
  snapshot: Snapshot,
  { q, range, columns }: HeatMapParams,
  cancel: Cancellation,
): Answer<HeatMapAnswer> {
  const { from, widthNano, cells } = snapshot.heatMap(
    { filter: parseSearch(q, 'traces'), range, columns },
    cancel,
  )
  const rows = cells.map(({ bucket }) => Math.floor(bucket / BUCKETS_A_ROW))
  const first = rows.reduce((least, row) => Math.min(least, row), Infinity)
  const last = rows.reduce((most, row) => Math.max(most, row), -Infinity)
  const bounds = cells.length === 0 ? [] : Array.from({ length: last - first + 2 }, (_, i) => first + i)
  const found = new Map<number, [column: number, row: number, count: number, errors: number]>()
  for (const [i, { column, count, errors }] of cells.entries()) {
    const row = rows[i]! - first
    const cell = found.get(column * bounds.length + row) ?? [column, row, 0, 0]
    found.set(column * bounds.length + row, [column, row, cell[2] + count, cell[3] + errors])
  }
  return {
    fromUnixNano: String(from),
    widthNano,
    boundsNano: bounds.map(row => (row === 0 ? 0 : lowerOf(row * BUCKETS_A_ROW))),
    cells: [...found.values()],
  }
}
