/** Bodies of requests with metrics, on their way into a head. */
import { OtlpWalk } from '../../decode/series/otlp-walk.ts'
import type { OtlpSeriesOptions } from '../../decode/series/otlp-labels.ts'
import { walkWrite } from '../../decode/series/write-walk.ts'
import { SeriesHead } from './head.ts'

/** What one record of the journal brings. */
export interface MetricBodies {
  /** ExportMetricsServiceRequest, canonical. */
  readonly metrics?: Uint8Array | undefined
  /** WriteRequest, canonical. */
  readonly samples?: Uint8Array | undefined
}

export class SeriesIntake {
  readonly head = new SeriesHead()
  readonly #otlp: OtlpWalk

  constructor(options: OtlpSeriesOptions) {
    this.#otlp = new OtlpWalk(this.head, options)
  }

  take({ metrics, samples }: MetricBodies): void {
    if (metrics !== undefined) this.#otlp.walk(metrics)
    if (samples !== undefined) walkWrite(samples, this.head)
  }
}
