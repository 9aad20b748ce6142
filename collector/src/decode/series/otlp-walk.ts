/**
 * The walk over a canonical ExportMetricsServiceRequest: data points become samples of series, named
 * as Prometheus names them.
 *
 * - A gauge or a sum is one series. A histogram is `_bucket` for each bound and infinity, `_count`,
 *   `_sum` where it is told, and `_min` and `_max`. A summary is one series for each quantile, `_count`
 *   and `_sum`. An exponential histogram is kept whole, and has `_count`, `_sum`, `_min` and `_max`.
 * - Of a resource `service.namespace/service.name` is `job`, `service.instance.id` is `instance`,
 *   and everything else stands on `target_info`; attributes named in `resourceLabels` are labels too.
 * - A delta stays a delta: its series is marked, and is summed up when it is read.
 * - A point without a recorded value ends its series: a stale marker.
 *
 * What a resource, a scope and a metric mean is found out once; for points see `point-series.ts`.
 */
import type { Label } from '../../model/series.ts'
import { view } from '../../wire/reader.ts'
import { resourceOf } from '../containers.ts'
import { REQUEST, RESOURCE_GROUP, SCOPE_GROUP } from '../fields.ts'
import { DATA, type MetricKind } from '../metric-fields.ts'
import { metricName } from './naming.ts'
import { resourceContext, scopeLabels, type OtlpSeriesOptions, type ResourceContext } from './otlp-labels.ts'
import { eachMessage, headOf } from './otlp-parts.ts'
import { PointSamples } from './point-samples.ts'
import type { MetricContext } from './point-series.ts'
import { NO_ATTRIBUTES, type MetricMetadata, type SeriesSink } from './sink.ts'

/** So many different points are remembered, then it starts anew. */
const MOST_POINTS = 500_000

/** As OpenMetrics has it. */
const TARGET_INFO: MetricMetadata = {
  name: 'target_info',
  type: 'info',
  unit: '',
  help: 'Target metadata',
  attributes: NO_ATTRIBUTES,
}

export class OtlpWalk {
  readonly #sink: SeriesSink
  readonly #options: OtlpSeriesOptions
  readonly #resources = new Map<string, ResourceContext>()
  readonly #metrics = new Map<string, MetricContext>()
  readonly #points: PointSamples
  /** Latest time of a point of the resource at hand. */
  #latest = 0

  constructor(sink: SeriesSink, options: OtlpSeriesOptions) {
    this.#sink = sink
    this.#options = options
    this.#points = new PointSamples(sink)
  }

  walk(body: Uint8Array): void {
    if (this.#points.known > MOST_POINTS) this.#forget()
    eachMessage(view(body), 0, body.length, REQUEST.groups, (bytes, start, end) =>
      this.#resource(bytes, start, end),
    )
  }

  #forget(): void {
    this.#resources.clear()
    this.#metrics.clear()
    this.#points.known = 0
  }

  #resource(bytes: Buffer, start: number, end: number): void {
    let from = start
    let to = start
    eachMessage(bytes, start, end, RESOURCE_GROUP.resource, (_, resourceStart, resourceEnd) => {
      from = resourceStart
      to = resourceEnd
    })
    const key = bytes.toString('latin1', from, to)
    let context = this.#resources.get(key)
    if (context === undefined) {
      context = resourceContext(resourceOf(bytes, from, to, ''), this.#options)
      this.#resources.set(key, context)
    }
    this.#latest = 0
    eachMessage(bytes, start, end, RESOURCE_GROUP.scopeGroups, (_, scopeStart, scopeEnd) =>
      this.#scope(bytes, scopeStart, scopeEnd, key, context),
    )
    if (context.info === undefined || this.#latest === 0) return
    const info = this.#sink.series(context.info, 0, context.info.length)
    this.#sink.sample(info, this.#latest, 1, false, 0)
    this.#sink.metadata(TARGET_INFO)
  }

  #scope(bytes: Buffer, start: number, end: number, resourceKey: string, resource: ResourceContext): void {
    let from = start
    let to = start
    eachMessage(bytes, start, end, SCOPE_GROUP.scope, (_, scopeStart, scopeEnd) => {
      from = scopeStart
      to = scopeEnd
    })
    const key = `${resourceKey}\n${bytes.toString('latin1', from, to)}`
    const labels = (): Label[] => [...resource.labels, ...scopeLabels(bytes, from, to)]
    eachMessage(bytes, start, end, SCOPE_GROUP.items, (_, metricStart, metricEnd) =>
      this.#metric(bytes, metricStart, metricEnd, key, labels),
    )
  }

  #metric(bytes: Buffer, start: number, end: number, scopeKey: string, labels: () => Label[]): void {
    const head = headOf(bytes, start, end)
    if (head.kind === undefined) return
    const { kind, name, unit, help, attributes, delta, monotonic } = head
    const key = `${scopeKey}\n${kind}${delta ? 'd' : ''}${monotonic ? 'm' : ''}\n${unit}\n${name}`
    let context = this.#metrics.get(key)
    if (context === undefined) {
      const counts = kind === 'sum' ? monotonic : kind !== 'gauge'
      const family = metricName(name, unit, kind, monotonic)
      context = { kind, family, labels: labels(), delta, counts, points: new Map() }
      this.#metrics.set(key, context)
    }
    this.#sink.metadata({ name: context.family, type: typeOf(kind, monotonic), unit, help, attributes })
    eachMessage(bytes, head.from, head.to, DATA.points, (_, pointStart, pointEnd) => {
      this.#latest = Math.max(this.#latest, this.#points.take(context, bytes, pointStart, pointEnd))
    })
  }
}

const typeOf = (kind: MetricKind, monotonic: boolean): string =>
  kind === 'sum' ? (monotonic ? 'counter' : 'gauge') : kind === 'exponential' ? 'histogram' : kind
