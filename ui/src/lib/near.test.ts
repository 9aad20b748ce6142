import { describe, expect, it } from 'vitest'
import { distance, nearest } from './near.ts'

describe('nearest', () => {
  const services = ['gateway', 'checkout', 'payment', 'payments-worker']

  it.each([
    ['chekout', 'checkout'],
    ['Payment', 'payment'],
    ['gate', 'gateway'],
    ['paymnet', 'payment'],
    ['zzz', undefined],
    ['', undefined],
  ])('to %s is %s', (text, found) => {
    expect(nearest(text, services)).toBe(found)
  })

  it('counts what has to be changed', () => {
    expect(distance('kitten', 'sitting', 5)).toBe(3)
    expect(distance('a', 'abcdef', 2)).toBe(3)
    expect(distance('', '', 2)).toBe(0)
  })
})
