/** What becomes of a request with metrics: the calls that a walk over its bytes makes. */

/** How a histogram that is kept whole is written. */
export type HistogramEncoding = 'otlp' | 'prometheus'

export interface MetricMetadata {
  /** The family: a histogram's name without `_bucket`. */
  readonly name: string
  readonly type: string
  readonly unit: string
  readonly help: string
  /** What OTLP tells besides: KeyValue messages, each under the tag of `Metric.metadata`; empty where it tells nothing. */
  readonly attributes: Uint8Array
}

export const NO_ATTRIBUTES = new Uint8Array(0)

/** A text that is equal for equal metadata only. */
export const metadataKey = ({ name, type, unit, help, attributes }: MetricMetadata): string =>
  [name, type, unit, help, Buffer.from(attributes).toString('latin1')].join('\u0000')

export interface SeriesSink {
  /** @returns the number by which the series with these label bytes is called */
  series(bytes: Uint8Array, start: number, end: number): number
  /**
   * @param time Unix milliseconds
   * @param start since when it counts, Unix milliseconds; 0 where that is not told; negative where a
   * start was told of something that may fall, which did not begin at 0 then
   */
  sample(series: number, time: number, value: number, stale: boolean, start: number): void
  /** A histogram kept whole: an ExponentialHistogramDataPoint or a prometheus.Histogram in [from, to). */
  histogram(
    series: number,
    time: number,
    encoding: HistogramEncoding,
    bytes: Uint8Array,
    from: number,
    to: number,
  ): void
  /** @param labels as label bytes */
  exemplar(series: number, time: number, value: number, labels: Uint8Array): void
  metadata(metadata: MetricMetadata): void
}
