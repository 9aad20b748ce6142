/** `absent` and `absent_over_time`: one series where there is none, with the labels that were asked for. */
import type { Labels } from '../../model/series.ts'
import { unwrap, type Expr } from './ast.ts'
import { emptyColumn, isEmpty, vectorOf, type Vector } from './columns.ts'
import { METRIC_NAME, NO_LABELS, withLabel } from './labels.ts'

/** @param arg tells the labels, when it is a selector */
export function absentFrom(vector: Vector, arg: Expr, count: number): Vector {
  const out = emptyColumn(absentLabels(unwrap(arg)), count)
  out.values.fill(1)
  for (let i = 0; i < count; i++)
    out.present[i] = vector.columns.some(({ present }) => present[i] === 1) ? 0 : 1
  return vectorOf(isEmpty(out) ? [] : [out])
}

/** Labels that one `=` asks for, and no other matcher. */
function absentLabels(arg: Expr): Labels {
  const selector = arg.kind === 'matrix' ? arg.selector : arg
  if (selector.kind !== 'selector') return NO_LABELS
  let labels = NO_LABELS
  const seen = new Set<string>()
  for (const { name, op, value } of selector.matchers) {
    if (name === METRIC_NAME) continue
    labels = withLabel(labels, name, op === '=' && !seen.has(name) ? value : '')
    if (op === '=') seen.add(name)
  }
  return labels
}
