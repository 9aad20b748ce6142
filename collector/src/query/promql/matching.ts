/**
 * Operators between two vectors: series with the same signature meet, one to one, or many to one
 * under `group_left` and `group_right`.
 *
 * Source: prometheus.io/docs/prometheus/latest/querying/operators, "Vector matching".
 */
import type { Labels } from '../../model/series.ts'
import type { Binary, Matching } from './ast.ts'
import { cellOperator, keepsNames, type CellOperator } from './operators.ts'
import {
  emptyColumn,
  isEmpty,
  mergeColumns,
  sameLabels,
  vectorOf,
  type Column,
  type Vector,
} from './columns.ts'
import type { Context } from './context.ts'
import { notExecutable } from './fault.ts'
import { labelOf, onlyLabels, printLabels, withLabel, withoutLabels, withoutName } from './labels.ts'
import { bySignature, matchedLabels, MATCH_ALL, signature } from './signature.ts'

export function matchVectors(expr: Binary, left: Vector, right: Vector, context: Context): Vector {
  const matching = expr.matching ?? MATCH_ALL
  const swapped = matching.group === 'right'
  const [many, one] = swapped ? [right, left] : [left, right]
  const ones = bySignature(one.columns, matching)
  expectOneEach(ones, many, matching, swapped ? 'left' : 'right')
  const keyOf = signature(matching)
  const operate = cellOperator(expr, false)
  const labelsOf = resultLabels(expr, matching, context.options.dropNamesLate)
  const results: Column[] = []
  const late = context.options.dropNamesLate && !keepsNames(expr)
  for (const group of bySignature(many.columns, matching).values()) {
    const partners = ones.get(keyOf(group[0]!.labels)) ?? []
    const found = group.flatMap(column =>
      partners.map(partner => {
        context.work.take(column.values.length)
        const labels = labelsOf(column.labels, partner.labels)
        const [a, b] = swapped ? [partner, column] : [column, partner]
        return combine(labels, column.dropName || late, a, b, operate)
      }),
    )
    results.push(
      ...distinctResults(
        found.filter(column => !isEmpty(column)),
        matching,
      ),
    )
  }
  return vectorOf(mergeColumns(results, sameLabels))
}

function combine(
  labels: Labels,
  dropName: boolean,
  left: Column,
  right: Column,
  operate: CellOperator,
): Column {
  const out = emptyColumn(labels, left.values.length, dropName)
  const cell = { value: 0, kept: false }
  for (let i = 0; i < out.values.length; i++) {
    if (left.present[i] === 0 || right.present[i] === 0) continue
    operate(left.values[i]!, right.values[i]!, cell)
    if (!cell.kept) continue
    out.values[i] = cell.value
    out.present[i] = 1
  }
  return out
}

/** One to one: the labels that match; many to one: those of the many, and what they take over. */
function resultLabels(expr: Binary, { on, labels, group, include }: Matching, late: boolean) {
  const listed = new Set(labels)
  const keep = keepsNames(expr) || late ? (own: Labels) => own : withoutName
  return (many: Labels, one: Labels): Labels => {
    const own = keep(many)
    if (group === 'none') return on ? onlyLabels(own, listed) : withoutLabels(own, listed)
    return include.reduce((result, name) => withLabel(result, name, labelOf(one, name)), own)
  }
}

/** On the side of one, at most one series of a signature at each step at which the other side has any. */
function expectOneEach(
  ones: ReadonlyMap<string, Column[]>,
  many: Vector,
  matching: Matching,
  side: string,
): void {
  for (const columns of ones.values()) {
    if (columns.length === 1) continue
    const [first] = columns
    for (let i = 0; i < first!.present.length; i++) {
      const here = columns.filter(({ present }) => present[i] === 1)
      if (here.length < 2 || !many.columns.some(({ present }) => present[i] === 1)) continue
      const [a, b] = here.map(({ labels }) => printLabels(labels))
      const group = printLabels(matchedLabels(matching, here[0]!.labels))
      throw notExecutable(
        `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${b}, ${a}];` +
          'many-to-many matching not allowed: matching labels must be unique on one side',
      )
    }
  }
}

/** Within a signature: one to one has one result a step, many to one has one of each set of labels. */
function distinctResults(columns: readonly Column[], { group }: Matching): Column[] {
  if (group !== 'none')
    return mergeColumns(columns, () =>
      notExecutable('multiple matches for labels: grouping labels must ensure unique matches'),
    )
  const seen = new Uint8Array(columns[0]?.present.length ?? 0)
  for (const { present } of columns)
    for (let i = 0; i < seen.length; i++) {
      if (present[i] === 1 && seen[i] === 1)
        throw notExecutable(
          'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
        )
      seen[i]! |= present[i]!
    }
  return mergeColumns(columns, sameLabels)
}
