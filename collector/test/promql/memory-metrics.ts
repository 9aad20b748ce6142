/** Metrics in plain arrays, with what is told of them besides samples. */
import type { Labels, Series, SeriesSelection } from '../../src/model/series.ts'
import type { Metadata, MetricsSource, SeriesExemplars } from '../../src/query/metrics/source.ts'
import { labelOf } from '../../src/query/promql/labels.ts'
import { MemorySeries, testOf } from './memory-series.ts'

export class MemoryMetrics extends MemorySeries implements MetricsSource {
  readonly #metadata: readonly Metadata[]
  readonly #exemplars: readonly SeriesExemplars[]

  constructor(
    series: readonly Series[],
    metadata: readonly Metadata[] = [],
    exemplars: readonly SeriesExemplars[] = [],
  ) {
    super(series)
    this.#metadata = metadata
    this.#exemplars = exemplars
  }

  labels(selection: SeriesSelection): readonly Labels[] {
    return this.select(selection).map(({ labels }) => labels)
  }

  labelNames(selection: SeriesSelection): readonly string[] {
    return distinct(this.labels(selection).flatMap(labels => labels.map(([name]) => name)))
  }

  labelValues(name: string, selection: SeriesSelection): readonly string[] {
    return distinct(
      this.labels(selection)
        .map(labels => labelOf(labels, name))
        .filter(value => value !== ''),
    )
  }

  metadata(): readonly Metadata[] {
    return this.#metadata
  }

  exemplars({ matchers, from, to }: SeriesSelection): readonly SeriesExemplars[] {
    const tests = matchers.map(testOf)
    return this.#exemplars
      .filter(({ labels }) => tests.every(test => test(labels)))
      .map(({ labels, exemplars }) => ({
        labels,
        exemplars: exemplars.filter(({ time }) => time >= from && time <= to),
      }))
      .filter(({ exemplars }) => exemplars.length > 0)
  }
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort()
