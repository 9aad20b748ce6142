import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BUCKETS, bucketOf, lowerOf, quantileOf } from './duration-buckets.ts'
import { nanos } from './time.ts'

it('begins at a microsecond, eight buckets to a doubling', () => {
  expect([0, 1, 1_023, 1_024, 1_151, 1_152, 2_047, 2_048].map(d => bucketOf(nanos(d)))).toEqual([
    0, 0, 0, 0, 0, 1, 7, 8,
  ])
  expect([0, 1, 8, 16].map(lowerOf)).toEqual([1_024, 1_152, 2_048, 4_096])
})

it('ends at 73 minutes, and takes what is longer', () => {
  expect(lowerOf(BUCKETS) / 60e9).toBeCloseTo(73.3, 1)
  expect([bucketOf(lowerOf(BUCKETS)), bucketOf(nanos(2 ** 63))]).toEqual([255, 255])
})

it('holds every duration between where its bucket begins and where the next one does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_024, max: 4_398_046_511_103 }), duration => {
      const bucket = bucketOf(nanos(duration))
      expect(lowerOf(bucket)).toBeLessThanOrEqual(duration)
      expect(lowerOf(bucket + 1)).toBeGreaterThan(duration)
    }),
  )
})

it('tells a quantile within the width of its bucket', () => {
  const counts = new Uint32Array(BUCKETS)
  const durations = Array.from({ length: 1_000 }, (_, i) => nanos((i + 1) * 1e6))
  for (const duration of durations) counts[bucketOf(duration)]!++
  for (const q of [0.5, 0.95, 0.99])
    expect(Math.abs(quantileOf(counts, q)! / (q * 1e9) - 1)).toBeLessThan(1 / 16)
  expect(quantileOf(new Uint32Array(BUCKETS), 0.5)).toBeUndefined()
})
