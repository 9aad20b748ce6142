/** A heat map as rectangles, and a part of it that somebody has chosen. Pure. */
import type { HeatMapAnswer } from '../../../collector/src/serve/api-types.ts'
import { millisOfNano } from './nano.ts'

type Map = Pick<HeatMapAnswer, 'fromUnixNano' | 'widthNano' | 'boundsNano' | 'cells'>

/** A stretch of time and of durations. */
export interface Selection {
  /** Unix milliseconds. */
  readonly from: number
  readonly to: number
  /** Nanoseconds; `below` is undefined for all that lasts longer. */
  readonly atLeast: number
  readonly below: number | undefined
}

export const rowsOf = ({ boundsNano }: Map): number => Math.max(0, boundsNano.length - 1)

/** How dark a cell is, in (0, 1]: what one span does is seen beside what thousands do. */
export const shadeOf = (count: number, most: number): number =>
  most <= 1 ? 1 : 0.15 + 0.85 * (Math.log(count) / Math.log(most))

/**
 * What lies in a rectangle, by whole cells.
 * @param x and y in [0, 1] of the map's width and of its height from below
 */
export function selectionOf(
  map: Map,
  columns: number,
  x: readonly [number, number],
  y: readonly [number, number],
): Selection | undefined {
  const rows = rowsOf(map)
  if (rows === 0) return undefined
  const [left, right] = wholeCells(x, columns)
  const [bottom, top] = wholeCells(y, rows)
  const at = (column: number): number => millisOfNano(map.fromUnixNano) + (column * map.widthNano) / 1e6
  return {
    from: Math.floor(at(left)),
    to: Math.ceil(at(right)),
    atLeast: map.boundsNano[bottom]!,
    below: top === rows ? undefined : map.boundsNano[top]!,
  }
}

function wholeCells([a, b]: readonly [number, number], cells: number): [first: number, behind: number] {
  const first = Math.min(cells - 1, Math.max(0, Math.floor(Math.min(a, b) * cells)))
  return [first, Math.max(first + 1, Math.min(cells, Math.ceil(Math.max(a, b) * cells)))]
}

/** The slowest cells, about a share of all spans: at least the slowest row. @param to Unix milliseconds */
export function slowest(map: Map, columns: number, share: number): Selection | undefined {
  const rows = rowsOf(map)
  const counts = new Array<number>(rows).fill(0)
  for (const [, row, count] of map.cells) counts[row]! += count
  const wanted = share * counts.reduce((sum, count) => sum + count, 0)
  let row = rows - 1
  for (let above = counts[row] ?? 0; row > 0 && above + counts[row - 1]! <= wanted; above += counts[row]!)
    row--
  return selectionOf(map, columns, [0, 1], [row / Math.max(1, rows), 1])
}

/** As it stands in the address. */
export const selectionText = ({ from, to, atLeast, below }: Selection): string =>
  [from, to, atLeast, below ?? ''].join('_')

/** undefined where the text is no selection. */
export function readSelection(text: string): Selection | undefined {
  const [from, to, atLeast, below, ...more] = text.split('_')
  if (below === undefined || more.length > 0 || ![from, to, atLeast].every(part => /^\d+$/.test(part!)))
    return undefined
  if (!/^\d*$/.test(below)) return undefined
  return {
    from: Number(from),
    to: Number(to),
    atLeast: Number(atLeast),
    below: below === '' ? undefined : Number(below),
  }
}
