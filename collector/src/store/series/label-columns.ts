/** The labels of some series side by side: for each name its distinct values, and which of them each series has. */
import type { Label, Labels } from '../../model/series.ts'

export interface LabelColumn {
  readonly name: string
  /** One object for each distinct label, shared by all series that have it. */
  readonly values: readonly Label[]
  /** For each series 0 (absent) or the value's place + 1. */
  readonly codes: ArrayLike<number>
}

export interface LabelColumns {
  readonly columns: readonly LabelColumn[]
  labels(slot: number): Labels
}

/** @param name of a label; '' is the mark of a delta */
export const columnOf = ({ columns }: LabelColumns, name: string): LabelColumn | undefined =>
  columns.find(column => column.name === name)

/** Distinct labels of a column that some of the series have. */
export function* labelsAmong({ values, codes }: LabelColumn, slots: readonly number[]): Generator<Label> {
  const seen = new Set(slots.map(slot => codes[slot]!))
  for (const code of seen) if (code !== 0) yield values[code - 1]!
}

/** Sets of labels that stand by themselves, as columns. */
export function columnsOf(series: readonly Labels[]): LabelColumns {
  const columns = new Map<string, { values: Label[]; places: Map<string, number>; codes: Int32Array }>()
  series.forEach((labels, slot) => {
    for (const label of labels) {
      const [name, value] = label
      let column = columns.get(name)
      if (column === undefined) {
        column = { values: [], places: new Map(), codes: new Int32Array(series.length) }
        columns.set(name, column)
      }
      const place = column.places.get(value) ?? column.values.push(label)
      column.places.set(value, place)
      column.codes[slot] = place
    }
  })
  const sorted = [...columns].sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    columns: sorted.map(([name, { values, codes }]) => ({ name, values, codes })),
    labels: slot => series[slot]!,
  }
}
