/** Metrics: what is stored as series, and what must then be read. */
import { expect } from 'vitest'
import { decodeRequest } from '../../../src/decode/request.ts'
import { decodeWrite } from '../../../src/decode/write/request.ts'
import type { LabelMatcher, Series } from '../../../src/model/series.ts'
import { unixMillis } from '../../../src/model/time.ts'
import type { Cancellation, MetricsView, Snapshot } from '../../../src/store/api.ts'
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
import { metadata, STALE_BITS, writeRequest, type WrittenSeries } from '../../metrics/write.ts'
import { check, type Check } from '../check.ts'
import type { Batch } from '../request.ts'
import { patient, type Scene } from '../scene.ts'

/** 2023-11-14T22:13:20Z. */
const T = 1_700_000_000_000
const ALWAYS = { from: unixMillis(-Infinity), to: unixMillis(Infinity) }

/** @param extra bytes of the request behind the series */
export function samples(series: readonly WrittenSeries[], extra: Uint8Array = Buffer.alloc(0)): Batch {
  const body = new Uint8Array(Buffer.concat([writeRequest(...series), extra]))
  const { request, message } = decodeWrite(body, unixMillis(T + 86_400_000))
  if (request === undefined || message !== '') throw new Error(`not all is accepted: ${message}`)
  return { signal: 'samples', request }
}

export function otlp(...metrics: readonly Uint8Array[]): Batch {
  const { request, message } = decodeRequest('metrics', 'protobuf', new Uint8Array(metricsRequest(metrics)))
  if (request === undefined || message !== '') throw new Error(`not all is accepted: ${message}`)
  return { signal: 'metrics', request }
}

/** A name that no other check uses. */
const nameOf = (scene: Scene): string => `m${scene.traceId(0).slice(0, 8)}`

const viewOf = (snapshot: Snapshot, cancel: Cancellation = patient): MetricsView => snapshot.metrics(cancel)

type Shown = Readonly<Record<string, readonly (readonly [number, number | 'stale'])[]>>

const labelText = (series: Pick<Series, 'labels'>): string =>
  series.labels.flatMap(([name, value]) => (name === '__name__' ? [] : [`${name}=${value}`])).join(',')

/** Samples by the labels beside the name; times from T. */
function shown(all: readonly Series[]): Shown {
  return Object.fromEntries(
    all.map(series => [
      labelText(series),
      [...series.times].map(
        (time, i) => [time - T, series.stale?.[i] === 1 ? 'stale' : series.values[i]!] as const,
      ),
    ]),
  )
}

const named = (name: string, ...more: LabelMatcher[]): LabelMatcher[] => [
  { name: '__name__', op: '=', value: name },
  ...more,
]

const select = (snapshot: Snapshot, name: string, range = ALWAYS, ...more: LabelMatcher[]): Shown =>
  shown(viewOf(snapshot).select({ matchers: named(name, ...more), ...range }))

const range = (from: number, to: number) => ({ from: unixMillis(T + from), to: unixMillis(T + to) })

