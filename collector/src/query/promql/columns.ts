/**
 * Vectors over all steps of a query at once: each series is a column with one cell a step.
 *
 * ```
 *   step        0    1    2    3
 *   values   [  4    5    ·    7 ]
 *   present  [  1    1    0    1 ]      a NaN is a value; only `present` tells that there is none
 * ```
 * So labels are looked at once a query and not once a step, and a function walks flat arrays.
 */
import type { Labels } from '../../model/series.ts'
import type { Millis, UnixMillis } from '../../model/time.ts'
import { notExecutable } from './fault.ts'
import { keyOf, METRIC_NAME, labelOf, printLabels, withoutName } from './labels.ts'

/** The instants at which a query is evaluated. */
export interface Grid {
  readonly start: UnixMillis
  readonly step: Millis
  /** ≥ 1 */
  readonly count: number
}

export interface Column {
  readonly labels: Labels
  /** The name is to be dropped at the end; only where names are dropped late. */
  readonly dropName: boolean
  readonly values: Float64Array
  readonly present: Uint8Array
}

export interface Vector {
  readonly kind: 'vector'
  readonly columns: readonly Column[]
  /** All columns have the same metric name, so that dropping it makes no two of them equal. */
  readonly oneName: boolean
}

export interface Scalar {
  readonly kind: 'scalar'
  /** One a step. */
  readonly values: Float64Array
}

export interface Text {
  readonly kind: 'string'
  readonly value: string
}

export type Value = Vector | Scalar | Text

export const vectorOf = (columns: readonly Column[], oneName = false): Vector => ({
  kind: 'vector',
  columns,
  oneName,
})

export function emptyColumn(labels: Labels, count: number, dropName = false): Column {
  return { labels, dropName, values: new Float64Array(count), present: new Uint8Array(count) }
}

/** Columns of a slab; more would keep memory alive for a few that are left. */
const SLAB_COLUMNS = 64

/**
 * Makes many columns of one length. Their cells lie side by side in larger arrays: thousands of
 * small ones take longer to make than to fill.
 */
export function columnMaker(count: number): (labels: Labels, dropName?: boolean) => Column {
  let used = SLAB_COLUMNS
  let values = new Float64Array(0)
  let present = new Uint8Array(0)
  return (labels, dropName = false) => {
    if (used === SLAB_COLUMNS) {
      values = new Float64Array(SLAB_COLUMNS * count)
      present = new Uint8Array(SLAB_COLUMNS * count)
      used = 0
    }
    const from = count * used++
    return {
      labels,
      dropName,
      values: values.subarray(from, from + count),
      present: present.subarray(from, from + count),
    }
  }
}

export function isEmpty({ present }: Column): boolean {
  return !present.includes(1)
}

/**
 * Names are dropped at once, or marked to be dropped at the end of the query. Series that become the
 * same are one series, if they do not meet.
 */
export function dropNames(vector: Vector, late: boolean): Vector {
  const columns = vector.columns.map(late ? markName : dropName)
  return { ...vector, columns: late || vector.oneName ? columns : mergeColumns(columns, sameLabels) }
}

/** As `dropNames`, but no two series may become the same, even if they do not meet. */
export function dropNamesStrictly(vector: Vector, late: boolean): Vector {
  const columns = vector.columns.map(late ? markName : dropName)
  if (!late && !vector.oneName) expectDistinct(columns)
  return { ...vector, columns }
}

const markName = (column: Column): Column => ({ ...column, dropName: true })
const dropName = (column: Column): Column => ({ ...column, labels: withoutName(column.labels) })

export function dropMarkedNames(vector: Vector): Vector {
  if (!vector.columns.some(column => column.dropName)) return vector
  const columns = vector.columns.map(column =>
    column.dropName ? { ...column, dropName: false, labels: withoutName(column.labels) } : column,
  )
  return vectorOf(mergeColumns(columns, sameLabels))
}

/**
 * Columns with the same labels become one.
 * @param onClash makes the error where two of them have a value at the same step
 */
export function mergeColumns(columns: readonly Column[], onClash: (labels: Labels) => Error): Column[] {
  const merged = new Map<string, Column>()
  for (const column of columns) {
    const key = keyOf(column.labels)
    const twin = merged.get(key)
    merged.set(key, twin === undefined ? column : overlay(twin, column, onClash))
  }
  return [...merged.values()]
}

function overlay(a: Column, b: Column, onClash: (labels: Labels) => Error): Column {
  const values = a.values.slice()
  const present = a.present.slice()
  for (let i = 0; i < values.length; i++) {
    if (b.present[i] === 0) continue
    if (present[i] === 1) throw onClash(a.labels)
    values[i] = b.values[i]!
    present[i] = 1
  }
  return { ...a, values, present }
}

export function sameLabels(labels: Labels): Error {
  return notExecutable(`vector cannot contain metrics with the same labelset: ${printLabels(labels)}`)
}

/** @throws HodoscopeError where two series are the same, whether or not they meet at a step */
export function expectDistinct(columns: readonly { readonly labels: Labels }[]): void {
  const seen = new Set<string>()
  for (const { labels } of columns) {
    const key = keyOf(labels)
    if (seen.has(key)) throw sameLabels(labels)
    seen.add(key)
  }
}

/** Each distinct metric name, '' left out. */
export function namesOf(series: readonly { readonly labels: Labels }[]): string[] {
  return [...new Set(series.map(({ labels }) => labelOf(labels, METRIC_NAME)))].filter(name => name !== '')
}
