/** The five types of OTLP metrics at the door: what must be kept of each, and what costs a point. */
import { describe, expect, it } from 'vitest'
import { bytesOf, fixed64, int, len } from '../otlp/wire.ts'
import {
  exponential,
  exponentialPoint,
  gauge,
  histogram,
  histogramPoint,
  nano,
  numberPoint,
  sum,
  summary,
  summaryPoint,
} from './otlp.ts'
import { decode, fromJson, outcome, stored, T } from './stored-lines.ts'
import { double } from './write.ts'

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
  it('a start of 0 is none, in any type', () => {
    const times = { time: T, start: 0 }
    const points = [numberPoint({ ...times, value: 1 })]
    const lines = outcome(
      decode(gauge('g', points), sum('s', points), histogram('h', [histogramPoint({ ...times, count: 1 })])),
    )
    expect(lines).toEqual(['g{} 0 1', 's_total{} 0 1', 'h_bucket{le=+Inf} 0 1', 'h_count{} 0 1'])
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
  it('of what may be negative: bounds below 0, and no sum', () => {
    const negative = { time: T, count: 3, buckets: [1, 0, 2], bounds: [-2.5, 0], min: -9, max: 4 }
    expect(outcome(decode(histogram('h', [histogramPoint(negative)])))).toEqual([
      'h_bucket{le=-2.5} 0 1',
      'h_bucket{le=0} 0 1',
      'h_bucket{le=+Inf} 0 3',
      'h_count{} 0 3',
      'h_min{} 0 -9',
      'h_max{} 0 4',
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
  it('sum, min and max where they are told, 0 among them', () => {
    const told = { ...point, sum: 0, min: 0, max: 7.5 }
    expect(outcome(decode(exponential('e', [exponentialPoint(told)])))).toEqual([
      expect.stringMatching(/^e\{\} 0 otlp \d+ bytes$/),
      'e_count{} 0 4',
      'e_sum{} 0 0',
      'e_min{} 0 0',
      'e_max{} 0 7.5',
    ])
  })
  it('the same in JSON', () => {
    const told = {
      ...point,
      sum: 0,
      min: 0,
      max: 7.5,
      zeroThreshold: 0.25,
      negative: { offset: 9, counts: [0] },
    }
    const json = {
      timeUnixNano: `${nano(T)}`,
      count: '4',
      scale: 20,
      zeroCount: 1,
      sum: 0,
      min: 0,
      max: 7.5,
      zeroThreshold: 0.25,
      positive: { offset: -3, bucketCounts: ['1', '2'] },
      negative: { offset: 9, bucketCounts: [0] },
    }
    expect(
      outcome(
        fromJson([{ name: 'e', exponentialHistogram: { aggregationTemporality: 2, dataPoints: [json] } }]),
      ),
    ).toEqual(outcome(decode(exponential('e', [exponentialPoint(told)]))))
  })
  it('negative buckets are counted like positive ones', () => {
    const both = { ...point, count: 9, negative: { offset: 2 ** 20, counts: [5] } }
    expect(outcome(decode(exponential('e', [exponentialPoint(both)])))).toEqual([
      expect.stringMatching(/^e\{\} 0 otlp \d+ bytes$/),
      'e_count{} 0 9',
    ])
  })
  it('a delta is marked as one, its least and most are not', () => {
    const delta = exponential('e', [exponentialPoint({ ...point, start: T - 9, sum: 3, min: 1, max: 2 })], {
      delta: true,
    })
    expect(outcome(decode(delta))).toEqual([
      expect.stringMatching(/^e\{=delta\} 0 otlp \d+ bytes$/),
      'e_count{=delta} 0 4 from -9',
      'e_sum{=delta} 0 3 from -9',
      'e_min{} 0 1',
      'e_max{} 0 2',
    ])
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
