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
 * What a point's attributes mean is found out once: a point that looks like one before it, byte by
 * byte, goes to the same series.
 */
import type { Label } from '../../model/series.ts'
import { view } from '../../wire/reader.ts'
import { resourceOf } from '../containers.ts'
import { REQUEST, RESOURCE_GROUP, SCOPE_GROUP } from '../fields.ts'
import {
  DATA,
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  NUMBER_POINT,
  SUMMARY_POINT,
  type MetricKind,
} from '../metric-fields.ts'
import { doubleAt, PointCursor, quantileOf, signedAt, unsignedAt } from '../point-cursor.ts'
import { attributesOf } from '../values.ts'
import { DELTA, labelBytes } from './label-bytes.ts'
import { metricName } from './naming.ts'
import {
  resourceContext,
  scopeLabels,
  withAttributes,
  type OtlpSeriesOptions,
  type ResourceContext,
} from './otlp-labels.ts'
import { eachMessage, exemplarOf, headOf, millisAt } from './otlp-parts.ts'
import type { SeriesSink } from './sink.ts'
import { isStaleAt } from './write-walk.ts'

/** One metric of one scope of one resource. */
interface MetricContext {
  readonly kind: MetricKind
  readonly family: string
  readonly labels: readonly Label[]
  readonly delta: boolean
  /** It only rises, so that a start means that it began at 0. */
  readonly counts: boolean
  /** By the bytes of a point's attributes. */
  readonly points: Map<string, PointSeries[]>
}

/** The series of one point. Those of optional figures are made when the figure is met. */
interface PointSeries {
  /** What beside the attributes tells points apart: bounds or quantiles, as bytes. */
  readonly shape: string
  readonly labels: readonly Label[]
  /** The value itself; buckets; quantiles. */
  readonly main: readonly number[]
  count: number
  sum: number
  min: number
  max: number
}

const NONE = -1
/** So many different points are remembered, then it starts anew. */
const MOST_POINTS = 500_000

export class OtlpWalk {
  readonly #sink: SeriesSink
  readonly #options: OtlpSeriesOptions
  readonly #resources = new Map<string, ResourceContext>()
  readonly #metrics = new Map<string, MetricContext>()
  #points = 0
  readonly #cursor = new PointCursor()
  /** Latest time of a point of the resource at hand. */
  #latest = 0

  constructor(sink: SeriesSink, options: OtlpSeriesOptions) {
    this.#sink = sink
    this.#options = options
  }

  walk(body: Uint8Array): void {
    if (this.#points > MOST_POINTS) this.#forget()
    eachMessage(view(body), 0, body.length, REQUEST.groups, (bytes, start, end) =>
      this.#resource(bytes, start, end),
    )
  }

  #forget(): void {
    this.#resources.clear()
    this.#metrics.clear()
    this.#points = 0
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
    const { kind, name, unit, help, delta, monotonic } = head
    const key = `${scopeKey}\n${kind}${delta ? 'd' : ''}${monotonic ? 'm' : ''}\n${unit}\n${name}`
    let context = this.#metrics.get(key)
    if (context === undefined) {
      const counts = kind === 'sum' ? monotonic : kind !== 'gauge'
      const family = metricName(name, unit, kind, monotonic)
      context = { kind, family, labels: labels(), delta, counts, points: new Map() }
      this.#metrics.set(key, context)
    }
    this.#sink.metadata({ name: context.family, type: typeOf(kind, monotonic), unit, help })
    eachMessage(bytes, head.from, head.to, DATA.points, (_, pointStart, pointEnd) =>
      this.#point(bytes, pointStart, pointEnd, context),
    )
  }

