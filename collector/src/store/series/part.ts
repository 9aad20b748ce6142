/**
 * Series as they lie in several parts, partitions and the journal, and the one answer of all.
 */
import type { Labels, Series, SeriesSelection } from '../../model/series.ts'
import type { Cancellation, Exemplar, MetricMetadata, WholeHistogram } from '../api.ts'
import { compileMatchers, type CompiledMatcher } from './matching.ts'
import { joinPieces, within, type Piece } from './piece.ts'
import { presented } from './present.ts'

export interface PartQuery {
  readonly matchers: readonly CompiledMatcher[]
  /** The metric's name where one matcher asks for exactly it. */
  readonly name: string | undefined
  readonly from: number
  readonly to: number
  readonly cancel: Cancellation
}

/** Series of one partition, or of the journal. Labels have the mark of a delta where it is one. */
export interface SeriesPart {
  /** Matching series with their samples; a piece may hold samples out of range. A series may come more than once, in order of arrival. */
  samples(query: PartQuery, found: (labels: Labels, piece: Piece) => void): void
  /** Labels of matching series that have something in range, or near it. */
  labels(query: PartQuery, found: (labels: Labels) => void): void
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

export function partQuery(query: SeriesSelection, cancel: Cancellation): PartQuery {
  const named = query.matchers.find(({ name, op }) => name === '__name__' && op === '=')
  return {
    matchers: compileMatchers(query.matchers),
    name: named === undefined || named.value === '' ? undefined : named.value,
    from: query.from,
    to: query.to,
    cancel,
  }
}

interface Gathered {
  readonly labels: Labels
  readonly pieces: Piece[]
}

/** @param parts in order of arrival: of equal times the sample of the later part counts */
export function selectSeries(
  parts: readonly SeriesPart[],
  selection: SeriesSelection,
  cancel: Cancellation,
): readonly Series[] {
  const query = partQuery(selection, cancel)
  const gathered = new Map<string, Gathered>()
  for (const part of parts) {
    cancel.check()
    part.samples(query, (labels, piece) => {
      const cut = within(piece, query.from, query.to)
      if (cut.times.length === 0) return
      const key = labelsKey(labels)
      const known = gathered.get(key)
      if (known === undefined) gathered.set(key, { labels, pieces: [cut] })
      else known.pieces.push(cut)
    })
  }
  const series = [...gathered.values()].map(({ labels, pieces }) =>
    presented(labels, joinPieces(pieces), query.from),
  )
  return withoutTwins(series)
}

/** A text that is equal for equal labels only. */
export function labelsKey(labels: Labels): string {
  let key = ''
  for (const [name, value] of labels) key += `${name}\u0000${value}\u0000`
  return key
}

/** Deltas and totals of the same labels are one series to a query. */
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
