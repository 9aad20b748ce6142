import { describe, expect, it } from 'vitest'
import { formatQuantity, quantityOf } from './quantity.ts'

describe('what the values of a query are measured in', () => {
  it.each([
    ['process_memory_usage_bytes', 'bytes'],
    ['rate(io_bytes_total[5m])', 'bytes/s'],
    ['rate(orders_total[5m])', 'per second'],
    ['rate(cpu_seconds_total[5m])', 'number'],
    ['histogram_quantile(0.9, sum by (le) (rate(lat_seconds_bucket[5m])))', 'seconds'],
    ['sum(rate(lat_seconds_sum[5m])) / sum(rate(lat_seconds_count[5m]))', 'seconds'],
    ['sum(a_bytes) / sum(b_bytes)', 'number'],
    ['cpu_ratio', 'ratio'],
    ['count(a_bytes)', 'number'],
    ['a_bytes or b_seconds', 'number'],
    ['1', 'number'],
  ])('%s: %s', (query, quantity) => {
    expect(quantityOf(query)).toBe(quantity)
  })
})

describe('a value as people read it', () => {
  it.each([
    [1.84, 'seconds', '1.84 s'],
    [0, 'seconds', '0 s'],
    [-0.25, 'seconds', '−250 ms'],
    [3.1e9, 'bytes', '3.10 GB'],
    [1500, 'bytes/s', '1.50 kB/s'],
    [0.0241, 'ratio', '2.41 %'],
    [12_400, 'per second', '12.4 k/s'],
    [0.00123, 'number', '0.00123'],
    [0.00001, 'number', '1.00e-5'],
    [9_999, 'number', '9,999'],
    [NaN, 'seconds', '–'],
    [Infinity, 'number', '∞'],
    [-Infinity, 'bytes', '−∞'],
  ] as const)('%d in %s: %s', (value, quantity, text) => {
    expect(formatQuantity(value, quantity).replaceAll('\u00a0', ' ')).toBe(text)
  })
})
