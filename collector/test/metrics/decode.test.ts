/** OTLP metrics at the door: what must be kept of each type, and what costs a point. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { labelsOf } from '../../src/decode/series/label-bytes.ts'
import { OtlpWalk } from '../../src/decode/series/otlp-walk.ts'
import { labelName, metricName } from '../../src/decode/series/naming.ts'
import { decodeRequest, type Decoded } from '../../src/decode/request.ts'
import { attribute, bytesOf, fixed64, int, len, text } from '../otlp/wire.ts'
import {
  exemplar,
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
import { double } from './write.ts'

const T = 1_700_000_000_000

const decode = (...metrics: Uint8Array[]): Decoded =>
  decodeRequest('metrics', 'protobuf', new Uint8Array(metricsRequest(metrics)))
const fromJson = (metrics: unknown[]): Decoded =>
  decodeRequest('metrics', 'json', Buffer.from(JSON.stringify(jsonRequest(metrics))))
const jsonRequest = (metrics: unknown[]): object => ({
  resourceMetrics: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'shop' } },
          { key: 'service.instance.id', value: { stringValue: 'i-1' } },
        ],
      },
      scopeMetrics: [{ metrics }],
    },
  ],
})

/** What a request is stored as, in lines: `name{labels} time value`, then `from start` of what began at 0 there, else `told of start`. */
function stored({ request }: Decoded, resourceLabels: readonly string[] = []): string[] {
  const lines: string[] = []
  const names: string[] = []
  const name = (bytes: Uint8Array, start: number, end: number): string => {
    const labels = labelsOf(bytes, start, end)
    const others = labels.filter(([label]) => label !== '__name__' && label !== 'job' && label !== 'instance')
    return `${labels.find(([label]) => label === '__name__')![1]}{${others.map(label => label.join('=')).join(',')}}`
  }
  const walk = new OtlpWalk(
    {
      series: (bytes, start, end) => names.push(name(bytes, start, end)) - 1,
      sample: (series, time, value, stale, start) =>
        void lines.push(
          `${names[series]} ${time - T} ${stale ? 'stale' : Object.is(value, -0) ? '-0' : value}${startText(start)}`,
        ),
      histogram: (series, time, encoding, bytes, from, to) =>
        void lines.push(`${names[series]} ${time - T} ${encoding} ${to - from} bytes`),
      exemplar: (series, time, value, labels) =>
        void lines.push(
          `${names[series]} ${time - T} ${value} # ${labelsOf(labels, 0, labels.length)
            .map(l => l.join('='))
            .join(',')}`,
        ),
      metadata: () => {},
    },
    { resourceLabels },
  )
  if (request !== undefined) walk.walk(request.body)
  return lines
}

const startText = (start: number): string =>
  start === 0 ? '' : start > 0 ? ` from ${start - T}` : ` told of ${-start - T}`

/** Stored lines, or the reason why the one point is rejected. */
const outcome = (decoded: Decoded): string | string[] =>
  decoded.rejected > 0
    ? `${decoded.rejected} of ${decoded.rejected + (decoded.request?.items ?? 0)}: ${decoded.message}`
    : stored(decoded)

it('a body in which nothing is odd is the canonical body itself', () => {
  const body = new Uint8Array(metricsRequest([gauge('g', [numberPoint({ time: T, value: 1 })])]))
  const { request } = decodeRequest('metrics', 'protobuf', body)
  expect(request!.body).toBe(body)
  expect(request).toMatchObject({ signal: 'metrics', items: 1, times: { from: nano(T), to: nano(T) } })
})

