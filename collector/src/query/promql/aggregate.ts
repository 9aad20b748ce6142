/**
 * Aggregations that make one column of each group, cell by cell.
 *
 * Each reducer walks the group one column after the other and keeps its state in arrays over the steps.
 * Source: prometheus.io/docs/prometheus/latest/querying/operators, "Aggregation operators".
 */
import type { AggregationOp, Grouping } from './ast.ts'
import { emptyColumn, vectorOf, type Column, type Vector } from './columns.ts'
import type { Context } from './context.ts'
import { groupColumns, type Group } from './grouping.ts'
import { lostIn, Mean, quantileOf } from './sums.ts'

type Reducer = (members: readonly Column[], out: Column) => void

const REDUCERS: Readonly<Partial<Record<AggregationOp, Reducer>>> = {
  sum,
  avg,
  count,
  group: (_, { values }) => void values.fill(1),
  min: (members, out) => extreme(members, out, -1),
  max: (members, out) => extreme(members, out, 1),
  stdvar: variance,
  stddev: (members, out) => {
    variance(members, out)
    for (let i = 0; i < out.values.length; i++) out.values[i] = Math.sqrt(out.values[i]!)
  },
}

/** @param op one that has a reducer */
export function aggregate(op: AggregationOp, vector: Vector, grouping: Grouping, context: Context): Vector {
  return reduceGroups(vector, grouping, context, REDUCERS[op]!)
}

/** @param quantiles one a step */
export function aggregateQuantile(
  quantiles: Float64Array,
  vector: Vector,
  grouping: Grouping,
  context: Context,
) {
  return reduceGroups(vector, grouping, context, (members, out) => {
    const scratch = new Float64Array(members.length)
    for (let i = 0; i < quantiles.length; i++) {
      let found = 0
      for (const { values, present } of members) if (present[i] === 1) scratch[found++] = values[i]!
      if (found > 0) out.values[i] = quantileOf(quantiles[i]!, scratch.subarray(0, found))
    }
  })
}

function reduceGroups(vector: Vector, grouping: Grouping, { grid, work }: Context, reduce: Reducer): Vector {
  return vectorOf(
    groupColumns(vector.columns, grouping).map(group => {
      work.take(grid.count)
      const out = outOf(group, grid.count)
      reduce(group.members, out)
      return out
    }),
  )
}

/** Present wherever some member is. */
function outOf({ labels, dropName, members }: Group, count: number): Column {
  const out = emptyColumn(labels, count, dropName)
  for (const { present } of members) for (let i = 0; i < count; i++) out.present[i]! |= present[i]!
  return out
}

function sum(members: readonly Column[], { values: sums }: Column): void {
  const lost = new Float64Array(sums.length)
  for (const { values, present } of members)
    for (let i = 0; i < sums.length; i++) {
      if (present[i] === 0) continue
      const total = sums[i]! + values[i]!
      lost[i] = Math.abs(total) === Infinity ? 0 : lost[i]! + lostIn(sums[i]!, values[i]!, total)
      sums[i] = total
    }
  for (let i = 0; i < sums.length; i++) sums[i]! += lost[i]!
}

function avg(members: readonly Column[], { values: means, present: any }: Column): void {
  const states = Array.from(means, () => new Mean())
  for (const { values, present } of members)
    for (let i = 0; i < means.length; i++) if (present[i] === 1) states[i]!.add(values[i]!)
  for (let i = 0; i < means.length; i++) if (any[i] === 1) means[i] = states[i]!.value
}

function count(members: readonly Column[], { values: counts }: Column): void {
  for (const { present } of members) for (let i = 0; i < counts.length; i++) counts[i]! += present[i]!
}

/** NaN only where all members are. */
function extreme(members: readonly Column[], { values: best }: Column, sign: 1 | -1): void {
  best.fill(Number.NaN)
  for (const { values, present } of members)
    for (let i = 0; i < best.length; i++)
      if (present[i] === 1 && (sign * values[i]! > sign * best[i]! || Number.isNaN(best[i])))
        best[i] = values[i]!
}

/** Of the population, by Welford's recurrence. */
function variance(members: readonly Column[], { values: squares }: Column): void {
  const counts = new Uint32Array(squares.length)
  const means = new Float64Array(squares.length)
  for (const { values, present } of members)
    for (let i = 0; i < squares.length; i++) {
      if (present[i] === 0) continue
      const delta = values[i]! - means[i]!
      means[i]! += delta / ++counts[i]!
      squares[i]! += delta * (values[i]! - means[i]!)
    }
  for (let i = 0; i < squares.length; i++) squares[i]! /= counts[i]!
}
