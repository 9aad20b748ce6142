import { describe, expect, it } from 'vitest'
import { suggestQuery, windowFor } from './suggest-query.ts'

const metric = (name: string, type: string, ...names: string[]) => ({ name, type, names })

describe('the query that one most likely wants', () => {
  it.each([
    [
      'of a histogram its quantile',
      metric('lat_seconds', 'histogram', 'lat_seconds_bucket', 'lat_seconds_count', 'lat_seconds_sum'),
      'histogram_quantile(0.95, sum by (le) (rate(lat_seconds_bucket[5m])))',
    ],
    [
      'of a summary, or a histogram kept whole, its mean',
      metric('lat_seconds', 'summary', 'lat_seconds', 'lat_seconds_count', 'lat_seconds_sum'),
      'sum(rate(lat_seconds_sum[5m])) / sum(rate(lat_seconds_count[5m]))',
    ],
    ['of a counter its rate', metric('orders_total', 'counter', 'orders_total'), 'rate(orders_total[5m])'],
    ['of a gauge its value', metric('memory_bytes', 'gauge', 'memory_bytes'), 'memory_bytes'],
    ['of what is untold, by its name', metric('a_total', 'unknown', 'a_total'), 'rate(a_total[5m])'],
    ['of a gauge that is named as a counter, its value', metric('a_total', 'gauge', 'a_total'), 'a_total'],
    ['of a name that is none of old, in quotes', metric('http.size', 'gauge', 'http.size'), '{"http.size"}'],
  ])('%s', (_, of, query) => {
    expect(suggestQuery(of, '5m')).toBe(query)
  })

  it('asks of the series with the labels that are given', () => {
    expect(suggestQuery(metric('a', 'gauge', 'a'), '5m', { job: 'x"y', 'b.c': '' })).toBe(
      'a{job="x\\"y", "b.c"=""}',
    )
  })
})

it.each([
  [1_000, '5m'],
  [150_000, '5m'],
  [150_001, '15m'],
  [1_800_000, '1h'],
  [86_400_000, '1d'],
])('steps of %i ms take a window of %s', (step, window) => {
  expect(windowFor(step)).toBe(window)
})
