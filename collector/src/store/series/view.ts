/** Every question about metrics, answered from the parts of a snapshot. */
import { METRIC } from '../../decode/metric-fields.ts'
import { metadataKey } from '../../decode/series/sink.ts'
import { attributesOf } from '../../decode/values.ts'
import type { Label, Labels, Series, SeriesSelection } from '../../model/series.ts'
import { view } from '../../wire/reader.ts'
import type {
  Cancellation,
  Cardinality,
  Exemplar,
  MetricDescription,
  MetricsView,
  SeriesExemplars,
  SeriesHistograms,
  SeriesPoints,
  TimesOfSamples,
  WholeHistogram,
} from '../api.ts'
import { Listing } from './listing.ts'
import {
  extentOf,
  isDelta,
  labelsKey,
  partQuery,
  selectPoints,
  selectSeries,
  shownLabels,
  type SeriesPart,
} from './part.ts'

/** @param parts in order of arrival */
export function metricsView(parts: readonly SeriesPart[], cancel: Cancellation): MetricsView {
  return new PartsView(parts, cancel)
}

class PartsView implements MetricsView {
  readonly #parts: readonly SeriesPart[]
  readonly #cancel: Cancellation
  readonly #listing: Listing

  constructor(parts: readonly SeriesPart[], cancel: Cancellation) {
    this.#parts = parts
    this.#cancel = cancel
    this.#listing = new Listing(parts, cancel)
  }

  extent(): TimesOfSamples | undefined {
    const extents = this.#parts.map(part => part.extent()).filter(extent => extent !== undefined)
    return extentOf(extents.map(({ from, to }) => ({ times: Float64Array.of(from, to) })))
  }

  select(selection: SeriesSelection): readonly Series[] {
    return selectSeries(this.#parts, selection, this.#cancel)
  }

  labels(selection: SeriesSelection): readonly Labels[] {
    return this.#listing.labels(selection)
  }

  labelNames(selection: SeriesSelection): readonly string[] {
    return this.#listing.names(selection)
  }

  labelValues(name: string, selection: SeriesSelection): readonly string[] {
    return this.#listing.values(name, selection)
  }

  seriesByMetric(selection: SeriesSelection): ReadonlyMap<string, number> {
    return this.#listing.seriesByMetric(selection)
  }

  cardinality(selection: SeriesSelection, limit: number): Cardinality {
    return this.#listing.cardinality(selection, limit)
  }

  points(selection: SeriesSelection): readonly SeriesPoints[] {
    return selectPoints(this.#parts, selection, this.#cancel)
  }

  metadata(): readonly MetricDescription[] {
    const found = new Map<string, MetricDescription>()
    for (const part of this.#parts)
      part.metadata(metadata => {
        const { name, type, unit, help, attributes: bytes } = metadata
        const attributes = attributesOf(view(bytes), 0, bytes.length, METRIC.metadata)
        found.set(metadataKey(metadata), { name, type, unit, help, attributes })
      })
    return [...found.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, metadata]) => metadata)
  }

  exemplars(selection: SeriesSelection): readonly SeriesExemplars[] {
    const query = partQuery(selection, this.#cancel)
    const found = new Gathering<Exemplar>()
    for (const part of this.#parts) part.exemplars(query, (labels, exemplars) => found.add(labels, exemplars))
    return exemplarsOf(found)
  }

  exemplarsOfTrace(traceId: string): readonly SeriesExemplars[] {
    const found = new Gathering<Exemplar>()
    for (const part of this.#parts)
      part.exemplarsOfTrace(traceId, this.#cancel, (labels, exemplar) => found.add(labels, [exemplar]))
    return exemplarsOf(found)
  }

  histograms(selection: SeriesSelection): readonly SeriesHistograms[] {
    const query = partQuery(selection, this.#cancel)
    const found = new Gathering<WholeHistogram>()
    const totals: (readonly [Labels, readonly WholeHistogram[]])[] = []
    for (const part of this.#parts)
      part.histograms(query, (labels, points) => {
        if (isDelta(labels)) found.add(labels, points)
        else totals.push([labels, points])
      })
    for (const [labels, points] of totals) found.add(labels, points)
    return found.all().map(({ labels, items }) => ({ labels, points: latestOfEach(items) }))
  }
}

/** Items by series, whichever part they lie in. */
class Gathering<Item extends { readonly time: number }> {
  readonly #byKey = new Map<string, { labels: Labels; items: Item[] }>()

  add(labels: Labels, items: readonly Item[]): void {
    const shown = shownLabels(labels)
    const key = labelsKey(shown)
    const known = this.#byKey.get(key)
    if (known === undefined) this.#byKey.set(key, { labels: shown, items: [...items] })
    else known.items.push(...items)
  }

  all(): { readonly labels: Labels; readonly items: readonly Item[] }[] {
    return [...this.#byKey.values()]
  }
}

function exemplarsOf(found: Gathering<Exemplar>): SeriesExemplars[] {
  return found.all().map(({ labels, items }) => {
    const distinct = new Map(items.map(item => [exemplarKey(item), item]))
    const exemplars = [...distinct.values()].sort((a, b) => a.time - b.time)
    return {
      labels,
      exemplars: exemplars.map(({ labels: own, time, value }) => ({ labels: own, time, value })),
    }
  })
}

const exemplarKey = ({ labels, time, value }: Exemplar): string =>
  `${time}\u0000${value}\u0000${textOf(labels)}`
const textOf = (labels: readonly Label[]): string => labels.map(label => label.join('\u0000')).join('\u0000')

/** By time; of equal times a total before a delta, and of these the one that arrived last. */
function latestOfEach(points: readonly WholeHistogram[]): WholeHistogram[] {
  const byTime = new Map(points.map(point => [point.time, point]))
  return [...byTime.values()]
    .sort((a, b) => a.time - b.time)
    .map(({ time, encoding, bytes }) => ({ time, encoding, bytes }))
}
