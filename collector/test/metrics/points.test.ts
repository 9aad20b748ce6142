/** What every metric's points share: times, flags, exemplars, names, and what costs a point. */
import { describe, expect, it } from 'vitest'
import { decodeRequest } from '../../src/decode/request.ts'
import { attribute, bytesOf, fixed64, int, len, text } from '../otlp/wire.ts'
import { exemplar, gauge, histogram, histogramPoint, metricsRequest, nano, numberPoint } from './otlp.ts'
import { decode, outcome, T } from './stored-lines.ts'
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
