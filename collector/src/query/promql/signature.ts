/** Signatures: what two series of a binary operator must have in common to belong together. */
import type { Labels } from '../../model/series.ts'
import type { Matching } from './ast.ts'
import type { Column } from './columns.ts'
import { keyOfOnly, keyOfOthers, METRIC_NAME, onlyLabels, withoutLabels } from './labels.ts'

export const MATCH_ALL: Matching = { on: false, labels: [], group: 'none', include: [] }

export function bySignature(columns: readonly Column[], matching: Matching): Map<string, Column[]> {
  const keyOf = signature(matching)
  const groups = new Map<string, Column[]>()
  for (const column of columns) {
    const key = keyOf(column.labels)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [column])
    else group.push(column)
  }
  return groups
}

export function signature({ on, labels }: Matching): (labels: Labels) => string {
  if (on) return own => keyOfOnly(own, labels)
  const ignored = new Set([...labels, METRIC_NAME])
  return own => keyOfOthers(own, ignored)
}

/** The labels that the signature is made of. */
export function matchedLabels({ on, labels }: Matching, own: Labels): Labels {
  return on ? onlyLabels(own, new Set(labels)) : withoutLabels(own, new Set([...labels, METRIC_NAME]))
}
