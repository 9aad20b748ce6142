/** `topk`, `bottomk` and `count_values`: aggregations whose result depends on the values of each step. */
import type { Grouping } from './ast.ts'
import { emptyColumn, mergeColumns, sameLabels, vectorOf, type Column, type Vector } from './columns.ts'
import type { Context } from './context.ts'
import { notExecutable } from './fault.ts'
import { groupColumns } from './grouping.ts'
import { withLabel } from './labels.ts'
import { formatPlain } from './number.ts'

/**
 * The largest (`sign` 1) or smallest (−1) k of each group at each step; NaNs come last.
 * At a single step they are in order.
 * @param sizes one a step
 */
export function aggregateRanked(
  sizes: Float64Array,
  sign: 1 | -1,
  vector: Vector,
  grouping: Grouping,
  { work }: Context,
): Vector {
  const kept: Column[] = []
  for (const { members } of groupColumns(vector.columns, grouping)) {
    work.take(members.length * sizes.length)
    const masks = members.map(() => new Uint8Array(sizes.length))
    let order: readonly number[] = []
    for (let i = 0; i < sizes.length; i++) {
      order = bestOf(members, i, sizeOf(sizes[i]!), sign)
      for (const index of order) masks[index]![i] = 1
    }
    const indexes = sizes.length === 1 ? order : members.keys()
    for (const index of indexes)
      if (masks[index]!.includes(1)) kept.push({ ...members[index]!, present: masks[index]! })
  }
  return { ...vector, columns: kept }
}

function sizeOf(size: number): number {
  if (Number.isNaN(size) || Math.abs(size) >= 2 ** 63)
    throw notExecutable(`Scalar value ${formatPlain(size)} overflows int64`)
  return Math.trunc(size)
}

/** Indexes of the best k, best first; of equals the first ones. */
function bestOf(members: readonly Column[], step: number, k: number, sign: 1 | -1): number[] {
  const best: number[] = []
  if (k < 1) return best
  const ahead = (a: number, b: number): boolean => {
    const [x, y] = [members[a]!.values[step]!, members[b]!.values[step]!]
    return sign * x > sign * y || (Number.isNaN(y) && !Number.isNaN(x))
  }
  if (k >= members.length) {
    for (const [index, { present }] of members.entries()) if (present[step] === 1) best.push(index)
    return best.sort((a, b) => (ahead(a, b) ? -1 : ahead(b, a) ? 1 : 0))
  }
  for (const [index, { present }] of members.entries()) {
    if (present[step] === 0 || (best.length === k && !ahead(index, best.at(-1)!))) continue
    best.splice(
      placeIn(best, other => ahead(index, other)),
      0,
      index,
    )
    if (best.length > k) best.pop()
  }
  return best
}

/** The first place whose element the new one stands before, by bisection. */
function placeIn(sorted: readonly number[], before: (other: number) => boolean): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (before(sorted[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/** How often each value occurs, under a label that holds the value. */
export function countValues(
  label: string,
  vector: Vector,
  { without, labels }: Grouping,
  { grid, work }: Context,
): Vector {
  if (label === '') throw notExecutable('count_values needs the name of a label')
  const grouping = { without, labels: without ? [...labels, label] : labels.filter(name => name !== label) }
  const columns = groupColumns(vector.columns, grouping).flatMap(({ labels, dropName, members }) => {
    const counts = new Map<string, Column>()
    for (const { values, present } of members)
      for (let i = 0; i < grid.count; i++) {
        if (present[i] === 0) continue
        const value = formatPlain(values[i]!)
        let column = counts.get(value)
        if (column === undefined) {
          work.take(grid.count)
          column = emptyColumn(withLabel(labels, label, value), grid.count, dropName)
          counts.set(value, column)
        }
        column.values[i]!++
        column.present[i] = 1
      }
    return [...counts.values()]
  })
  return vectorOf(mergeColumns(columns, sameLabels))
}