describe('gauge', () => {
  it.each([
    ['a double', 1.5, ['g{} 0 1.5']],
    ['an int', -7n, ['g{} 0 -7']],
    ['the largest int, as near as a float64 is', 9223372036854775807n, ['g{} 0 9223372036854776000']],
    ['NaN', NaN, ['g{} 0 NaN']],
    ['infinity', -Infinity, ['g{} 0 -Infinity']],
    ['0, which is not "absent"', 0, ['g{} 0 0']],
  ])('%s', (_, value, expected) => {
    expect(outcome(decode(gauge('g', [numberPoint({ time: T, value })])))).toEqual(expected)
  })
  it('neither int nor double: the point is rejected, and the others are kept', () => {
    const decoded = decode(gauge('g', [numberPoint({ time: T }), numberPoint({ time: T + 1, value: 1 })]))
    expect(outcome(decoded)).toBe('1 of 2: 1 data points rejected: neither as_double nor as_int is set (1).')
    expect(stored(decoded)).toEqual(['g{} 1 1'])
  })
  it('its start is kept, and is no beginning at 0', () => {
    expect(outcome(decode(gauge('g', [numberPoint({ time: T, start: T - 5, value: 1 })])))).toEqual([
      'g{} 0 1 told of -5',
    ])
  })
})

describe('sum', () => {
  it('monotonic: since when it counts is kept', () => {
    expect(outcome(decode(sum('s', [numberPoint({ time: T, start: T - 9, value: 1 })])))).toEqual([
      's_total{} 0 1 from -9',
    ])
  })
  it('that may fall: is a gauge by name', () => {
    expect(
      outcome(decode(sum('s', [numberPoint({ time: T, start: T - 9, value: -1 })], { monotonic: false }))),
    ).toEqual(['s{} 0 -1 told of -9'])
  })
  it('a delta is marked as one', () => {
    expect(
      outcome(decode(sum('s', [numberPoint({ time: T, start: T - 9, value: 1 })], { delta: true }))),
    ).toEqual(['s_total{=delta} 0 1 from -9'])
  })
  it.each([0, 3])('temporality %i rejects all points of the metric, and no other', temporality => {
    const points = [numberPoint({ time: T, value: 1 }), numberPoint({ time: T + 1, value: 1 })]
    const bad = bytesOf(len(1, 's'), len(7, ...points, int(2, temporality)))
    expect(outcome(decode(bad, gauge('g', [numberPoint({ time: T, value: 2 })])))).toBe(
      '2 of 3: 2 data points rejected: aggregation_temporality is neither delta nor cumulative (2).',
    )
  })
})

describe('histogram', () => {
  const point = { time: T, count: 6, buckets: [1, 2, 3], bounds: [0.5, 10] }
  const lines = ['h_bucket{le=0.5} 0 1', 'h_bucket{le=10} 0 3', 'h_bucket{le=+Inf} 0 6', 'h_count{} 0 6']
  it('buckets count from below', () => {
    expect(outcome(decode(histogram('h', [histogramPoint(point)])))).toEqual(lines)
  })
  it('sum, min and max where they are told, 0 among them', () => {
    expect(outcome(decode(histogram('h', [histogramPoint({ ...point, sum: 0, min: -1, max: 0 })])))).toEqual([
      ...lines,
      'h_sum{} 0 0',
      'h_min{} 0 -1',
      'h_max{} 0 0',
    ])
  })
  it('without buckets it has the one of infinity', () => {
    expect(outcome(decode(histogram('h', [histogramPoint({ time: T, count: 4 })])))).toEqual([
      'h_bucket{le=+Inf} 0 4',
      'h_count{} 0 4',
    ])
  })
  it('a bucket without bounds', () => {
    expect(outcome(decode(histogram('h', [histogramPoint({ time: T, count: 4, buckets: [4] })])))).toEqual([
      'h_bucket{le=+Inf} 0 4',
      'h_count{} 0 4',
    ])
  })
  it.each([
    [
      'a bucket too few',
      { buckets: [1, 5] },
      'bucket_counts does not have one element more than explicit_bounds',
    ],
    [
      'bounds and no buckets',
      { buckets: [] },
      'bucket_counts does not have one element more than explicit_bounds',
    ],
    ['bounds that are equal', { bounds: [1, 1] }, 'explicit_bounds are not strictly increasing'],
    ['bounds that fall', { bounds: [2, 1] }, 'explicit_bounds are not strictly increasing'],
    ['a bound that is no number', { bounds: [NaN, 1] }, 'explicit_bounds are not strictly increasing'],
    ['another count', { count: 7 }, 'count is not the sum of bucket_counts'],
  ])('%s: rejected', (_, change, reason) => {
    expect(outcome(decode(histogram('h', [histogramPoint({ ...point, ...change })])))).toBe(
      `1 of 1: 1 data points rejected: ${reason} (1).`,
    )
  })
  it('lists that are not packed, or in two pieces, mean the same', () => {
    const loose = len(
      1,
      fixed64(3, nano(T)),
      fixed64(4, 6n),
      fixed64(6, 1n),
      len(6, fixed64(1, 2n).subarray(1)),
      fixed64(6, 3n),
      double(7, 0.5),
      len(7, double(1, 10).subarray(1)),
    )
    expect(outcome(decode(histogram('h', [loose])))).toEqual(lines)
  })
})

