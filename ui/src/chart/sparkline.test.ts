import { expect, it } from 'vitest'
import { pathOf } from './sparkline.tsx'

it('reaches from edge to edge, from zero to the largest', () =>
  expect(pathOf([0, 5, 10], 10)).toBe('M1 21h0L60 11L119 1'))

it('has a gap where there is no value, and a dot where one stands alone', () =>
  expect(pathOf([10, null, 10, null, null], 10)).toBe('M1 1h0M60 1h0'))

it('lies at the bottom where all is zero, and is nothing without values', () => {
  expect(pathOf([0, 0], 0)).toBe('M1 21h0L119 21')
  expect(pathOf([null, null], 0)).toBe('')
  expect(pathOf([], 0)).toBe('')
})
