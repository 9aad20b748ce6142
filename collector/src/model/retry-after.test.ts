import { expect, it } from 'vitest'
import { retryAfter } from './retry-after.ts'

it.each([
  [0, '1'],
  [0.34, '2'],
  [0.999, '3'],
])('of %d it is %s', (random, seconds) => expect(retryAfter(() => random)).toBe(seconds))

it('senders are spread over all of it', () => {
  const told = new Set(Array.from({ length: 200 }, () => retryAfter()))
  expect([...told].sort()).toEqual(['1', '2', '3'])
})
