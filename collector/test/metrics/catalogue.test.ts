/** The catalogue of metrics: families with what is told of them and how many series they have. */
import { describe, expect, it } from 'vitest'
import { decodeRequest } from '../../src/decode/request.ts'
import { decodeWrite } from '../../src/decode/write/request.ts'
import { nanoOfMillis, unixMillis } from '../../src/model/time.ts'
import { metricCatalogue } from '../../src/query/metric-catalogue.ts'
import { patient } from '../conformance/scene.ts'
import { attribute, bytesOf, text } from '../otlp/wire.ts'
import { snapshotOf } from '../query/snapshot.ts'
import { gauge, histogram, histogramPoint, metricsRequest, numberPoint, sum } from './otlp.ts'
import { writeRequest } from './write.ts'

const T = 1_700_000_000_000
const at = (millis: number) => nanoOfMillis(unixMillis(millis))
const AROUND = { from: at(T - 60_000), to: at(T + 60_000) }

const body = metricsRequest([
  gauge('memory', [numberPoint({ time: T, value: 1 })], 'By'),
  sum('orders', [
    numberPoint({ time: T, value: 1, attributes: { shop: 'a' } }),
    numberPoint({ time: T, value: 1, attributes: { shop: 'b' } }),
  ]),
  histogram('latency', [histogramPoint({ time: T, count: 3, sum: 2, buckets: [1, 2], bounds: [0.5] })], {
    unit: 's',
  }),
  gauge('latency_seconds_sum_of_all', [numberPoint({ time: T, value: 1 })]),
])
const { request } = decodeRequest('metrics', 'protobuf', new Uint8Array(body))
const snapshot = await snapshotOf({ signal: 'metrics', request: request! })
const ask = (find = '', limit = 100, range = AROUND) =>
  metricCatalogue(snapshot, { range, find, limit }, patient)

const LATENCY = {
  name: 'latency_seconds',
  type: 'histogram',
  unit: 's',
  description: 'about latency',
  attributes: [],
  series: 4,
  names: ['latency_seconds_bucket', 'latency_seconds_count', 'latency_seconds_sum'],
}

describe('the catalogue', () => {
  it('tells type, unit, description and series of each family, by name', () => {
    const { metrics, found, series } = ask()
    expect(metrics.filter(({ name }) => name !== 'target_info')).toEqual([
      LATENCY,
      {
        name: 'latency_seconds_sum_of_all',
        type: 'gauge',
        unit: '',
        description: 'about latency_seconds_sum_of_all',
        attributes: [],
        series: 1,
        names: ['latency_seconds_sum_of_all'],
      },
      {
        name: 'memory_bytes',
        type: 'gauge',
        unit: 'By',
        description: 'about memory',
        attributes: [],
        series: 1,
        names: ['memory_bytes'],
      },
      {
        name: 'orders_total',
        type: 'counter',
        unit: '',
        description: 'about orders',
        attributes: [],
        series: 2,
        names: ['orders_total'],
      },
    ])
    expect(metrics.reduce((sum, metric) => sum + metric.series, 0)).toBe(series)
    expect(found).toBe(metrics.length)
  })

  it("tells OTLP's metadata with the rest", async () => {
    const told = bytesOf(
      gauge('size', [numberPoint({ time: T, value: 1 })]),
      attribute(12, 'owner', text('web')),
    )
    const of = decodeRequest('metrics', 'protobuf', new Uint8Array(metricsRequest([told])))
    const held = await snapshotOf({ signal: 'metrics', request: of.request! })
    const { metrics } = metricCatalogue(held, { range: AROUND, find: 'size', limit: 9 }, patient)
    expect(metrics).toMatchObject([{ name: 'size', attributes: [{ key: 'owner', value: 'web' }] }])
  })

  it('finds by name and by description, in any case, and says how many there are of it', () => {
    expect(ask('LATENCY', 1)).toMatchObject({ found: 2, metrics: [LATENCY] })
    expect(ask('about orders').metrics.map(({ name }) => name)).toEqual(['orders_total'])
    expect(ask('nothing like it')).toMatchObject({ found: 0, metrics: [] })
  })

  it('leaves out what has no sample in the range', () => {
    const before = { from: at(T - 9e8), to: at(T - 8e8) }
    expect(ask('', 100, before)).toEqual({ series: 0, found: 0, metrics: [] })
  })

  it('shows a metric that nothing is told of as unknown', async () => {
    const written = writeRequest({ labels: { __name__: 'up' }, samples: [[T, 1]] })
    const decoded = decodeWrite(written, unixMillis(T))
    const untold = await snapshotOf({ signal: 'samples', request: decoded.request! })
    expect(metricCatalogue(untold, { range: AROUND, find: '', limit: 9 }, patient).metrics).toEqual([
      { name: 'up', type: 'unknown', unit: '', description: '', attributes: [], series: 1, names: ['up'] },
    ])
  })
})
