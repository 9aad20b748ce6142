/**
 * The same metrics in protobuf and in JSON are stored alike: 10,000 generated payloads, each written
 * in both encodings by code that knows nothing of the decoders.
 */
import { expect, it } from 'vitest'
import { Random } from '../../bench/payload/random.ts'
import { decodeRequest, type Decoded } from '../../src/decode/request.ts'
import { OtlpWalk } from '../../src/decode/series/otlp-walk.ts'
import { labelsOf } from '../../src/decode/series/label-bytes.ts'
import {
  exponential,
  exponentialPoint,
  gauge,
  histogram,
  histogramPoint,
  metricsRequest,
  nano,
  numberPoint,
  sum,
  summary,
  summaryPoint,
} from './otlp.ts'

const PAYLOADS = 10_000
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)
const T = 1_700_000_000_000
const VALUES = [0, -0, 1.5, -1, 1e300, 5e-324, NaN, Infinity, -Infinity] as const
const INTEGERS = [0n, 5n, -(2n ** 63n), 2n ** 63n - 1n] as const

/** One metric of one point, in both encodings. */
interface Both {
  readonly protobuf: Uint8Array
  readonly json: object
}

/** JSON has no word for what is no number. */
const jsonDouble = (value: number): number | string =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : Object.is(value, -0) ? '-0' : String(value)

function metric(random: Random): Both {
  const name = random.pick(['m', 'http.server.duration', '__proto__'])
  const time = T + random.below(5)
  const start = random.below(2) === 0 ? undefined : time - random.below(3)
  const flags = random.below(6) === 0 ? 1 : undefined
  // Now and then a point that both must reject.
  const odd = random.below(10) === 0
  const when = { time, ...(start !== undefined && { start }), ...(flags !== undefined && { flags }) }
  const json = {
    timeUnixNano: String(nano(time)),
    ...(start !== undefined && { startTimeUnixNano: String(nano(start)) }),
    ...(flags !== undefined && { flags }),
  }
  const told = { name, description: `about ${name}` }
  const delta = random.below(2) === 0
  const temporality = { aggregationTemporality: delta ? 1 : 2 }
  const counts = [random.below(3), random.below(3)]
  const count = counts[0]! + counts[1]! + (odd ? 1 : 0)
  switch (random.below(5)) {
    case 0: {
      const value = random.pick(VALUES)
      return {
        protobuf: gauge(name, [numberPoint({ ...when, ...(!odd && { value }) })]),
        json: { ...told, gauge: { dataPoints: [{ ...json, ...(!odd && { asDouble: jsonDouble(value) }) }] } },
      }
    }
    case 1: {
      const value = random.pick(INTEGERS)
      const monotonic = random.below(2) === 0
      const asInt = String(value)
      return {
        protobuf: sum(name, [numberPoint({ ...when, value })], { delta, monotonic }),
        json: { ...told, sum: { ...temporality, isMonotonic: monotonic, dataPoints: [{ ...json, asInt }] } },
      }
    }
    case 2: {
      const figures = random.below(2) === 0 ? {} : { sum: 1.5, min: 0, max: 2 }
      return {
        protobuf: histogram(
          name,
          [histogramPoint({ ...when, count, buckets: counts, bounds: [0.5], ...figures })],
          { delta },
        ),
        json: {
          ...told,
          histogram: {
            ...temporality,
            dataPoints: [
              { ...json, count, bucketCounts: counts.map(String), explicitBounds: [0.5], ...figures },
            ],
          },
        },
      }
    }
    case 3:
      return {
        protobuf: exponential(
          name,
          [exponentialPoint({ ...when, count, scale: -3, positive: { offset: -7, counts } })],
          { delta },
        ),
        json: {
          ...told,
          exponentialHistogram: {
            ...temporality,
            dataPoints: [
              { ...json, count, scale: -3, zeroCount: 0, positive: { offset: -7, bucketCounts: counts } },
            ],
          },
        },
      }
    default: {
      const quantile = odd ? 2 : 0.5
      const { startTimeUnixNano: _, ...unstarted } = { startTimeUnixNano: '', ...json }
      return {
        protobuf: summary(name, [
          summaryPoint({
            time,
            ...(flags !== undefined && { flags }),
            count,
            sum: 2,
            quantiles: [[quantile, 1]],
          }),
        ]),
        json: {
          ...told,
          summary: {
            dataPoints: [{ ...unstarted, count, sum: 2, quantileValues: [{ quantile, value: 1 }] }],
          },
        },
      }
    }
  }
}

/** Everything that a store is told, and what the sender is. */
function told({ request, rejected, message }: Decoded): unknown[] {
  const calls: unknown[] = [rejected, message, request?.items, request?.times]
  const walk = new OtlpWalk(
    {
      series: (bytes, start, end) => calls.push(labelsOf(bytes, start, end)),
      sample: (...sample) => void calls.push(sample),
      histogram: (series, time) => void calls.push([series, time, 'histogram']),
      exemplar: (series, time, value) => void calls.push([series, time, value]),
      metadata: metadata => void calls.push(metadata),
    },
    { resourceLabels: [] },
  )
  if (request !== undefined) walk.walk(request.body)
  return calls
}

it(
  `${PAYLOADS} payloads are stored alike in protobuf and in JSON (SEED=${SEED})`,
  { timeout: 120_000 },
  () => {
    const random = new Random(SEED)
    const resource = [
      { key: 'service.name', value: { stringValue: 'shop' } },
      { key: 'service.instance.id', value: { stringValue: 'i-1' } },
    ]
    let rejected = 0
    for (let n = 0; n < PAYLOADS; n++) {
      const metrics = Array.from({ length: 1 + random.below(3) }, () => metric(random))
      const protobuf = decodeRequest(
        'metrics',
        'protobuf',
        new Uint8Array(metricsRequest(metrics.map(both => both.protobuf))),
      )
      const body = {
        resourceMetrics: [
          { resource: { attributes: resource }, scopeMetrics: [{ metrics: metrics.map(both => both.json) }] },
        ],
      }
      const json = decodeRequest('metrics', 'json', Buffer.from(JSON.stringify(body)))
      expect(told(json), `payload ${n}: ${JSON.stringify(body)}`).toEqual(told(protobuf))
      rejected += protobuf.rejected
    }
    expect(rejected).toBeGreaterThan(PAYLOADS / 100)
  },
)
