/** What the journal still holds, as series. */
import { labelsOf } from '../../decode/series/label-bytes.ts'
import type { Labels } from '../../model/series.ts'
import { traceOfExemplar } from './exemplar-trace.ts'
import type { InternTable } from '../columns/intern.ts'
import type { HeadView } from './head.ts'
import { columnsOf } from './label-columns.ts'
import { matchesLabels } from './matching.ts'
import type { Exemplar, WholeHistogram } from '../api.ts'
import { extentOf, type PartQuery, type SeriesPart } from './part.ts'

/** Labels of a head's series, read once. */
export class HeadLabels {
  readonly #table: InternTable
  readonly #labels: Labels[] = []

  constructor(table: InternTable) {
    this.#table = table
  }

  of(series: number): Labels {
    const { pool } = this.#table
    return (this.#labels[series] ??= labelsOf(pool, this.#table.start(series), this.#table.end(series)))
  }
}

export function livePart(head: HeadView, labels = new HeadLabels(head.labels)): SeriesPart {
  const matching = function* ({ matchers, cancel }: PartQuery): Generator<number> {
    for (let series = 0; series < head.seriesCount; series++) {
      if ((series & 0xfff) === 0) cancel.check()
      if (matchesLabels(matchers, labels.of(series))) yield series
    }
  }
  const bySeries = function* <T extends { readonly series: number; readonly time: number }>(
    items: readonly T[],
    query: PartQuery,
  ): Generator<[Labels, T[]]> {
    const wanted = items.filter(({ time }) => time >= query.from && time <= query.to)
    const grouped = Map.groupBy(wanted, item => item.series)
    for (const series of matching(query)) {
      const found = grouped.get(series)
      if (found !== undefined) yield [labels.of(series), found]
    }
  }
  return {
    extent() {
      if (head.rows === 0) return undefined
      const sorted = head.sorted()
      const all = Array.from({ length: head.seriesCount }, (_, series) => sorted.pieceOf(series))
      return extentOf(all.filter(piece => piece !== undefined))
    },
    samples(query, found) {
      if (head.rows === 0) return
      const sorted = head.sorted()
      for (const series of matching(query)) {
        const piece = sorted.pieceOf(series)
        if (piece !== undefined) found(labels.of(series), piece)
      }
    },
    labels(query, found) {
      const sorted = head.sorted()
      const others = new Set([...head.histograms, ...head.exemplars].map(item => item.series))
      const listed: Labels[] = []
      for (const series of matching(query)) {
        const times = sorted.pieceOf(series)?.times
        const inRange = times !== undefined && times[0]! <= query.to && times.at(-1)! >= query.from
        if (inRange || others.has(series)) listed.push(labels.of(series))
      }
      found(columnsOf(listed), [...listed.keys()])
    },
    exemplars(query, found) {
      for (const [of, items] of bySeries(head.exemplars, query)) found(of, items.map(stored))
    },
    exemplarsOfTrace(traceId, cancel, found) {
      cancel.check()
      for (const item of head.exemplars) {
        const exemplar = stored(item)
        if (traceOfExemplar(exemplar.labels) === traceId) found(labels.of(item.series), exemplar)
      }
    },
    histograms(query, found) {
      for (const [of, items] of bySeries(head.histograms, query))
        found(of, items satisfies readonly WholeHistogram[])
    },
    metadata(found) {
      for (const metadata of head.metadata) found(metadata)
    },
  }
}

const stored = ({
  time,
  value,
  labels,
}: {
  readonly time: number
  readonly value: number
  readonly labels: Uint8Array
}): Exemplar => ({ time, value, labels: labelsOf(labels, 0, labels.length) })
