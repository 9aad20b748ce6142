/** The groups of an aggregation: columns that agree in the labels that count. Computed once a query. */
import type { Labels } from '../../model/series.ts'
import type { Grouping } from './ast.ts'
import type { Column } from './columns.ts'
import { keyOfOnly, keyOfOthers, METRIC_NAME, onlyLabels, withoutLabels } from './labels.ts'

export interface Group {
  readonly labels: Labels
  readonly dropName: boolean
  readonly members: Column[]
}

/** In order of their first members. */
export function groupColumns(columns: readonly Column[], { without, labels }: Grouping): Group[] {
  const names = new Set(without ? [...labels, METRIC_NAME] : labels)
  const keep = without ? withoutLabels : onlyLabels
  const groups = new Map<string, Group>()
  for (const column of columns) {
    const key = without ? keyOfOthers(column.labels, names) : keyOfOnly(column.labels, labels)
    const group = groups.get(key)
    if (group === undefined)
      groups.set(key, { labels: keep(column.labels, names), dropName: column.dropName, members: [column] })
    else group.members.push(column)
  }
  return [...groups.values()]
}
