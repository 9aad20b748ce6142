/**
 * Collected metrics on their way into the queue: each metric of a collection is one record of it, so that an outage
 * costs no point in time and a collection of any size is sent in requests of a bounded one.
 *
 * Source: https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/otlp/ (temporality preferences),
 * https://github.com/open-telemetry/opentelemetry-proto (metrics.proto)
 */
import { ExportResultCode, type ExportResult } from '@opentelemetry/core'
import {
  AggregationTemporality,
  InstrumentType,
  PeriodicExportingMetricReader,
  type MetricProducer,
  type PushMetricExporter,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { Config } from '../config.ts'
import type { Item } from './item.ts'
import { metricItems } from './metrics.ts'
import type { ExportQueue } from './queue.ts'
import type { ResourceText } from './resource-text.ts'

export function metricReader(
  queue: ExportQueue<Item>,
  { intervalMillis, temporality }: Config['metrics'],
  resource: ResourceText,
  metricProducers: MetricProducer[],
): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({
    exporter: new QueueingMetricExporter(queue, temporality, resource),
    metricProducers,
    exportIntervalMillis: intervalMillis,
    exportTimeoutMillis: Math.min(intervalMillis, 30_000),
  })
}

class QueueingMetricExporter implements PushMetricExporter {
  readonly #queue: ExportQueue<Item>
  readonly #temporality: Config['metrics']['temporality']
  readonly #resource: ResourceText

  constructor(
    queue: ExportQueue<Item>,
    temporality: Config['metrics']['temporality'],
    resource: ResourceText,
  ) {
    this.#queue = queue
    this.#temporality = temporality
    this.#resource = resource
  }

  export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    this.#resource.see(metrics.resource)
    for (const item of metricItems(metrics)) this.#queue.add(item)
    done({ code: ExportResultCode.SUCCESS })
  }

  selectAggregationTemporality(instrument: InstrumentType): AggregationTemporality {
    return this.#isDelta(instrument) ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE
  }

  #isDelta(instrument: InstrumentType): boolean {
    if (this.#temporality === 'cumulative') return false
    const isSum =
      instrument === InstrumentType.UP_DOWN_COUNTER ||
      instrument === InstrumentType.OBSERVABLE_UP_DOWN_COUNTER
    if (isSum) return false
    return this.#temporality === 'delta' || instrument !== InstrumentType.OBSERVABLE_COUNTER
  }

  async forceFlush(): Promise<void> {
    await this.#queue.flush()
  }

  shutdown(): Promise<void> {
    return Promise.resolve()
  }
}
