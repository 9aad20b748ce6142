/** The oracle's series: every sample as it came, in one list. */
import { OtlpWalk } from '../../decode/series/otlp-walk.ts'
import { labelsOf } from '../../decode/series/label-bytes.ts'
import type { OtlpSeriesOptions } from '../../decode/series/otlp-labels.ts'
import type { HistogramEncoding, MetricMetadata, SeriesSink } from '../../decode/series/sink.ts'
import { walkWrite } from '../../decode/series/write-walk.ts'
import type { CanonicalRequest } from '../../model/canonical.ts'
import type { Labels } from '../../model/series.ts'
import type { Cancellation, Exemplar, MetricsView, WholeHistogram } from '../api.ts'
import { traceOfExemplar } from '../series/exemplar-trace.ts'
import { matchesLabels } from '../series/matching.ts'
import { extentOf, labelsKey, type PartQuery, type SeriesPart } from '../series/part.ts'
import { columnsOf } from '../series/label-columns.ts'
import { metricsView } from '../series/view.ts'

interface Entry {
  readonly labels: Labels
  readonly samples: {
    readonly time: number
    readonly value: number
    readonly stale: boolean
    readonly start: number
  }[]
  readonly histograms: WholeHistogram[]
  readonly exemplars: Exemplar[]
}

export class MemorySeries implements SeriesSink {
  readonly #entries: Entry[] = []
  readonly #byKey = new Map<string, number>()
  readonly #metadata: MetricMetadata[] = []
  readonly #otlp: OtlpWalk

  constructor(options: OtlpSeriesOptions) {
    this.#otlp = new OtlpWalk(this, options)
  }

  take({ signal, body }: CanonicalRequest): void {
    if (signal === 'metrics') this.#otlp.walk(body)
    else walkWrite(body, this)
  }

  series(bytes: Uint8Array, start: number, end: number): number {
    const labels = labelsOf(bytes, start, end)
    const key = labelsKey(labels)
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    this.#byKey.set(key, this.#entries.length)
    return this.#entries.push({ labels, samples: [], histograms: [], exemplars: [] }) - 1
  }

  sample(series: number, time: number, value: number, stale: boolean, start: number): void {
    this.#entries[series]!.samples.push({ time, value, stale, start })
  }

  histogram(
    series: number,
    time: number,
    encoding: HistogramEncoding,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void {
    this.#entries[series]!.histograms.push({
      time,
      encoding,
      bytes: new Uint8Array(bytes.subarray(from, to)),
    })
  }

  exemplar(series: number, time: number, value: number, labels: Uint8Array): void {
    this.#entries[series]!.exemplars.push({ time, value, labels: labelsOf(labels, 0, labels.length) })
  }

  metadata(metadata: MetricMetadata): void {
    this.#metadata.push(metadata)
  }

  /** What is there now: what comes later is not seen. */
  view(): (cancel: Cancellation) => MetricsView {
    const entries = this.#entries.map(({ labels, samples, histograms, exemplars }) => ({
      labels,
      samples: [...samples],
      histograms: [...histograms],
      exemplars: [...exemplars],
    }))
    const part = memoryPart(entries, [...this.#metadata])
    return cancel => metricsView([part], cancel)
  }
}

function memoryPart(entries: readonly Entry[], metadata: readonly MetricMetadata[]): SeriesPart {
  const matching = ({ matchers, cancel }: PartQuery): readonly Entry[] => {
    cancel.check()
    return entries.filter(({ labels }) => matchesLabels(matchers, labels))
  }
  return {
    extent() {
      const times = entries.flatMap(({ samples }) => samples.map(({ time }) => time)).sort((a, b) => a - b)
      return extentOf([{ times: Float64Array.from(times) }])
    },
    samples(query, found) {
      for (const { labels, samples } of matching(query)) {
        const byTime = new Map(samples.map(sample => [sample.time, sample]))
        const ordered = [...byTime.values()].sort((a, b) => a.time - b.time)
        found(labels, {
          times: Float64Array.from(ordered, sample => sample.time),
          values: Float64Array.from(ordered, sample => sample.value),
          starts: Float64Array.from(ordered, sample => sample.start),
          stale: ordered.some(({ stale }) => stale)
            ? Uint8Array.from(ordered, ({ stale }) => Number(stale))
            : undefined,
        })
      }
    },
    labels(query, found) {
      const inRange = ({ time }: { readonly time: number }): boolean => time >= query.from && time <= query.to
      const listed = matching(query).filter(({ samples, histograms, exemplars }) =>
        [...samples, ...histograms, ...exemplars].some(inRange),
      )
      found(columnsOf(listed.map(({ labels }) => labels)), [...listed.keys()])
    },
    exemplars(query, found) {
      for (const { labels, exemplars } of matching(query)) {
        const of = exemplars.filter(({ time }) => time >= query.from && time <= query.to)
        if (of.length > 0) found(labels, of)
      }
    },
    exemplarsOfTrace(traceId, cancel, found) {
      cancel.check()
      for (const { labels, exemplars } of entries)
        for (const exemplar of exemplars)
          if (traceOfExemplar(exemplar.labels) === traceId) found(labels, exemplar)
    },
    histograms(query, found) {
      for (const { labels, histograms } of matching(query)) {
        const of = histograms.filter(({ time }) => time >= query.from && time <= query.to)
        if (of.length > 0) found(labels, of)
      }
    },
    metadata: found => metadata.forEach(found),
  }
}
