/**
 * Durations over time, and what sets a part of them apart.
 */
import type { Answered } from './common.ts'

/** GET /api/traces/heat-map?q=&from=&to=&columns= */
export interface HeatMapAnswer extends Answered {
  fromUnixNano: string
  /** Of a column. */
  widthNano: number
  /** Row i holds durations from `boundsNano[i]` on, below `boundsNano[i + 1]`; shorter than the first and longer than the last there are none. */
  boundsNano: number[]
  /** Those with spans: column, row, how many spans, and how many of them failed. */
  cells: [column: number, row: number, count: number, errors: number][]
}

export interface ExplainDifference {
  key: string
  value: string
  /** Of how many spans in the selection, and of the rest. */
  selected: number
  rest: number
  /** In [0, 1]. */
  selectedShare: number
  restShare: number
}

/** GET /api/explain?q=&from=&to=&selectedFrom=&selectedTo=&atLeast=&below= */
export interface ExplainAnswer extends Answered {
  selectedCount: number
  restCount: number
  /** Of very many spans, those that were compared: the stretch around the selection. */
  compared: { fromUnixNano: string; toUnixNano: string; selectedCount: number; restCount: number }
  /** What sets the selection apart most comes first. */
  differences: ExplainDifference[]
}
