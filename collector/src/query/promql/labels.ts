/** Small operations on sets of labels; none changes what it is given. */
import type { Label, Labels } from '../../model/series.ts'

export const METRIC_NAME = '__name__'
export const NO_LABELS: Labels = []

/** '' when the label is absent. */
export function labelOf(labels: Labels, name: string): string {
  for (const [key, value] of labels) if (key === name) return value
  return ''
}

export function withoutLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return labels.filter(([name]) => !names.has(name))
}

export function onlyLabels(labels: Labels, names: ReadonlySet<string>): Labels {
  return labels.filter(([name]) => names.has(name))
}

export function withoutName(labels: Labels): Labels {
  return labelOf(labels, METRIC_NAME) === '' ? labels : labels.filter(([name]) => name !== METRIC_NAME)
}

/** @param value '' takes the label away */
export function withLabel(labels: Labels, name: string, value: string): Labels {
  const others = labels.filter(([key]) => key !== name)
  return value === '' ? others : sortLabels([...others, [name, value]])
}

export function sortLabels(labels: Label[]): Labels {
  return labels.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

/** The same for equal sets and for no others: lengths stand before texts, so nothing runs together. */
export function keyOf(labels: Labels): string {
  let key = ''
  for (const [name, value] of labels) key += `${name.length}:${name}${value.length}:${value}`
  return key
}

/** A key of some labels alone; absent ones count as ''. */
export function keyOfOnly(labels: Labels, names: readonly string[]): string {
  let key = ''
  for (const name of names) {
    const value = labelOf(labels, name)
    key += `${value.length}:${value}`
  }
  return key
}

export function keyOfOthers(labels: Labels, names: ReadonlySet<string>): string {
  let key = ''
  for (const [name, value] of labels)
    if (!names.has(name)) key += `${name.length}:${name}${value.length}:${value}`
  return key
}

/** By names and values in order, as Prometheus sorts a matrix. */
export function compareLabels(a: Labels, b: Labels): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [nameA, valueA] = a[i]!
    const [nameB, valueB] = b[i]!
    if (nameA !== nameB) return nameA < nameB ? -1 : 1
    if (valueA !== valueB) return valueA < valueB ? -1 : 1
  }
  return a.length - b.length
}

/** As a selector, `name{a="b"}`, for messages. */
export function printLabels(labels: Labels): string {
  const others = labels.filter(([name]) => name !== METRIC_NAME)
  const list = others.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')
  const name = labelOf(labels, METRIC_NAME)
  return others.length === 0 && name !== '' ? name : `${name}{${list}}`
}