describe('exponential histogram', () => {
  const point = { time: T, count: 4, scale: 20, zeroCount: 1, positive: { offset: -3, counts: [1, 2] } }
  it.each([-10, 0, 20, 100, -100])('of scale %i is kept whole', scale => {
    const lines = outcome(decode(exponential('e', [exponentialPoint({ ...point, scale })])))
    expect(lines).toEqual([expect.stringMatching(/^e\{\} 0 otlp \d+ bytes$/), 'e_count{} 0 4'])
  })
  it('another count: rejected', () => {
    expect(outcome(decode(exponential('e', [exponentialPoint({ ...point, count: 5 })])))).toBe(
      '1 of 1: 1 data points rejected: count is not the sum of all buckets and zero_count (1).',
    )
  })
})

describe('summary', () => {
  it('is a series for each quantile', () => {
    const point = summaryPoint({
      time: T,
      count: 2,
      sum: 3,
      quantiles: [
        [0, 1],
        [0.99, 2],
        [1, 3],
      ],
    })
    expect(outcome(decode(summary('q', [point])))).toEqual([
      'q{quantile=0} 0 1',
      'q{quantile=0.99} 0 2',
      'q{quantile=1} 0 3',
      'q_count{} 0 2',
      'q_sum{} 0 3',
    ])
  })
  it.each([
    ['beyond 1', [[1.5, 1]], 'a quantile is not between 0 and 1'],
    ['below 0', [[-0.1, 1]], 'a quantile is not between 0 and 1'],
    ['no number', [[NaN, 1]], 'a quantile is not between 0 and 1'],
    [
      'falling',
      [
        [0.5, 1],
        [0.4, 1],
      ],
      'quantiles are not strictly increasing',
    ],
  ] as const)('a quantile %s: rejected', (_, quantiles, reason) => {
    expect(outcome(decode(summary('q', [summaryPoint({ time: T, count: 1, sum: 1, quantiles })])))).toBe(
      `1 of 1: 1 data points rejected: ${reason} (1).`,
    )
  })
})

