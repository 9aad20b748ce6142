/**
 * Metrics at random, as requests of both protocols, from so few names, labels and instants that they
 * meet: late and doubled samples, resets, deltas beside totals, and the ends of series come about by
 * themselves. Every series has the label `scene`.
 */
import fc from 'fast-check'
import { decodeRequest } from '../../src/decode/request.ts'
import { decodeWrite } from '../../src/decode/write/request.ts'
import { milliOfNano, unixMillis } from '../../src/model/time.ts'
import {
  exemplar,
  exponential,
  exponentialPoint,
  gauge,
  histogram,
  histogramPoint,
  metricsRequest,
  numberPoint,
  sum,
  summary,
  summaryPoint,
} from '../metrics/otlp.ts'
import { metadata, STALE_BITS, writeRequest, type WrittenSeries } from '../metrics/write.ts'
import { attribute, bytesOf, text } from '../otlp/wire.ts'
import type { MetricBatch } from './request.ts'
import type { Scene } from './scene.ts'

export const METRIC_NAMES = ['m', 'm_total', '__proto__', 'h'] as const
const MOST_INSTANTS = 6

const value = fc.constantFrom(0, -0, 1, 2, 3, 2.5, -1, 1e300, NaN, Infinity)
const labels = (scene: Scene): fc.Arbitrary<Record<string, string>> =>
  fc
    .record({ k: fc.constantFrom('a', 'b'), ['__proto__']: fc.constant('p') }, { requiredKeys: [] })
    // A record's `__proto__` is to be a member like any other.
    .map(given => Object.fromEntries([...Object.entries(given), ['scene', sceneLabel(scene)]]))

export const sceneLabel = (scene: Scene): string => scene.text('s')

const instant = (scene: Scene): fc.Arbitrary<number> =>
  fc.integer({ min: 1, max: MOST_INSTANTS }).map(at => Number(milliOfNano(scene.at(at))))

const trace = (scene: Scene): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max: 3 }).map(n => scene.traceId(n))

function writtenOf(scene: Scene): fc.Arbitrary<WrittenSeries> {
  return fc.record({
    labels: fc
      .tuple(fc.constantFrom(...METRIC_NAMES), labels(scene))
      .map(([name, others]) => ({ ['__name__']: name, ...others })),
    samples: fc.array(fc.tuple(instant(scene), fc.oneof(value, fc.constant(STALE_BITS))), {
      minLength: 1,
      maxLength: 4,
    }),
    exemplars: fc.array(
      fc.record({
        labels: trace(scene).map(id => ({ trace_id: id })),
        time: instant(scene),
        value: fc.constantFrom(1, 2),
      }),
      { maxLength: 1 },
    ),
  })
}

function writeOf(scene: Scene): fc.Arbitrary<MetricBatch> {
  const told = fc.constantFrom(
    metadata(1, 'm_total', 'counted'),
    metadata(2, 'm', 'seen', 'By'),
    Buffer.alloc(0),
  )
  return fc.tuple(fc.array(writtenOf(scene), { minLength: 1, maxLength: 5 }), told).map(([series, more]) => {
    const body = new Uint8Array(Buffer.concat([writeRequest(...series), more]))
    return accepted('samples', decodeWrite(body, unixMillis(8e15)))
  })
}

/** What all points have. */
const pointOf = (scene: Scene) =>
  fc
    .record({
      time: instant(scene),
      back: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      attributes: labels(scene),
      stale: fc.integer({ min: 0, max: 5 }),
    })
    .map(({ time, back, attributes, stale }) => ({
      time,
      attributes,
      ...(back !== undefined && { start: time - back }),
      ...(stale === 0 && { flags: 1 }),
    }))

const counts = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 })
const total = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0)

function metricOf(scene: Scene): fc.Arbitrary<Uint8Array> {
  const point = pointOf(scene)
  const some = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { minLength: 1, maxLength: 3 })
  const exemplars = fc.array(
    fc
      .tuple(trace(scene), instant(scene))
      .map(([traceId, time]) => exemplar({ time, value: 1, traceId, spanId: scene.spanId(1) })),
    { maxLength: 1 },
  )
  const number = fc
    .tuple(point, fc.oneof(value, fc.constantFrom(5n, -5n)), exemplars)
    .map(([of, value, exemplars]) => numberPoint({ ...of, value, exemplars }))
  const buckets = fc.tuple(point, counts, exemplars, fc.boolean()).map(([of, buckets, exemplars, told]) =>
    histogramPoint({
      ...of,
      count: total(buckets),
      buckets,
      bounds: [0.5, 2],
      exemplars,
      ...(told && { sum: 4, min: 0, max: 3 }),
    }),
  )
  const whole = fc
    .tuple(point, counts)
    .map(([of, counts]) =>
      exponentialPoint({ ...of, count: total(counts), scale: 1, positive: { offset: -1, counts } }),
    )
  const quantiles = point.map(({ time }) =>
    summaryPoint({
      time,
      count: 2,
      sum: 3,
      quantiles: [
        [0.5, 1],
        [1, 2],
      ],
    }),
  )
  const kind = fc.record({ delta: fc.boolean(), monotonic: fc.boolean() })
  const name = fc.constantFrom('m', 'h')
  return fc.oneof(
    fc.tuple(name, some(number)).map(([name, points]) => gauge(name, points)),
    fc.tuple(name, some(number), kind).map(([name, points, of]) => sum(name, points, of)),
    fc.tuple(some(buckets), kind).map(([points, of]) => histogram('h', points, of)),
    fc.tuple(some(whole), kind).map(([points, of]) => exponential('h', points, of)),
    some(quantiles).map(points => summary('q', points)),
  )
}

function otlpOf(scene: Scene): fc.Arbitrary<MetricBatch> {
  const told = fc.constantFrom([], [attribute(12, 'k', text('v'))])
  const metric = fc.tuple(metricOf(scene), told).map(([fields, more]) => bytesOf(fields, ...more))
  return fc.array(metric, { minLength: 1, maxLength: 3 }).map(metrics => {
    const resource = { 'service.name': sceneLabel(scene), 'service.instance.id': 'i', 'host.name': 'h' }
    const body = new Uint8Array(metricsRequest(metrics, resource))
    return accepted('metrics', decodeRequest('metrics', 'protobuf', body))
  })
}

function accepted(
  signal: MetricBatch['signal'],
  { request, message }: ReturnType<typeof decodeWrite>,
): MetricBatch {
  if (request === undefined || message !== '') throw new Error(`not all is accepted: ${message}`)
  return { signal, request }
}

export const metricBatch = (scene: Scene): fc.Arbitrary<MetricBatch> =>
  fc.oneof(writeOf(scene), otlpOf(scene))
