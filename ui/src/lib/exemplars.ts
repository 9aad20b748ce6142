/** Exemplars as dots: those that lead to a trace, thinned to what a chart can show. Pure. */
import { readValue } from './matrix.ts'

export interface Exemplar {
  /** Unix milliseconds. */
  readonly at: number
  readonly value: number
  readonly traceId: string
  /** '' where it has none. */
  readonly spanId: string
  /** Of the series that it belongs to. */
  readonly labels: Readonly<Record<string, string>>
}

/** `data` of `/api/v1/query_exemplars`. */
export type ExemplarRows = readonly {
  readonly seriesLabels: Readonly<Record<string, string>>
  readonly exemplars: readonly {
    readonly labels: Readonly<Record<string, string>>
    readonly value: string
    /** Seconds. */
    readonly timestamp: number
  }[]
}[]

/** Those with a trace id, each once: a histogram tells the same of `_bucket` and of `_count`. */
export function readExemplars(rows: ExemplarRows): Exemplar[] {
  const found = new Map<string, Exemplar>()
  for (const { seriesLabels, exemplars } of rows)
    for (const { labels, value, timestamp } of exemplars) {
      const { trace_id: traceId, span_id: spanId = '' } = labels
      if (traceId === undefined) continue
      const at = Math.round(timestamp * 1000)
      found.set(`${traceId} ${spanId} ${at} ${value}`, {
        at,
        value: readValue(value),
        traceId,
        spanId,
        labels: seriesLabels,
      })
    }
  return [...found.values()].sort((a, b) => a.at - b.at)
}

/** One a cell of a grid of so many pixels, that of the largest value: outliers stay. */
export function thinOut<
  Placed extends { readonly x: number; readonly y: number; readonly exemplar: Exemplar },
>(placed: readonly Placed[], cell: number): Placed[] {
  const kept = new Map<string, Placed>()
  for (const one of placed) {
    const key = `${Math.floor(one.x / cell)} ${Math.floor(one.y / cell)}`
    const other = kept.get(key)
    if (!other || one.exemplar.value > other.exemplar.value) kept.set(key, one)
  }
  return [...kept.values()]
}