describe('all types', () => {
  it('a time of 0: rejected', () => {
    expect(outcome(decode(gauge('g', [numberPoint({ time: 0, value: 1 })])))).toBe(
      '1 of 1: 1 data points rejected: time_unix_nano is 0 (1).',
    )
  })
  it('no recorded value: a stale marker, and what else it says is not looked at', () => {
    const odd = { time: T, count: 9, buckets: [1, 1], bounds: [5], flags: 1 }
    expect(
      outcome(
        decode(gauge('g', [numberPoint({ time: T, flags: 1 })]), histogram('h', [histogramPoint(odd)])),
      ),
    ).toEqual(['g{} 0 stale', 'h_bucket{le=5} 0 stale', 'h_bucket{le=+Inf} 0 stale', 'h_count{} 0 stale'])
  })
  it('a metric without a name: its points are rejected', () => {
    expect(outcome(decode(gauge('', [numberPoint({ time: T, value: 1 })])))).toBe(
      '1 of 1: 1 data points rejected: the metric has no name (1).',
    )
  })
  it('an exemplar without a value is left out, and one with a bad id is kept without its trace', () => {
    const traceId = '5b8efff798038103d269b633813fc60c'
    const exemplars = [
      exemplar({ time: T, traceId }),
      exemplar({ time: T + 1, value: 1, traceId: 'abcd' }),
      exemplar({ time: T + 2, value: 2, traceId, spanId: 'eee19b7ec3c1b174', attributes: { a: 'b' } }),
    ]
    const decoded = decode(gauge('g', [numberPoint({ time: T, value: 1, exemplars })]))
    expect(decoded.message).toBe(
      'Accepted with changes: an exemplar without a value is left out (1); an exemplar with an invalid trace or span id is kept without it (1).',
    )
    expect(outcome(decoded)).toEqual([
      'g{} 0 1',
      'g{} 1 1 # ',
      `g{} 2 2 # a=b,span_id=eee19b7ec3c1b174,trace_id=${traceId}`,
    ])
  })
  it('an attribute nested too deep costs its point', () => {
    let value: Uint8Array = text('deep')
    for (let i = 0; i < 70; i++) value = len(5, len(1, value))
    const point = len(1, fixed64(3, nano(T)), double(4, 1), attribute(7, 'a', value))
    expect(outcome(decode(gauge('g', [point, numberPoint({ time: T, value: 1 })])))).toMatch(
      /^1 of 2: 1 data points rejected: a value is nested deeper than 64 levels/,
    )
  })
  it('of two kinds of data the last counts, and the same kind twice is one', () => {
    const two = bytesOf(
      gauge('m', [numberPoint({ time: T, value: 1 })]),
      len(7, numberPoint({ time: T, value: 2 }), int(2, 2)),
      len(7, numberPoint({ time: T + 1, value: 3 })),
    )
    expect(outcome(decode(two))).toEqual(['m{} 0 2', 'm{} 1 3'])
  })
  it('bytes that are no message: the whole request is refused, and the place named', () => {
    expect(() => decode(bytesOf(len(1, 'g'), len(5, Buffer.from([0x0a, 0x7f]))))).toThrow(
      /metrics request, byte \d+: a length of 127 bytes runs past/,
    )
  })
})

