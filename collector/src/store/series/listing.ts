/**
 * Questions that labels alone answer: no sample is read, and where it can be each distinct label of a
 * group is looked at once, not each series.
 */
import type { Labels, SeriesSelection } from '../../model/series.ts'
import type { Cancellation, Cardinality } from '../api.ts'
import { columnOf, labelsAmong, type LabelColumns } from './label-columns.ts'
import { LabelSets } from './label-sets.ts'
import { METRIC_NAME, partQuery, shownLabels, type SeriesPart } from './part.ts'

type FoundSeries = (group: LabelColumns, slots: readonly number[]) => void

export class Listing {
  readonly #parts: readonly SeriesPart[]
  readonly #cancel: Cancellation

  constructor(parts: readonly SeriesPart[], cancel: Cancellation) {
    this.#parts = parts
    this.#cancel = cancel
  }

  labels(selection: SeriesSelection): readonly Labels[] {
    const all: Labels[] = []
    this.#eachOnce(selection, (group, slots) => {
      for (const slot of slots) all.push(shownLabels(group.labels(slot)))
    })
    return all
  }

  names(selection: SeriesSelection): readonly string[] {
    return [...this.#valuesByName(selection).keys()].sort()
  }

  values(name: string, selection: SeriesSelection): readonly string[] {
    return [...(this.#valuesByName(selection, name).get(name) ?? [])].sort()
  }

  seriesByMetric(selection: SeriesSelection): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    this.#eachOnce(selection, (group, slots) => {
      const names = columnOf(group, METRIC_NAME)
      for (const slot of slots) {
        const name = names?.values[names.codes[slot]! - 1]?.[1] ?? ''
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
    })
    return counts
  }

  cardinality(selection: SeriesSelection, limit: number): Cardinality {
    const metrics = this.seriesByMetric(selection)
    const values = this.#valuesByName(selection)
    const most = (counts: Iterable<[string, number]>): [string, number][] =>
      [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, limit)
    return {
      series: metrics.values().reduce((sum, count) => sum + count, 0),
      metrics: most(metrics).map(([name, series]) => ({ name, series })),
      labels: most(values.entries().map(([name, of]) => [name, of.size])).map(([name, count]) => ({
        name,
        values: count,
      })),
    }
  }

  /** @param only a name; without it every label counts */
  #valuesByName(selection: SeriesSelection, only?: string): ReadonlyMap<string, ReadonlySet<string>> {
    const found = new Map<string, Set<string>>()
    this.#each(selection, ({ columns }, slots) => {
      for (const column of columns) {
        if (column.name === '' || (only ?? column.name) !== column.name) continue
        for (const [name, value] of labelsAmong(column, slots)) {
          const values = found.get(name)
          if (values === undefined) found.set(name, new Set([value]))
          else values.add(value)
        }
      }
    })
    return found
  }

  #each(selection: SeriesSelection, found: FoundSeries): void {
    const query = partQuery(selection, this.#cancel)
    for (const part of this.#parts) part.labels(query, found)
  }

  /** A series that several parts hold is told of by the first of them. */
  #eachOnce(selection: SeriesSelection, found: FoundSeries): void {
    const sets = new LabelSets()
    this.#each(selection, (group, slots) => found(group, sets.add(group, slots)))
  }
}
