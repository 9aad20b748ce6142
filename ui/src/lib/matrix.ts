/**
 * The answer to a range query as columns: one row a series, one cell a step; NaN where a series has no
 * value. Pure.
 *
 * The grid is read from the answer itself, so that an old answer is drawn where it belongs while the
 * next one loads.
 */
import type { QueryData } from '../../../collector/src/query/metrics/answers.ts'

export interface Series {
  /** Short, and the same for the same labels. */
  readonly key: string
  readonly labels: Readonly<Record<string, string>>
  readonly values: Float64Array
  /** NaN where no value is finite. */
  readonly last: number
  readonly min: number
  readonly max: number
  readonly avg: number
}

export interface Matrix {
  /** Unix milliseconds of the first step. */
  readonly start: number
  /** Milliseconds from a step to the next. */
  readonly step: number
  readonly steps: number
  readonly series: readonly Series[]
}

type MatrixRows = Extract<QueryData, { resultType: 'matrix' }>['result']

export const NO_MATRIX: Matrix = { start: 0, step: 1000, steps: 0, series: [] }

export function readMatrix(data: QueryData): Matrix {
  if (data.resultType !== 'matrix') return NO_MATRIX
  const rows = data.result.filter(({ values }) => values.length > 0)
  if (rows.length === 0) return NO_MATRIX
  const { start, end, step } = gridOf(rows)
  const steps = Math.round((end - start) / step) + 1
  return {
    start,
    step,
    steps,
    series: rows.map(({ metric, values }) => {
      const cells = new Float64Array(steps).fill(NaN)
      for (const [at, value] of values) cells[Math.round((at * 1000 - start) / step)] = readValue(value)
      return { key: keyOf(metric), labels: metric, values: cells, ...figuresOf(cells) }
    }),
  }
}

function gridOf(rows: MatrixRows): { start: number; end: number; step: number } {
  let [start, end, step] = [Infinity, -Infinity, Infinity]
  for (const { values } of rows) {
    start = Math.min(start, values[0]![0] * 1000)
    end = Math.max(end, values.at(-1)![0] * 1000)
    for (let i = 1; i < values.length; i++)
      step = Math.min(step, Math.round((values[i]![0] - values[i - 1]![0]) * 1000))
  }
  // Series of one sample each tell nothing of the steps between them.
  return { start, end, step: Number.isFinite(step) ? step : Math.max(1000, end - start) }
}

/** `+Inf` as Prometheus writes it. */
export const readValue = (text: string): number => Number(text.replace('Inf', 'Infinity'))

function figuresOf(cells: Float64Array): Pick<Series, 'last' | 'min' | 'max' | 'avg'> {
  const finite = cells.filter(Number.isFinite)
  if (finite.length === 0)
    return { last: cells.findLast(cell => !Number.isNaN(cell)) ?? NaN, min: NaN, max: NaN, avg: NaN }
  let [min, max, sum] = [Infinity, -Infinity, 0]
  for (const cell of finite) {
    min = Math.min(min, cell)
    max = Math.max(max, cell)
    sum += cell
  }
  return { last: cells.findLast(cell => !Number.isNaN(cell))!, min, max, avg: sum / finite.length }
}

/** FNV-1a over the sorted labels, in base 36. */
export function keyOf(labels: Readonly<Record<string, string>>): string {
  let hash = 0x811c9dc5
  for (const character of JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))))
    hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193)
  return (hash >>> 0).toString(36)
}

export interface Naming {
  /** Labels that all series share. */
  readonly shared: readonly (readonly [string, string])[]
  /** Names of labels that set them apart, `__name__` first. */
  readonly differing: readonly string[]
}

/** An id that is different for each process: nobody reads it where another label tells the same. */
const INSTANCE = 'instance'

export function namingOf(series: readonly Series[]): Naming {
  const names = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort()
  const shared = names.filter(name =>
    series.every(({ labels }) => valueOf(labels, name) === valueOf(series[0]!.labels, name)),
  )
  return {
    shared: shared.map(name => [name, valueOf(series[0]!.labels, name)] as const),
    differing: telling(
      series,
      names.filter(name => !shared.includes(name)),
    ),
  }
}

function telling(series: readonly Series[], differing: readonly string[]): readonly string[] {
  const others = differing.filter(name => name !== INSTANCE)
  const distinct = new Set(
    series.map(({ labels }) => JSON.stringify(others.map(name => valueOf(labels, name)))),
  )
  return distinct.size === series.length ? others : differing
}

const valueOf = (labels: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(labels, name) ? labels[name]! : ''

/** What sets a series apart: the value alone where one label does, else `{route="/a", code="500"}`. */
export function nameOf({ labels }: Series, { differing, shared }: Naming): string {
  if (differing.length === 0) return selectorText(Object.fromEntries(shared)) || 'value'
  if (differing.length === 1) return valueOf(labels, differing[0]!) || `no ${differing[0]}`
  return selectorText(Object.fromEntries(differing.map(name => [name, valueOf(labels, name)])))
}

/** As PromQL writes it: `http_requests_total{code="500"}`. */
export function selectorText(labels: Readonly<Record<string, string>>): string {
  const rest = Object.entries(labels).filter(([name, value]) => name !== '__name__' && value !== '')
  const text = rest.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')
  return `${valueOf(labels, '__name__')}${text === '' ? '' : `{${text}}`}`
}