export const METRICS: readonly Check[] = [
  check('series come by matchers, with just the samples in range, both ends in it', scene => {
    const name = nameOf(scene)
    const of = (host: string, values: readonly number[]): WrittenSeries => ({
      labels: { __name__: name, host },
      samples: values.map((value, i) => [T + i * 1000, value]),
    })
    return {
      given: [samples([of('a', [1, 2, 3]), of('b', [4, 5, 6])]), samples([of('c', [7])])],
      then(snapshot) {
        const all = {
          'host=a': [
            [0, 1],
            [1000, 2],
            [2000, 3],
          ],
          'host=b': [
            [0, 4],
            [1000, 5],
            [2000, 6],
          ],
          'host=c': [[0, 7]],
        }
        expect(select(snapshot, name)).toEqual(all)
        expect(select(snapshot, name, range(1000, 2000))).toEqual({
          'host=a': [
            [1000, 2],
            [2000, 3],
          ],
          'host=b': [
            [1000, 5],
            [2000, 6],
          ],
        })
        expect(select(snapshot, name, range(1, 999))).toEqual({})
        const hosts = (...more: LabelMatcher[]) => Object.keys(select(snapshot, name, ALWAYS, ...more)).sort()
        expect(hosts({ name: 'host', op: '=~', value: 'a|c' })).toEqual(['host=a', 'host=c'])
        expect(hosts({ name: 'host', op: '!=', value: 'a' })).toEqual(['host=b', 'host=c'])
        expect(hosts({ name: 'host', op: '!~', value: '[ab]' })).toEqual(['host=c'])
        expect(hosts({ name: 'none', op: '=', value: '' })).toEqual(['host=a', 'host=b', 'host=c'])
        expect(hosts({ name: 'host', op: '=', value: '' })).toEqual([])
      },
    }
  }),
  check(
    'of two samples at one time the one that arrived last counts; samples of any age and order are kept',
    scene => {
      const name = nameOf(scene)
      const of = (...given: (readonly [number, number])[]): Batch =>
        samples([{ labels: { __name__: name }, samples: given.map(([at, value]) => [T + at, value]) }])
      return {
        given: [
          of([3000, 3], [1000, 1]),
          of([2000, 2], [3000, 30]),
          of([-T, 1970], [-2 * T, 1916]),
          of([1000, 10], [1000, 11]),
        ],
        then: snapshot =>
          expect(select(snapshot, name)).toEqual({
            '': [
              [-2 * T, 1916],
              [-T, 1970],
              [1000, 11],
              [2000, 2],
              [3000, 30],
            ],
          }),
      }
    },
  ),
  check('stale markers are flags, and other values that are no number are kept as they are', scene => {
    const name = nameOf(scene)
    const values = [1, STALE_BITS, NaN, Infinity, -Infinity, -0, 5e-324, Number.MAX_VALUE]
    return {
      given: [samples([{ labels: { __name__: name }, samples: values.map((value, i) => [T + i, value]) }])],
      then(snapshot) {
        const [series] = viewOf(snapshot).select({ matchers: named(name), ...ALWAYS })
        expect([...series!.stale!]).toEqual([0, 1, 0, 0, 0, 0, 0, 0])
        expect([...series!.values].filter((_, i) => i !== 1)).toEqual([
          1,
          NaN,
          Infinity,
          -Infinity,
          -0,
          5e-324,
          Number.MAX_VALUE,
        ])
      },
    }
  }),
  check('labels, their names and their values are listed', scene => {
    const name = nameOf(scene)
    const of = (labels: Record<string, string>): WrittenSeries => ({
      labels: { __name__: name, ...labels },
      samples: [[T, 1]],
    })
    return {
      given: [samples([of({ a: '2', b: 'x' }), of({ a: '1', é: 'ü' }), of({ ['__proto__']: 'p' })])],
      then(snapshot) {
        const view = viewOf(snapshot)
        const selection = { matchers: named(name), ...ALWAYS }
        expect(view.labelNames(selection)).toEqual(['__name__', '__proto__', 'a', 'b', 'é'])
        expect(view.labelValues('a', selection)).toEqual(['1', '2'])
        expect(view.labelValues('none', selection)).toEqual([])
        expect(
          view
            .labels(selection)
            .map(labels => labelText({ labels }))
            .sort(),
        ).toEqual(['__proto__=p', 'a=1,é=ü', 'a=2,b=x'])
        expect(view.cardinality(selection, 2)).toEqual({
          series: 3,
          metrics: [{ name, series: 3 }],
          labels: [
            { name: 'a', values: 2 },
            { name: '__name__', values: 1 },
          ],
        })
      },
    }
  }),
  check('metadata of remote-write and OTLP', scene => {
    const name = nameOf(scene)
    return {
      given: [
        samples([], metadata(1, `${name}_w`, 'written', 'By')),
        samples([], metadata(1, `${name}_w`, 'written', 'By')),
        otlp(gauge(`${name}.g`, [numberPoint({ time: T, value: 1 })], 's')),
      ],
      then: snapshot =>
        expect(
          viewOf(snapshot)
            .metadata()
            .filter(of => of.name.startsWith(`${name}_`)),
        ).toEqual([
          { name: `${name}_g_seconds`, type: 'gauge', unit: 's', help: `about ${name}.g`, attributes: [] },
          { name: `${name}_w`, type: 'counter', unit: 'By', help: 'written', attributes: [] },
        ]),
    }
  }),
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
  check('exponential histograms come out as they went in, and have count and sum as series', scene => {
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
      },
    }
  }),
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
  sum: 9.5,
  scale: -3,
  positive: { offset: -5, counts: [1, 0, 0] },
  negative: { offset: 2 ** 20, counts: [5] },
}

/** The fields of a message that stands behind a tag and a length of one byte each. */
const messageOf = (field: Uint8Array): Buffer => Buffer.from(field.subarray(2))
