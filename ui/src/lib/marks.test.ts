import { describe, expect, it } from 'vitest'
import type { MarkedSeriesJson } from '../../../collector/src/serve/api-types.ts'
import { HOSTILE } from '../../test/telemetry.ts'
import { marksOf } from './marks.ts'

const exemplar = (timeUnixMillis: number, value: number | string = 0.25) => ({
  traceId: 'ab'.repeat(16),
  spanId: 'cd'.repeat(8),
  timeUnixMillis,
  value,
})
const marked = (labels: Record<string, string>, ...exemplars: ReturnType<typeof exemplar>[]) =>
  ({ labels, exemplars }) satisfies MarkedSeriesJson

describe('marks', () => {
  it('on the bucket of a histogram ask for its quantile among such requests', () => {
    const labels = { __name__: 'latency_seconds_bucket', le: '0.5', http_route: '/checkout' }
    expect(marksOf([marked(labels, exemplar(7))])).toEqual([
      {
        name: 'latency_seconds',
        labels: '{http_route="/checkout"}',
        value: 0.25,
        quantity: 'seconds',
        at: 7,
        traceId: 'ab'.repeat(16),
        spanId: 'cd'.repeat(8),
        query:
          'histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket{http_route="/checkout"}[5m])))',
      },
    ])
  })

  it('on a counter ask for its rate, on anything else for its value', () => {
    const queries = ['orders_total', 'queue_length'].map(
      __name__ => marksOf([marked({ __name__, job: 'shop' }, exemplar(1))])[0]!.query,
    )
    expect(queries).toEqual(['rate(orders_total{job="shop"}[5m])', 'queue_length{job="shop"}'])
  })

  it('keep a label `le` that belongs to no bucket', () => {
    expect(marksOf([marked({ __name__: 'odd', le: '1' }, exemplar(1))])[0]).toMatchObject({
      name: 'odd',
      labels: '{le="1"}',
      query: 'odd{le="1"}',
    })
  })

  it('come in order of time, each exemplar on its own', () => {
    const metrics = [
      marked({ __name__: 'a' }, exemplar(3), exemplar(1)),
      marked({ __name__: 'b' }, exemplar(2)),
    ]
    expect(marksOf(metrics).map(({ name, at }) => `${name}${at}`)).toEqual(['a1', 'b2', 'a3'])
  })

  it('of values that JSON has no number for are NaN and infinities', () => {
    const metrics = [marked({ __name__: 'a' }, exemplar(1, 'NaN'), exemplar(2, '-Infinity'))]
    expect(marksOf(metrics).map(({ value }) => value)).toEqual([NaN, -Infinity])
  })

  it('of times that no calendar has stand at its ends', () => {
    const metrics = [marked({ __name__: 'a' }, exemplar(9e15), exemplar(-9e15))]
    expect(marksOf(metrics).map(({ at }) => new Date(at).toISOString())).toEqual([
      '-271821-04-20T00:00:00.000Z',
      '+275760-09-13T00:00:00.000Z',
    ])
  })

  it('of hostile names are quoted', () => {
    const labels = { __name__: 'http.size', 'a"b': HOSTILE, __proto__x: '\\' }
    expect(marksOf([marked(labels, exemplar(1))])[0]!.query).toBe(
      `{"http.size", "a\\"b"=${JSON.stringify(HOSTILE)}, __proto__x="\\\\"}`,
    )
  })
})
