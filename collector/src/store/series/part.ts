/**
 * Series as they lie in several parts, partitions and the journal, and the one answer of all.
 */
import type { Label, Labels, Series, SeriesSelection } from '../../model/series.ts'
import type { MetricMetadata } from '../../decode/series/sink.ts'
import type { Cancellation, Exemplar, SeriesPoints, TimesOfSamples, WholeHistogram } from '../api.ts'
import type { LabelColumns } from './label-columns.ts'
import { compileMatchers, type CompiledMatcher } from './matching.ts'
import { joinPieces, pieceJoiner, rangeCut, type Piece } from './piece.ts'
import { presented } from './present.ts'

export interface PartQuery {
  readonly matchers: readonly CompiledMatcher[]
  /** Labels that matching series have for sure. */
  readonly labels: readonly Label[]
  readonly from: number
  readonly to: number
  readonly cancel: Cancellation
}

/** Series of one partition, or of the journal. Labels have the mark of a delta where it is one. */
export interface SeriesPart {
  /** Of its samples; undefined where it has none. */
  extent(): TimesOfSamples | undefined
  /** Matching series with their samples; a piece may hold samples out of range. A series may come more than once, in order of arrival. */
  samples(query: PartQuery, found: (labels: Labels, piece: Piece) => void): void
  /** Labels of matching series that have something in range, or near it: which `slots` of some columns. */
  labels(query: PartQuery, found: (group: LabelColumns, slots: readonly number[]) => void): void
  exemplars(query: PartQuery, found: (labels: Labels, exemplars: readonly Exemplar[]) => void): void
  /** @param traceId 32 hex digits */
  exemplarsOfTrace(
    traceId: string,
    cancel: Cancellation,
    found: (labels: Labels, exemplar: Exemplar) => void,
  ): void
  histograms(query: PartQuery, found: (labels: Labels, points: readonly WholeHistogram[]) => void): void
  metadata(found: (metadata: MetricMetadata) => void): void
}

/** Of times that ascend in each piece. */
export function extentOf(pieces: Iterable<Pick<Piece, 'times'>>): TimesOfSamples | undefined {
  let from = Infinity
  let to = -Infinity
  for (const { times } of pieces) {
    from = Math.min(from, times[0] ?? Infinity)
    to = Math.max(to, times.at(-1) ?? -Infinity)
  }
  return from > to ? undefined : { from, to }
}

export function partQuery(query: SeriesSelection, cancel: Cancellation): PartQuery {
  const asked = query.matchers.filter(({ op, value }) => op === '=' && value !== '')
  return {
    matchers: compileMatchers(query.matchers),
    labels: asked.map(({ name, value }): Label => [name, value]),
    from: query.from,
    to: query.to,
    cancel,
  }
}

interface Gathered {
  readonly labels: Labels
  /** In order of arrival, each within the range and not empty. */
  readonly pieces: Piece[]
}

/** @param parts in order of arrival: of equal times the sample of the later part counts */
export function selectSeries(
  parts: readonly SeriesPart[],
  selection: SeriesSelection,
  cancel: Cancellation,
): readonly Series[] {
  const query = partQuery(selection, cancel)
  const gathered = gather(parts, query)
  const join = pieceJoiner()
  const shown = ({ labels, pieces }: Gathered): Series => presented(labels, join(pieces), query.from)
  const deltas = gathered.filter(({ labels }) => isDelta(labels))
  if (deltas.length === 0) return gathered.map(shown)
  const totals = gathered.filter(({ labels }) => !isDelta(labels))
  return withoutTwins([...deltas, ...totals].map(shown))
}

/** The same samples as they were sent. */
export function selectPoints(
  parts: readonly SeriesPart[],
  selection: SeriesSelection,
  cancel: Cancellation,
): readonly SeriesPoints[] {
  return gather(parts, partQuery(selection, cancel)).map(({ labels, pieces }) => {
    const { times, values, starts, stale } = joinPieces(pieces)
    return {
      labels: shownLabels(labels),
      delta: isDelta(labels),
      times,
      values,
      starts: Float64Array.from(times, (_, i) => Math.abs(starts?.[i] ?? 0) || NaN),
      stale: stale ?? new Uint8Array(times.length),
    }
  })
}

function gather(parts: readonly SeriesPart[], query: PartQuery): readonly Gathered[] {
  const { cancel } = query
  const gathered = new Map<string, Gathered>()
  const cut = rangeCut(query.from, query.to)
  for (const part of parts) {
    cancel.check()
    // Most parts have one object for the labels of a series, however many pieces it has there.
    const ofPart = new Map<Labels, Gathered>()
    part.samples(query, (labels, piece) => {
      const inRange = cut(piece)
      if (inRange.times.length === 0) return
      let series = ofPart.get(labels)
      if (series === undefined) {
        const key = labelsKey(labels)
        series = gathered.get(key) ?? { labels, pieces: [] }
        gathered.set(key, series)
        ofPart.set(labels, series)
      }
      series.pieces.push(inRange)
    })
  }
  return [...gathered.values()]
}

export const isDelta = (labels: Labels): boolean => labels[0]?.[0] === ''

/** Without the mark of a delta. */
export const shownLabels = (labels: Labels): Labels => (isDelta(labels) ? labels.slice(1) : labels)

export const METRIC_NAME = '__name__'

export const metricNameOf = (labels: Labels): string =>
  labels.find(([name]) => name === METRIC_NAME)?.[1] ?? ''

/** A text that is equal for equal labels only. */
export function labelsKey(labels: Labels): string {
  let key = ''
  for (const [name, value] of labels) key += `${name}\u0000${value}\u0000`
  return key
}

/**
 * Deltas and totals of the same labels are one series to a query. Of a time that both have the one that
 * comes later here counts: which of them arrived later is not stored.
 */
function withoutTwins(series: readonly Series[]): readonly Series[] {
  const byKey = new Map<string, Series>()
  for (const one of series) {
    const key = labelsKey(one.labels)
    const twin = byKey.get(key)
    byKey.set(key, twin === undefined ? one : { labels: one.labels, ...joinedSeries(twin, one) })
  }
  return byKey.size === series.length ? series : [...byKey.values()]
}

function joinedSeries(a: Series, b: Series): Pick<Series, 'times' | 'values' | 'stale'> {
  return joinPieces([
    { ...a, starts: undefined },
    { ...b, starts: undefined },
  ])
}
