import fc from 'fast-check'
import { expect, it } from 'vitest'
import { doubleOf, integerOf, integerWithin } from './numbers.ts'

it.each<[unknown, bigint | undefined]>([
  [7, 7n],
  [-0, 0n],
  [1.5, undefined],
  [Number.NaN, undefined],
  ['007', 7n],
  ['-9223372036854775808', -(2n ** 63n)],
  ['1e3', 1000n],
  ['-1.50E1', -15n],
  ['100e-2', 1n],
  ['0.001e3', 1n],
  ['0.0', 0n],
  ['0e999999999', 0n],
  ['1e999999999', undefined],
  ['1e-999999999', undefined],
  ['1e9999999999', undefined],
  ['150e-2', undefined],
  ['9'.repeat(100_000), undefined],
  ['', undefined],
  ['-', undefined],
  ['+1', undefined],
  [' 1', undefined],
  ['1 ', undefined],
  ['1n', undefined],
  ['0x10', undefined],
  ['.5', undefined],
  ['1.', undefined],
  [true, undefined],
  [null, undefined],
  [[1], undefined],
])('%j as an integer is %s', (value, integer) => {
  expect(integerOf(value)).toBe(integer)
})

it('the ends of a range belong to it', () => {
  expect([-1, 0, 5, 6].map(value => integerWithin(value, 0n, 5n))).toEqual([undefined, 0n, 5n, undefined])
})

it('any integer in any notation keeps its digits', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), fc.nat(10), (value, zeros) => {
      const tail = '0'.repeat(zeros)
      expect(integerOf(`${value}`)).toBe(value)
      expect(integerOf(`${value}.${tail}0`)).toBe(value)
      expect(integerOf(`${value}${tail}e-${zeros}`)).toBe(value)
    }),
    { numRuns: 300, seed: 20261122 },
  )
})

it.each<[unknown, number | undefined]>([
  [1.5, 1.5],
  ['1.5', 1.5],
  ['-0', -0],
  ['1e400', Infinity],
  ['NaN', Number.NaN],
  ['-Infinity', -Infinity],
  ['infinity', undefined],
  ['', undefined],
  ['1,5', undefined],
  [false, undefined],
])('%j as a double is %s', (value, double) => {
  expect(doubleOf(value)).toBe(double)
})
