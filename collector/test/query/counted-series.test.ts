/**
 * Counts of spans as series of Prometheus, under the names that Grafana's Tempo integration reads,
 * asked in PromQL as Grafana asks, and held to the spans that were counted.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeSpans } from '../../src/decode/objects.ts'
import { DerivedCounts } from '../../src/derive/consumer.ts'
import type { Span } from '../../src/model/telemetry.ts'
import { unixMillis } from '../../src/model/time.ts'
import { runJob } from '../../src/query/jobs.ts'
import { MemoryStore } from '../../src/store/memory/store.ts'
import { requestOf, spans as toStore } from '../conformance/request.ts'
import { attrs, patient, Scene } from '../conformance/scene.ts'

const HOUR = 3_600_000
const scene = new Scene(1)

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hodoscope-counted-series-'))
  path = join(folder, 'derived.db')
})
afterEach(() => rmSync(folder, { recursive: true }))

function count(spans: readonly Span[]): void {
  const { port1, port2 } = new MessageChannel()
  const consumer = new DerivedCounts({ path, port: port1 }, 0)
  consumer.take({ sequence: 1, received: scene.at(12 * HOUR), traces: encodeSpans(spans), logs: undefined })
  consumer.commit()
  consumer.close()
  port2.close()
}

/** Hours of the scene's day. */
const at = (hours: number) => unixMillis(Number(scene.at(hours * HOUR) / 1_000_000n))
const ask = (job: string, params: object) =>
  runJob(job, new MemoryStore().reader().snapshot(), params, patient, () => 0, path) as {
    data: never
    warnings?: string[]
  }

/** Values of an instant query, by their labels. */
function query(text: string, hours = 11): Record<string, number> {
  const params = { query: text, at: at(hours), limit: 0, lookback: undefined }
  const { data } = ask('promInstant', params)
  const { result } = data as { result: { metric: Record<string, string>; value: [number, string] }[] }
  return Object.fromEntries(
    result.map(({ metric, value }) => [Object.values(metric).join(' '), Number(value[1])]),
  )
}

/** Each minute of an hour a user asks `shop`, which asks `pay`, which asks its database; every fourth time in vain. Not the first time: what a counter begins with, `increase` does not see. */
const anHour = (from: number): Span[] =>
  Array.from({ length: 60 }, (_, i) => {
    const of = { trace: from * 60 + i, at: from * HOUR + i * 60_000 + 1_000 }
    const error = i % 4 === 1
    const sql = attrs('db.system.name', 'postgresql', 'db.namespace', 'pay')
    return [
      scene.span({ ...of, id: 1, service: 'shop', name: 'GET /', kind: 2, lasts: 40 }),
      scene.span({ ...of, id: 2, parent: 1, service: 'shop', name: 'POST', kind: 3, lasts: 20 }),
      scene.span({ ...of, id: 3, parent: 2, service: 'pay', name: 'POST /pay', kind: 2, lasts: 10, error }),
      scene.span({
        ...of,
        id: 4,
        parent: 3,
        service: 'pay',
        name: 'select',
        kind: 3,
        lasts: 1,
        attributes: sql,
      }),
    ]
  }).flat()

