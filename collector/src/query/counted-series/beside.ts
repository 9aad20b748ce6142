/** Series that were stored, and beside them those that were counted; of the same labels the stored one is told. */
import type { Labels, Series, SeriesSelection } from '../../model/series.ts'
import type { Metadata, MetricsSource, SeriesExemplars } from '../metrics/source.ts'
import { keyOf } from '../promql/labels.ts'

export class Beside implements MetricsSource {
  readonly #stored: MetricsSource
  readonly #counted: MetricsSource

  constructor(stored: MetricsSource, counted: MetricsSource) {
    this.#stored = stored
    this.#counted = counted
  }

  select(selection: SeriesSelection): readonly Series[] {
    return besides(this.#stored.select(selection), this.#counted.select(selection), ({ labels }) => labels)
  }

  labels(selection: SeriesSelection): readonly Labels[] {
    return besides(this.#stored.labels(selection), this.#counted.labels(selection), labels => labels)
  }

  labelNames(selection: SeriesSelection): readonly string[] {
    return distinct([...this.#stored.labelNames(selection), ...this.#counted.labelNames(selection)])
  }

  labelValues(name: string, selection: SeriesSelection): readonly string[] {
    return distinct([
      ...this.#stored.labelValues(name, selection),
      ...this.#counted.labelValues(name, selection),
    ])
  }

  metadata(): readonly Metadata[] {
    return besides(this.#stored.metadata(), this.#counted.metadata(), ({ name }) => [['__name__', name]])
  }

  exemplars(selection: SeriesSelection): readonly SeriesExemplars[] {
    return [...this.#stored.exemplars(selection), ...this.#counted.exemplars(selection)]
  }
}

function besides<T>(
  stored: readonly T[],
  counted: readonly T[],
  labelsOf: (item: T) => Labels,
): readonly T[] {
  if (counted.length === 0) return stored
  const known = new Set(stored.map(item => keyOf(labelsOf(item))))
  return [...stored, ...counted.filter(item => !known.has(keyOf(labelsOf(item))))]
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort()