describe('OTLP/JSON is stored as protobuf is', () => {
  it.each([
    [
      'a gauge',
      {
        name: 'g',
        gauge: {
          dataPoints: [
            {
              timeUnixNano: `${nano(T)}`,
              asInt: '5',
              attributes: [{ key: 'a', value: { stringValue: 'b' } }],
            },
          ],
        },
      },
      ['g{a=b} 0 5'],
    ],
    [
      'snake case and numbers',
      { name: 'g', gauge: { data_points: [{ time_unix_nano: `${nano(T)}`, as_double: '-0' }] } },
      ['g{} 0 -0'],
    ],
    [
      'NaN as a word',
      { name: 'g', gauge: { dataPoints: [{ timeUnixNano: `${nano(T)}`, asDouble: 'NaN' }] } },
      ['g{} 0 NaN'],
    ],
    [
      'an enum by name',
      {
        name: 's',
        sum: {
          dataPoints: [{ timeUnixNano: `${nano(T)}`, asInt: 1 }],
          aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
          isMonotonic: true,
        },
      },
      ['s_total{} 0 1'],
    ],
    [
      'a histogram',
      {
        name: 'h',
        unit: 's',
        histogram: {
          aggregationTemporality: 2,
          dataPoints: [
            {
              timeUnixNano: `${nano(T)}`,
              count: '3',
              sum: 1.5,
              bucketCounts: ['1', 2],
              explicitBounds: [0.1],
            },
          ],
        },
      },
      [
        'h_seconds_bucket{le=0.1} 0 1',
        'h_seconds_bucket{le=+Inf} 0 3',
        'h_seconds_count{} 0 3',
        'h_seconds_sum{} 0 1.5',
      ],
    ],
    [
      'a summary',
      {
        name: 'q',
        summary: {
          dataPoints: [
            { timeUnixNano: `${nano(T)}`, count: 1, sum: 2, quantileValues: [{ quantile: 0.5, value: 1 }] },
          ],
        },
      },
      ['q{quantile=0.5} 0 1', 'q_count{} 0 1', 'q_sum{} 0 2'],
    ],
  ])('%s', (_, metric, lines) => {
    expect(outcome(fromJson([metric]))).toEqual(lines)
  })
  it('an exponential histogram is the same bytes', () => {
    const point = {
      time: T,
      count: 4,
      scale: -2,
      zeroCount: 1,
      sum: 1.5,
      positive: { offset: -3, counts: [1, 2] },
    }
    const json = {
      name: 'e',
      exponentialHistogram: {
        aggregationTemporality: 2,
        dataPoints: [
          {
            timeUnixNano: `${nano(T)}`,
            count: '4',
            sum: 1.5,
            scale: -2,
            zeroCount: '1',
            positive: { offset: -3, bucketCounts: ['1', 2] },
          },
        ],
      },
    }
    expect(stored(fromJson([json])).map(line => line.replace(/\d+ bytes/, 'bytes'))).toEqual(
      stored(decode(exponential('e', [exponentialPoint(point)]))).map(line =>
        line.replace(/\d+ bytes/, 'bytes'),
      ),
    )
  })
  it.each([
    ['a count that is no number', { count: 'x' }, 'count is not an unsigned 64-bit integer'],
    [
      'a bucket that is no number',
      { count: 1, bucketCounts: [1.5], explicitBounds: [] },
      'bucketCounts has an element that is not an unsigned 64-bit integer',
    ],
    [
      'a bound that is no number',
      { count: 1, bucketCounts: [1, 0], explicitBounds: ['x'] },
      'explicitBounds has an element that is not a number',
    ],
    [
      'a time that is none',
      { timeUnixNano: '-1', count: 1 },
      'timeUnixNano is not an unsigned 64-bit integer',
    ],
  ])('%s costs its point alone', (_, change, reason) => {
    const good = { timeUnixNano: `${nano(T)}`, count: 1 }
    const decoded = fromJson([
      { name: 'h', histogram: { aggregationTemporality: 2, dataPoints: [{ ...good, ...change }, good] } },
    ])
    expect(outcome(decoded)).toBe(`1 of 2: 1 data points rejected: ${reason} (1).`)
  })
  it('a value of null is no value', () => {
    const decoded = fromJson([
      { name: 'g', gauge: { dataPoints: [{ timeUnixNano: `${nano(T)}`, asDouble: null }] } },
    ])
    expect(decoded.rejected).toBe(1)
  })
  it('a name that is no text costs all points of the metric', () => {
    const decoded = fromJson([
      { name: 5, gauge: { dataPoints: [{}, {}] } },
      { name: 'g', gauge: { dataPoints: [{ timeUnixNano: `${nano(T)}`, asInt: 1 }] } },
    ])
    expect(outcome(decoded)).toBe('2 of 3: 2 data points rejected: name of the metric is not a string (2).')
  })
})

