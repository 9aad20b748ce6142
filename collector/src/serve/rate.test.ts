import { expect, it } from 'vitest'
import { millis } from '../model/time.ts'
import { createRate } from './rate.ts'

it('is the growth over the last ten samples by the time they took', () => {
  let count = 0
  let at = 0
  const rate = createRate(() => count, { monotonic: () => millis(at) })
  expect(rate.perSecond()).toBe(0)
  ;[at, count] = [2_000, 100]
  rate.sample()
  expect(rate.perSecond()).toBe(50)
  for (let second = 3; second <= 12; second++) {
    at = second * 1_000
    rate.sample()
  }
  expect(rate.perSecond()).toBe(0)
})