describe('span metrics', () => {
  it('count spans by service, name, kind and status', () => {
    count(anHour(10))
    const labels = {
      query: 'traces_spanmetrics_calls_total{service="pay"}',
      at: at(11),
      limit: 0,
      lookback: undefined,
    }
    const { result } = ask('promInstant', labels).data as { result: { metric: Record<string, string> }[] }
    expect(
      result.map(({ metric }) => metric).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    ).toEqual([
      {
        __name__: 'traces_spanmetrics_calls_total',
        service: 'pay',
        span_kind: 'SPAN_KIND_CLIENT',
        span_name: 'select',
        status_code: 'STATUS_CODE_UNSET',
      },
      ...['ERROR', 'UNSET'].map(status => ({
        __name__: 'traces_spanmetrics_calls_total',
        service: 'pay',
        span_kind: 'SPAN_KIND_SERVER',
        span_name: 'POST /pay',
        status_code: `STATUS_CODE_${status}`,
      })),
    ])
  })

  it('have exemplars: of each bucket and slice the slowest span, of those that failed as well', async () => {
    const spans = anHour(10)
    count(spans)
    const store = new MemoryStore()
    await store.append(requestOf(toStore(...spans)))
    const params = {
      query:
        'histogram_quantile(0.9, rate(traces_spanmetrics_latency_bucket{service="pay", span_kind="SPAN_KIND_SERVER"}[5m]))',
      from: at(10),
      to: unixMillis(at(11) - 1),
    }
    const { data } = runJob('promExemplars', store.reader().snapshot(), params, patient, () => 0, path) as {
      data: { seriesLabels: Record<string, string>; exemplars: object[] }[]
    }
    const series = { __name__: 'traces_spanmetrics_latency_bucket', le: '0.012582912', service: 'pay' }
    const server = { ...series, span_kind: 'SPAN_KIND_SERVER', span_name: 'POST /pay' }
    expect(data.map(({ seriesLabels }) => seriesLabels)).toEqual([
      { ...server, status_code: 'STATUS_CODE_ERROR' },
      { ...server, status_code: 'STATUS_CODE_UNSET' },
    ])
    // Thirty slices of two minutes each: in every second one a request failed.
    expect(data.map(({ exemplars }) => exemplars.length)).toEqual([15, 30])
    expect(data[1]!.exemplars[0]).toEqual({
      labels: { span_id: scene.spanId(3), trace_id: scene.traceId(600) },
      value: '0.01',
      timestamp: at(10) / 1_000 + 1,
    })
  })

  it('of other series have no exemplars, nor of spans that are not stored any more', () => {
    count(anHour(10))
    const of = (query: string) =>
      (ask('promExemplars', { query, from: at(0), to: at(24) }).data as unknown[]).length
    expect([of('traces_spanmetrics_latency_bucket'), of('traces_spanmetrics_calls_total'), of('up')]).toEqual(
      [0, 0, 0],
    )
  })

  it('have a rate', () => {
    count(anHour(10))
    const rate = 'sum by (service) (rate(traces_spanmetrics_calls_total{span_kind="SPAN_KIND_SERVER"}[30m]))'
    const rates = query(rate)
    expect(Object.keys(rates).toSorted()).toEqual(['pay', 'shop'])
    // 30 samples a minute apart: one a minute, but for the first minute, from which on it counts.
    for (const value of Object.values(rates)) expect(value).toBeCloseTo(1 / 60, 3)
    const failed = query('sum(increase(traces_spanmetrics_calls_total{status_code="STATUS_CODE_ERROR"}[1h]))')
    expect(Math.round(Object.values(failed)[0]!)).toBe(15)
  })

  it('have durations, from which a quantile is told', () => {
    count(anHour(10))
    const p50 =
      'histogram_quantile(0.5, sum by (le, service) (rate(traces_spanmetrics_latency_bucket{span_name=~"GET /|POST /pay"}[30m])))'
    const { pay, shop } = query(p50) as { pay: number; shop: number }
    // Between the bounds around 10 ms and 40 ms: 2^23 and 1.5 × 2^23 ns, four times that.
    expect(pay).toBeGreaterThan(0.008388608)
    expect(pay).toBeLessThan(0.012582912)
    expect(shop).toBeGreaterThan(0.033554432)
    expect(shop).toBeLessThan(0.050331648)
    const mean =
      'sum by (service) (rate(traces_spanmetrics_latency_sum{span_name="POST"}[1h])) / sum by (service) (rate(traces_spanmetrics_latency_count{span_name="POST"}[1h]))'
    expect(query(mean)['shop']).toBeCloseTo(0.02, 9)
  })
})

describe('the service graph', () => {
  it('counts calls by client and server, and those that failed', () => {
    count(anHour(10))
    const increase = (name: string) =>
      Object.fromEntries(
        Object.entries(query(`sum by (client, connection_type, server) (increase(${name}[1h]))`)).map(
          ([edge, value]) => [edge, Math.round(value)],
        ),
      )
    expect(increase('traces_service_graph_request_total')).toEqual({
      'pay database postgresql/pay': 60,
      'shop pay': 60,
      'user virtual_node shop': 60,
    })
    expect(increase('traces_service_graph_request_failed_total')).toEqual({
      'pay database postgresql/pay': 0,
      'shop pay': 15,
      'user virtual_node shop': 0,
    })
  })

  it('tells durations of both sides', () => {
    count(anHour(10))
    const mean = (side: string) =>
      query(
        ['sum', 'count']
          .map(
            part =>
              `sum by (client, server) (rate(traces_service_graph_request_${side}_seconds_${part}[1h]))`,
          )
          .join(' / '),
      )
    expect(mean('server')['shop pay']).toBeCloseTo(0.01, 9)
    expect(mean('client')['shop pay']).toBeCloseTo(0.02, 9)
    expect(mean('server')['pay postgresql/pay']).toBeCloseTo(0.001, 9)
    expect(Object.keys(mean('client')).toSorted()).toEqual(['pay postgresql/pay', 'shop pay'])
  })
})

describe('their names', () => {
  const range = { from: at(10), to: at(11), limit: 0 }

  it('are listed with all others', () => {
    count(anHour(10))
    const names = ask('promLabelValues', { ...range, name: '__name__', selectors: [] }).data as string[]
    expect(names).toContain('traces_spanmetrics_latency_bucket')
    expect(names).toContain('traces_service_graph_request_server_seconds_sum')
    const clients = { ...range, name: 'client', selectors: [] }
    expect(ask('promLabelValues', clients).data).toEqual(['pay', 'shop', 'user'])
    expect(ask('promLabelValues', { ...clients, from: at(2), to: at(3) }).data).toEqual([])
    const metadata = { metric: '', limit: 0, limitPerMetric: 0 }
    expect(ask('promMetadata', metadata).data).toMatchObject({
      traces_spanmetrics_latency: [{ type: 'histogram', unit: 'seconds' }],
    })
  })

  it('that nobody asks for do not open the counts; counts that cannot be read are told, and no more', () => {
    writeFileSync(path, 'this is no database, however long one looks at it'.repeat(100))
    const params = { at: at(11), limit: 0, lookback: undefined }
    expect(ask('promInstant', { ...params, query: 'up' })).toMatchObject({ data: { result: [] } })
    expect(ask('promInstant', { ...params, query: 'up' }).warnings).toBeUndefined()
    const answer = ask('promInstant', { ...params, query: 'traces_spanmetrics_calls_total' })
    expect(answer).toMatchObject({
      data: { result: [] },
      warnings: [expect.stringMatching(/^counts of spans: /)],
    })
  })
})
