/** What every metric's points share: times, flags, exemplars, names, and what costs a point. */
import { describe, expect, it } from 'vitest'
import { decodeRequest } from '../../src/decode/request.ts'
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
import { decode, fromJson, outcome, T } from './stored-lines.ts'
import { double } from './write.ts'

it('a body in which nothing is odd is the canonical body itself', () => {
  const body = new Uint8Array(metricsRequest([gauge('g', [numberPoint({ time: T, value: 1 })])]))
  const { request } = decodeRequest('metrics', 'protobuf', body)
  expect(request!.body).toBe(body)
  expect(request).toMatchObject({ signal: 'metrics', items: 1, times: { from: nano(T), to: nano(T) } })
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
  it('no recorded value of a sum, a summary and an exponential histogram: a marker on each of their series', () => {
    const first = {
      s: numberPoint({ time: T, value: 1 }),
      q: summaryPoint({ time: T, count: 1, sum: 2, quantiles: [[0.5, 2]] }),
      e: exponentialPoint({ time: T, count: 1, scale: 0, zeroCount: 1, sum: 0, min: 0, max: 0 }),
    }
    const last = {
      s: numberPoint({ time: T + 1, flags: 1 }),
      q: summaryPoint({ time: T + 1, count: 0, sum: 0, quantiles: [], flags: 1 }),
      e: exponentialPoint({ time: T + 1, count: 9, scale: 0, flags: 1 }),
    }
    const lines = outcome(
      decode(
        sum('s', [first.s, last.s]),
        summary('q', [first.q, last.q]),
        exponential('e', [first.e, last.e]),
      ),
    )
    expect((lines as string[]).filter(line => line.endsWith('stale'))).toEqual([
      's_total{} 1 stale',
      'q{quantile=0.5} 1 stale',
      'q_count{} 1 stale',
      'q_sum{} 1 stale',
      'e{} 1 stale',
      'e_count{} 1 stale',
      'e_sum{} 1 stale',
      'e_min{} 1 stale',
      'e_max{} 1 stale',
    ])
  })
  it('of the flags only the one is looked at', () => {
    expect(outcome(decode(gauge('g', [numberPoint({ time: T, value: 1, flags: 0xffff_fffe })])))).toEqual([
      'g{} 0 1',
    ])
  })
  it('exemplars of whole numbers, 0 and below among them, stand where their value belongs', () => {
    const values = [-7n, 0n, 2n ** 53n]
    const exemplars = values.map((value, i) => exemplar({ time: T + i, value }))
    const point = { time: T, count: 1, exemplars }
    expect(
      outcome(
        decode(
          sum('s', [numberPoint({ time: T, value: 1, exemplars })]),
          histogram('h', [histogramPoint({ ...point, buckets: [0, 1, 0], bounds: [-1, 5] })]),
          exponential('e', [exponentialPoint({ ...point, scale: 0, zeroCount: 1 })]),
        ),
      ),
    ).toEqual([
      's_total{} 0 1',
      's_total{} 0 -7 # ',
      's_total{} 1 0 # ',
      's_total{} 2 9007199254740992 # ',
      'h_bucket{le=-1} 0 0',
      'h_bucket{le=5} 0 1',
      'h_bucket{le=+Inf} 0 1',
      'h_count{} 0 1',
      'h_bucket{le=-1} 0 -7 # ',
      'h_bucket{le=5} 1 0 # ',
      'h_bucket{le=+Inf} 2 9007199254740992 # ',
      expect.stringMatching(/^e\{\} 0 otlp \d+ bytes$/),
      'e_count{} 0 1',
      'e_count{} 0 -7 # ',
      'e_count{} 1 0 # ',
      'e_count{} 2 9007199254740992 # ',
    ])
  })
  it('exemplars as JSON has them: a whole number as text, ids in hex, what was filtered out of the labels', () => {
    const exemplars = [
      {
        timeUnixNano: `${nano(T)}`,
        asInt: '-3',
        traceId: '5b8efff798038103d269b633813fc60c',
        spanId: 'eee19b7ec3c1b174',
        filteredAttributes: [{ key: 'user.id', value: { stringValue: 'u' } }],
      },
      { timeUnixNano: `${nano(T)}`, asDouble: 'NaN' },
      { timeUnixNano: `${nano(T)}` },
    ]
    const decoded = fromJson([
      { name: 'g', gauge: { dataPoints: [{ timeUnixNano: `${nano(T)}`, asInt: 1, exemplars }] } },
    ])
    expect(decoded.message).toBe('Accepted with changes: an exemplar without a value is left out (1).')
    expect(outcome(decoded)).toEqual([
      'g{} 0 1',
      'g{} 0 -3 # span_id=eee19b7ec3c1b174,trace_id=5b8efff798038103d269b633813fc60c,user_id=u',
      'g{} 0 NaN # ',
    ])
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