  #point(bytes: Buffer, start: number, end: number, metric: MetricContext): void {
    const cursor = this.#cursor
    cursor.read(metric.kind, bytes, start, end)
    const time = millisAt(bytes, cursor.time)
    this.#latest = Math.max(this.#latest, time)
    let key = ''
    for (let i = 0; i < cursor.attributes.count; i++)
      key += bytes.toString('latin1', cursor.attributes.start(i), cursor.attributes.end(i)) + '\n'
    const known = metric.points.get(key) ?? []
    if (cursor.isStale && known.length > 0) return this.#end(known, time)
    const shape = this.#shape(metric.kind, bytes)
    let series = known.find(entry => entry.shape === shape)
    if (series === undefined) {
      series = this.#begin(metric, bytes, start, end, shape)
      metric.points.set(key, [...known, series])
      this.#points++
    }
    if (cursor.isStale) this.#end([series], time)
    else this.#samples(metric, series, bytes, start, end, time)
  }

  #shape(kind: MetricKind, bytes: Buffer): string {
    const cursor = this.#cursor
    if (kind === 'histogram') return bytes.toString('latin1', cursor.boundsStart, cursor.boundsEnd)
    if (kind !== 'summary') return ''
    let shape = ''
    for (let i = 0; i < cursor.quantiles.count; i++) shape += `${this.#quantile(bytes, i).quantile},`
    return shape
  }

  #quantile(bytes: Buffer, index: number): { readonly quantile: number; readonly value: number } {
    return quantileOf(bytes, this.#cursor.quantiles.start(index), this.#cursor.quantiles.end(index))
  }

  /** A point without a recorded value: the series of all points that looked like it end. */
  #end(known: readonly PointSeries[], time: number): void {
    for (const { main, count, sum, min, max } of known)
      for (const series of [...main, count, sum, min, max])
        if (series !== NONE) this.#sink.sample(series, time, NaN, true, 0)
  }

  /** Finds the series of a point that looks like none before it. */
  #begin(metric: MetricContext, bytes: Buffer, start: number, end: number, shape: string): PointSeries {
    const attributes = attributesOf(bytes, start, end, ATTRIBUTES[metric.kind])
    const labels = withAttributes(metric.labels, attributes)
    const cursor = this.#cursor
    const delta = metric.delta
    const series = (suffix: string, ...more: Label[]): number =>
      this.#series(metric, labels, suffix, delta, ...more)
    const main: number[] = []
    if (metric.kind === 'histogram') {
      const bounds = (cursor.boundsEnd - cursor.boundsStart) / 8
      for (let i = 0; i < bounds; i++)
        main.push(series('_bucket', ['le', boundText(doubleAt(bytes, cursor.boundsStart + 8 * i))]))
      main.push(series('_bucket', ['le', '+Inf']))
    } else if (metric.kind === 'summary')
      for (let i = 0; i < cursor.quantiles.count; i++)
        main.push(series('', ['quantile', boundText(this.#quantile(bytes, i).quantile)]))
    else main.push(series(''))
    const counted = metric.kind !== 'gauge' && metric.kind !== 'sum'
    return {
      shape,
      labels,
      main,
      count: counted ? series('_count') : NONE,
      sum: NONE,
      min: NONE,
      max: NONE,
    }
  }

  #series(
    metric: MetricContext,
    labels: readonly Label[],
    suffix: string,
    delta: boolean,
    ...more: Label[]
  ): number {
    const all = [...labels, ...more].filter(
      ([name], i, list) => list.findLastIndex(([n]) => n === name) === i,
    )
    const bytes = labelBytes([...(delta ? [DELTA] : []), ['__name__', metric.family + suffix], ...all])
    return this.#sink.series(bytes, 0, bytes.length)
  }

  #samples(
    metric: MetricContext,
    series: PointSeries,
    bytes: Buffer,
    start: number,
    end: number,
    time: number,
  ): void {
    const cursor = this.#cursor
    const began = (metric.counts || metric.delta) && cursor.start >= 0 ? millisAt(bytes, cursor.start) : 0
    const put = (to: number, value: number): void => this.#sink.sample(to, time, value, false, began)
    switch (metric.kind) {
      case 'gauge':
      case 'sum': {
        const stale = cursor.asInt < 0 && isStaleAt(bytes, cursor.asDouble)
        const value = cursor.asInt >= 0 ? signedAt(bytes, cursor.asInt) : doubleAt(bytes, cursor.asDouble)
        this.#sink.sample(series.main[0]!, time, value, stale, began)
        break
      }
      case 'histogram':
        this.#buckets(series, bytes, put)
        this.#figures(metric, series, bytes, time, put)
        break
      case 'exponential':
        this.#sink.histogram(series.main[0]!, time, 'otlp', bytes, start, end)
        this.#figures(metric, series, bytes, time, put)
        break
      case 'summary':
        for (let i = 0; i < cursor.quantiles.count; i++)
          this.#sink.sample(series.main[i]!, time, this.#quantile(bytes, i).value, false, 0)
        this.#figures(metric, series, bytes, time, put)
        break
    }
    for (let i = 0; i < cursor.exemplars.count; i++) this.#exemplar(metric, series, bytes, i)
  }

  /** Buckets count from below; where a histogram has none, its count is the one of infinity. */
  #buckets(series: PointSeries, bytes: Buffer, put: (to: number, value: number) => void): void {
    const { bucketsStart, bucketsEnd, count } = this.#cursor
    let sum = 0
    for (let at = bucketsStart, i = 0; at < bucketsEnd; at += 8, i++)
      put(series.main[i]!, (sum += unsignedAt(bytes, at)))
    if (bucketsStart === bucketsEnd) put(series.main.at(-1)!, count < 0 ? 0 : unsignedAt(bytes, count))
  }

  /** Count, and sum, least and most where they are told. */
  #figures(
    metric: MetricContext,
    series: PointSeries,
    bytes: Buffer,
    time: number,
    put: (to: number, value: number) => void,
  ): void {
    const { count, sum, min, max } = this.#cursor
    put(series.count, count < 0 ? 0 : unsignedAt(bytes, count))
    if (sum >= 0 || metric.kind === 'summary') {
      if (series.sum === NONE) series.sum = this.#series(metric, series.labels, '_sum', metric.delta)
      put(series.sum, sum < 0 ? 0 : doubleAt(bytes, sum))
    }
    // The least and the most of an interval are nothing that could be summed up.
    if (min >= 0) {
      if (series.min === NONE) series.min = this.#series(metric, series.labels, '_min', false)
      this.#sink.sample(series.min, time, doubleAt(bytes, min), false, 0)
    }
    if (max >= 0) {
      if (series.max === NONE) series.max = this.#series(metric, series.labels, '_max', false)
      this.#sink.sample(series.max, time, doubleAt(bytes, max), false, 0)
    }
  }

  /** An exemplar stands on the bucket that its value falls into. */
  #exemplar(metric: MetricContext, series: PointSeries, bytes: Buffer, index: number): void {
    const cursor = this.#cursor
    const start = cursor.exemplars.start(index)
    const end = cursor.exemplars.end(index)
    const exemplar = exemplarOf(bytes, start, end)
    let on = series.main[0]!
    if (metric.kind === 'histogram') {
      let bucket = 0
      for (
        let at = cursor.boundsStart;
        at < cursor.boundsEnd && doubleAt(bytes, at) < exemplar.value;
        at += 8
      )
        bucket++
      on = series.main[bucket]!
    } else if (metric.kind === 'exponential') on = series.count
    this.#sink.exemplar(on, exemplar.time, exemplar.value, exemplar.labels)
  }
}

const ATTRIBUTES: Readonly<Record<MetricKind, number>> = {
  gauge: NUMBER_POINT.attributes,
  sum: NUMBER_POINT.attributes,
  histogram: HISTOGRAM_POINT.attributes,
  exponential: EXPONENTIAL_POINT.attributes,
  summary: SUMMARY_POINT.attributes,
}

const typeOf = (kind: MetricKind, monotonic: boolean): string =>
  kind === 'sum' ? (monotonic ? 'counter' : 'gauge') : kind === 'exponential' ? 'histogram' : kind

/** As Go writes a float, which is how Prometheus writes the bounds of buckets. */
export function boundText(value: number): string {
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)))
  if (exponent >= -5 && exponent < 21) return plain(value)
  return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

const plain = (value: number): string => {
  const text = String(value)
  return text.includes('e') ? value.toFixed(20).replace(/0+$/, '') : text
}
