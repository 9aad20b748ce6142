/** Metrics of OTLP: under which names and labels each of the five types comes back. */
import { expect } from 'vitest'
import { decodeRequest } from '../../../src/decode/request.ts'
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
} from '../../metrics/otlp.ts'
import { check, type Check } from '../check.ts'
import type { Batch } from '../request.ts'
import {
  ALWAYS,
  labelText,
  named,
  nameOf,
  otlp,
  range,
  samples,
  select,
  T,
  viewOf,
  type Shown,
} from './metric-scene.ts'

export const OTLP_METRICS: readonly Check[] = [
  check('OTLP: gauges, sums, histograms and summaries are series under the names of Prometheus', scene => {
    const name = nameOf(scene)
    return {
      given: [
        otlp(
          gauge(`${name}.g`, [numberPoint({ time: T, value: -2n, attributes: { 'a.b': 'c' } })]),
          sum(`${name}.s`, [numberPoint({ time: T, value: 1.5 })], { unit: 'By' }),
          histogram(`${name}.h`, [
            histogramPoint({
              time: T,
              count: 6,
              sum: 3.5,
              min: 0.1,
              max: 2,
              buckets: [1, 2, 3],
              bounds: [0.5, 1],
            }),
          ]),
          summary(`${name}.q`, [
            summaryPoint({
              time: T,
              count: 2,
              sum: 5,
              quantiles: [
                [0, 1],
                [0.5, 2],
                [1, 4],
              ],
            }),
          ]),
        ),
      ],
      then(snapshot) {
        const who = 'instance=i-1,job=shop'
        const all = (suffix: string): Shown => select(snapshot, `${name}_${suffix}`)
        expect(all('g')).toEqual({ [`a_b=c,${who}`]: [[0, -2]] })
        expect(all('s_bytes_total')).toEqual({ [who]: [[0, 1.5]] })
        expect(all('h_bucket')).toEqual({
          'instance=i-1,job=shop,le=0.5': [[0, 1]],
          'instance=i-1,job=shop,le=1': [[0, 3]],
          'instance=i-1,job=shop,le=+Inf': [[0, 6]],
        })
        expect([all('h_count'), all('h_sum'), all('h_min'), all('h_max')]).toEqual(
          [6, 3.5, 0.1, 2].map(value => ({ [who]: [[0, value]] })),
        )
        expect(all('q')).toEqual({
          'instance=i-1,job=shop,quantile=0': [[0, 1]],
          'instance=i-1,job=shop,quantile=0.5': [[0, 2]],
          'instance=i-1,job=shop,quantile=1': [[0, 4]],
        })
        expect([all('q_count'), all('q_sum')]).toEqual([2, 5].map(value => ({ [who]: [[0, value]] })))
      },
    }
  }),
  check('OTLP: a point without a recorded value ends its series, whatever else it says', scene => {
    const name = nameOf(scene)
    const bounds = { buckets: [1, 0], bounds: [1] }
    return {
      given: [
        otlp(
          gauge(`${name}.g`, [numberPoint({ time: T, value: 1 })]),
          histogram(`${name}.h`, [histogramPoint({ time: T, count: 1, ...bounds })]),
        ),
        otlp(
          gauge(`${name}.g`, [numberPoint({ time: T + 1, value: 9, flags: 1 })]),
          histogram(`${name}.h`, [histogramPoint({ time: T + 1, count: 0, flags: 1 })]),
        ),
      ],
      then(snapshot) {
        const ended = [
          [0, 1],
          [1, 'stale'],
        ]
        expect(select(snapshot, `${name}_g`)).toEqual({ 'instance=i-1,job=shop': ended })
        expect(select(snapshot, `${name}_h_bucket`, ALWAYS, { name: 'le', op: '=', value: '1' })).toEqual({
          'instance=i-1,job=shop,le=1': ended,
        })
        expect(select(snapshot, `${name}_h_count`)).toEqual({ 'instance=i-1,job=shop': ended })
      },
    }
  }),
  check('OTLP: deltas are summed up from the beginning of the selection', scene => {
    const name = nameOf(scene)
    const delta = (start: number, time: number, value: number): Uint8Array =>
      sum(`${name}.d`, [numberPoint({ start: T + start, time: T + time, value })], { delta: true })
    return {
      given: [otlp(delta(0, 1000, 5)), otlp(delta(2000, 3000, 2)), otlp(delta(1000, 2000, 1))],
      then(snapshot) {
        const who = 'instance=i-1,job=shop'
        expect(select(snapshot, `${name}_d_total`)).toEqual({
          [who]: [
            [0, 0],
            [1000, 5],
            [2000, 6],
            [3000, 8],
          ],
        })
        expect(select(snapshot, `${name}_d_total`, range(1500, 3000))).toEqual({
          [who]: [
            [2000, 1],
            [3000, 3],
          ],
        })
      },
    }
  }),
  check('OTLP: deltas that overlap, or leave a gap, are each counted once', scene => {
    const name = nameOf(scene)
    const delta = (start: number, time: number, value: number): Uint8Array =>
      sum(`${name}.d`, [numberPoint({ start: T + start, time: T + time, value })], { delta: true })
    return {
      given: [otlp(delta(0, 2000, 5)), otlp(delta(1000, 3000, 2)), otlp(delta(9000, 10_000, 1))],
      then(snapshot) {
        const [samples] = Object.values(select(snapshot, `${name}_d_total`))
        const totals = new Map(samples)
        expect([2000, 3000, 10_000].map(at => totals.get(at))).toEqual([5, 7, 8])
      },
    }
  }),
  check(
    'OTLP: of a delta and a total of the same labels and time, the total counts, whichever came first',
    scene => {
      const name = nameOf(scene)
      const of = (metric: string, time: number, value: number, delta: boolean): Batch =>
        otlp(sum(`${name}.${metric}`, [numberPoint({ time: T + time, value })], { delta }))
      return {
        given: [
          of('a', 1000, 5, true),
          of('a', 1000, 70, false),
          of('a', 2000, 3, true),
          of('b', 1000, 70, false),
          of('b', 1000, 5, true),
        ],
        then(snapshot) {
          expect(Object.values(select(snapshot, `${name}_a_total`))).toEqual([
            [
              [1000, 70],
              [2000, 8],
            ],
          ])
          expect(Object.values(select(snapshot, `${name}_b_total`))).toEqual([[[1000, 70]]])
        },
      }
    },
  ),
  check('OTLP: a counter that began anew falls to 0 there, though its value does not', scene => {
    const name = nameOf(scene)
    const counter = (start: number, time: number, value: number): Batch =>
      otlp(sum(`${name}.c`, [numberPoint({ start: T + start, time: T + time, value })]))
    return {
      given: [counter(0, 1000, 5), counter(1500, 2000, 7), counter(1500, 3000, 8)],
      then: snapshot =>
        expect(select(snapshot, `${name}_c_total`)).toEqual({
          'instance=i-1,job=shop': [
            [1000, 5],
            [1500, 0],
            [2000, 7],
            [3000, 8],
          ],
        }),
    }
  }),
  check(
    'exponential histograms come out as they went in, and have count, sum, least and most as series',
    scene => {
      const name = nameOf(scene)
      return {
        given: [otlp(exponential(`${name}.e`, [exponentialPoint({ ...EXPONENTIAL, time: T })]))],
        then(snapshot) {
          const found = viewOf(snapshot).histograms({ matchers: named(`${name}_e`), ...ALWAYS })
          expect(found).toHaveLength(1)
          expect(
            found[0]!.points.map(({ time, encoding, bytes }) => [
              time,
              encoding,
              Buffer.from(bytes).toString('hex'),
            ]),
          ).toEqual([[T, 'otlp', messageOf(exponentialPoint({ ...EXPONENTIAL, time: T })).toString('hex')]])
          expect(select(snapshot, `${name}_e_count`)).toEqual({ 'instance=i-1,job=shop': [[0, 7]] })
          expect(select(snapshot, `${name}_e_sum`)).toEqual({ 'instance=i-1,job=shop': [[0, 9.5]] })
          expect(select(snapshot, `${name}_e_min`)).toEqual({ 'instance=i-1,job=shop': [[0, 0]] })
          expect(select(snapshot, `${name}_e_max`)).toEqual({ 'instance=i-1,job=shop': [[0, 64]] })
        },
      }
    },
  ),
  check('exemplars are found by series and by trace', scene => {
    const name = nameOf(scene)
    const traceId = scene.traceId(1)
    const spanId = scene.spanId(1)
    return {
      given: [
        otlp(
          histogram(`${name}.x`, [
            histogramPoint({
              time: T,
              count: 3,
              buckets: [1, 2],
              bounds: [1],
              exemplars: [
                exemplar({ time: T - 5, value: 0.5, traceId, spanId, attributes: { 'user.id': 'u' } }),
                exemplar({ time: T - 4, value: 2n }),
              ],
            }),
          ]),
        ),
        samples([
          {
            labels: { __name__: `${name}_w` },
            samples: [[T, 1]],
            exemplars: [{ labels: { trace_id: traceId }, time: T, value: 7 }],
          },
        ]),
      ],
      then(snapshot) {
        const view = viewOf(snapshot)
        const ids = [
          ['span_id', spanId],
          ['trace_id', traceId],
        ]
        const of = view.exemplars({ matchers: named(`${name}_x_bucket`), ...ALWAYS })
        expect(Object.fromEntries(of.map(entry => [labelText(entry), entry.exemplars]))).toEqual({
          'instance=i-1,job=shop,le=1': [{ labels: [...ids, ['user_id', 'u']], time: T - 5, value: 0.5 }],
          'instance=i-1,job=shop,le=+Inf': [{ labels: [], time: T - 4, value: 2 }],
        })
        expect(view.exemplars({ matchers: named(`${name}_x_bucket`), ...range(1, 2) })).toEqual([])
        const byTrace = view.exemplarsOfTrace(traceId)
        expect(
          byTrace.map(({ labels }) => labels.find(([label]) => label === '__name__')![1]).sort(),
        ).toEqual([`${name}_w`, `${name}_x_bucket`])
        expect(view.exemplarsOfTrace(scene.traceId(2))).toEqual([])
      },
    }
  }),
  check('the resource stands on target_info, once for each of its times', scene => {
    const service = nameOf(scene)
    const body = new Uint8Array(
      metricsRequest([gauge('any.g', [numberPoint({ time: T, value: 1 })])], {
        'service.name': service,
        'service.namespace': 'ns',
        'service.instance.id': 'i',
        'host.name': 'h',
      }),
    )
    return {
      given: [{ signal: 'metrics', request: decodeRequest('metrics', 'protobuf', body).request! }],
      then: snapshot =>
        expect(
          select(snapshot, 'target_info', ALWAYS, { name: 'job', op: '=', value: `ns/${service}` }),
        ).toEqual({
          [`host_name=h,instance=i,job=ns/${service}`]: [[0, 1]],
        }),
    }
  }),
]

const EXPONENTIAL = {
  count: 7,
  zeroCount: 1,
  zeroThreshold: 1e-9,
  sum: 9.5,
  min: 0,
  max: 64,
  scale: -3,
  positive: { offset: -5, counts: [1, 0, 0] },
  negative: { offset: 2 ** 20, counts: [5] },
}

/** The fields of a message that stands behind a tag and a length of one byte each. */
const messageOf = (field: Uint8Array): Buffer => Buffer.from(field.subarray(2))
