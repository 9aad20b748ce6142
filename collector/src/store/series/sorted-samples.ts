/** Rows of samples in order of arrival, sorted by series and time: a counting sort, for series are numbers. */
import { ordered, type Piece } from './piece.ts'

export interface SampleRows {
  readonly rows: number
  readonly seriesCount: number
  readonly series: Int32Array
  readonly times: Float64Array
  readonly values: Float64Array
  readonly starts: Float64Array | undefined
  readonly stale: Uint8Array | undefined
}

export interface SortedSamples {
  /** Samples of a series by time; undefined where it has none. */
  pieceOf(series: number): Piece | undefined
}

export function orderSamples(from: SampleRows): SortedSamples {
  const { rows, seriesCount, series } = from
  const ends = new Int32Array(seriesCount + 1)
  for (let row = 0; row < rows; row++) ends[series[row]! + 1]!++
  for (let i = 1; i <= seriesCount; i++) ends[i]! += ends[i - 1]!
  const next = ends.slice()
  const times = new Float64Array(rows)
  const values = new Float64Array(rows)
  const starts = from.starts && new Float64Array(rows)
  const stale = from.stale && new Uint8Array(rows)
  for (let row = 0; row < rows; row++) {
    const at = next[series[row]!]!++
    times[at] = from.times[row]!
    values[at] = from.values[row]!
    if (starts !== undefined) starts[at] = from.starts![row]!
    if (stale !== undefined) stale[at] = from.stale![row]!
  }
  return {
    pieceOf(number) {
      const start = ends[number]!
      const end = ends[number + 1]!
      if (number >= seriesCount || start === end) return undefined
      return tidy({
        times: times.subarray(start, end),
        values: values.subarray(start, end),
        starts: starts?.subarray(start, end),
        stale: stale?.subarray(start, end),
      })
    },
  }
}

/** Most series arrive in order of time; columns that say nothing are left out. */
function tidy(piece: Piece): Piece {
  const told = {
    ...piece,
    starts: piece.starts?.some(start => start !== 0) ? piece.starts : undefined,
    stale: piece.stale?.some(flag => flag !== 0) ? piece.stale : undefined,
  }
  for (let i = 1; i < piece.times.length; i++)
    if (!(piece.times[i]! > piece.times[i - 1]!)) return ordered(told)
  return told
}