describe('names', () => {
  it.each([
    ['http.server.request.duration', 's', 'histogram', false, 'http_server_request_duration_seconds'],
    ['http.server.requests', '{request}', 'sum', true, 'http_server_requests_total'],
    ['requests.total', '', 'sum', true, 'requests_total'],
    ['total.requests', '', 'sum', true, 'requests_total'],
    ['process.memory.usage', 'By', 'sum', false, 'process_memory_usage_bytes'],
    ['system.network.io', 'By/s', 'gauge', false, 'system_network_io_bytes_per_second'],
    ['cpu.utilization', '1', 'gauge', false, 'cpu_utilization_ratio'],
    ['cpu.time', '1', 'sum', true, 'cpu_time_total'],
    ['memory.bytes', 'By', 'gauge', false, 'memory_bytes'],
    ['queue.size', '{item}/s', 'gauge', false, 'queue_size_per_second'],
    ['2nd.metric', '', 'gauge', false, '_2nd_metric'],
    ['a__b..c', '', 'gauge', false, 'a_b_c'],
    ['job:rate', '', 'gauge', false, 'job:rate'],
    ['☃', '', 'gauge', false, '_'],
  ] as const)('%s, unit %s, %s', (name, unit, kind, monotonic, expected) => {
    expect(metricName(name, unit, kind, monotonic)).toBe(expected)
  })
  it.each([
    ['http.request.method', 'http_request_method'],
    ['1st', 'key_1st'],
    ['_private', 'key_private'],
    ['a..b', 'a_b'],
    ['__proto__', 'key_proto_'],
    ['', 'key_'],
  ])('label %s', (key, expected) => {
    expect(labelName(key)).toBe(expected)
  })
  it('keys that become one name have their values joined, in order of the keys', () => {
    const point = numberPoint({ time: T, value: 1, attributes: { a_b: '2', 'a.b': '1' } })
    expect(outcome(decode(gauge('g', [point])))).toEqual(['g{a_b=1;2} 0 1'])
  })
  it('resource attributes are labels by choice', () => {
    const body = metricsRequest([gauge('g', [numberPoint({ time: T, value: 1 })])], {
      'service.name': 's',
      'k8s.pod': 'p',
      'host.name': 'h',
    })
    const decoded = decodeRequest('metrics', 'protobuf', new Uint8Array(body))
    const info = 'target_info{host_name=h,k8s_pod=p} 0 1'
    expect(stored(decoded)).toEqual(['g{} 0 1', info])
    expect(stored(decoded, ['k8s.pod'])).toEqual(['g{k8s_pod=p} 0 1', info])
    expect(stored(decoded, ['*'])).toEqual(['g{host_name=h,k8s_pod=p,service_name=s} 0 1', info])
  })
})

const fixtures = process.env['HODOSCOPE_FIXTURES']
if (fixtures === undefined)
  console.warn('SKIPPED: HODOSCOPE_FIXTURES is not set; metrics of real clients are not tested')

describe.skipIf(fixtures === undefined)('requests of real clients', () => {
  const folder = join(fixtures ?? '', 'otlp-real-captures')
  const captures = (fixtures === undefined ? [] : readdirSync(folder)).filter(file =>
    file.endsWith('_v1_metrics.body'),
  )
  const read = (file: string): { body: Uint8Array; encoding: 'protobuf' | 'json' } => {
    const head = readFileSync(join(folder, file.replace('.body', '.meta.json')), 'utf8').toLowerCase()
    const sent = readFileSync(join(folder, file))
    return {
      body: sent[0] === 0x1f ? gunzipSync(sent) : sent,
      encoding: head.includes('x-protobuf') ? 'protobuf' : 'json',
    }
  }
  it('there are some of both encodings', () => {
    expect([...new Set(captures.map(file => read(file).encoding))].sort()).toEqual(['json', 'protobuf'])
  })
  it.each(captures)('%s is taken whole', file => {
    const { body, encoding } = read(file)
    const decoded = decodeRequest('metrics', encoding, body)
    expect([decoded.rejected, decoded.message]).toEqual([0, ''])
    expect(stored(decoded).length).toBeGreaterThanOrEqual(decoded.request!.items)
  })
  it("the specification's example", () => {
    const body = readFileSync(join(fixtures ?? '', 'otlp-proto-examples', 'metrics.json'))
    const decoded = decodeRequest('metrics', 'json', body)
    expect([decoded.rejected, decoded.message]).toEqual([0, ''])
    expect(stored(decoded).length).toBeGreaterThan(4)
  })
})
