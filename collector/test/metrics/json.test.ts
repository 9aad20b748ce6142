/** Metrics as OTLP/JSON: stored as the same in protobuf is, and refused point by point. */
import { describe, expect, it } from 'vitest'
import { exponential, exponentialPoint, nano } from './otlp.ts'
import { decode, fromJson, outcome, stored, T } from './stored-lines.ts'

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
