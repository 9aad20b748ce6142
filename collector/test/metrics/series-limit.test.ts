/** The limit on series of one metric: exact counts, told as each protocol asks for it. */
import snappy from 'snappyjs'
import { afterEach, expect, it } from 'vitest'
import { SeriesLimit } from '../../src/receive/series-limit.ts'
import { decodeWrite } from '../../src/decode/write/request.ts'
import { millis, unixMillis, type Clock } from '../../src/model/time.ts'
import { PROTOBUF, startCollector, type Collector } from '../otlp/harness.ts'
import { gauge, metricsRequest, numberPoint } from './otlp.ts'
import { writeRequest } from './write.ts'

const NOW = Date.now()
let collector: Collector
afterEach(() => collector.close())

const write = (...ids: number[]): Promise<Response> => {
  const series = ids.map(id => ({
    labels: { __name__: 'requests', id: String(id) },
    samples: [
      [NOW, 1],
      [NOW + 1, 2],
    ] as const,
  }))
  const body = snappy.compress(new Uint8Array(writeRequest(...series)))
  return collector.post('/api/v1/write', PROTOBUF, body, { 'content-encoding': 'snappy' })
}

it('remote-write: a 400 counts the samples of series that are too many; the others are stored, and go on', async () => {
  collector = await startCollector({}, 3)
  expect((await write(1, 2)).status).toBe(204)
  const answer = await write(1, 2, 3, 4, 5)
  expect([answer.status, await answer.text()]).toEqual([
    400,
    '4 samples rejected: "requests" have more than 3 series; see /api/cardinality.\n',
  ])
  expect(collector.appended.map(({ items }) => items)).toEqual([4, 6])
  expect((await write(1, 2, 3)).status).toBe(204)
  const { receivedItems, storedItems, rejectedItems } = collector.telemetry.totals('samples')
  expect([receivedItems, storedItems, rejectedItems]).toEqual([20, 16, 4])
})

it('OTLP: a partial success counts the data points', async () => {
  collector = await startCollector({}, 2)
  const points = ['a', 'b', 'c', 'a'].map(id => numberPoint({ time: NOW, value: 1, attributes: { id } }))
  const body = metricsRequest([gauge('g', points), gauge('other', points.slice(0, 1))])
  const answer = await collector.post('/v1/metrics', PROTOBUF, body)
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(answer.status).toBe(200)
  expect(bytes.toString()).toContain(
    '1 data points rejected: "g" have more than 2 series; see /api/cardinality.',
  )
  // partial_success { rejected_data_points: 1
  expect([...bytes.subarray(2, 4)]).toEqual([0x08, 1])
  expect(collector.appended.map(({ items }) => items)).toEqual([4])
})

it('the count begins anew after an hour', async () => {
  collector = await startCollector()
  let now = 0
  const clock: Clock = { now: () => unixMillis(NOW), monotonic: () => millis(now) }
  const limit = new SeriesLimit(1, clock)
  const rejected = (id: string): number =>
    limit.apply(
      decodeWrite(
        new Uint8Array(writeRequest({ labels: { __name__: 'x', id }, samples: [[NOW, 1]] })),
        unixMillis(NOW),
      ),
    ).rejected
  expect([rejected('a'), rejected('b'), rejected('a')]).toEqual([0, 1, 0])
  now = 3_599_999
  expect(rejected('b')).toBe(1)
  now = 3_600_000
  expect([rejected('b'), rejected('a')]).toEqual([0, 1])
})
