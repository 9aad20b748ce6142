import { expect, it } from 'vitest'
import { orderOf, orderOfInstants } from './start-order.ts'

const seed = Number(process.env['HODOSCOPE_SEED'] ?? Date.now() % 2 ** 31)

/** Deterministic and uneven: many equal, some far apart. */
function starts(count: number, range: number): Float64Array {
  let state = seed
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return Math.floor((state / 2 ** 32) * range)
  })
}

it.each([
  ['few', 100, 50],
  ['many within a millisecond', 30_000, 1_000_000],
  ['many within days', 30_000, 2 ** 52],
  ['many that start together', 30_000, 3],
])('by start, and as they stand: %s', (_, count, range) => {
  const given = starts(count, range)
  const expected = [...given.keys()].sort((a, b) => given[a]! - given[b]! || a - b)
  expect([...orderOf(given)], `seed ${seed}`).toEqual(expected)
  expect([...orderOfInstants(BigUint64Array.from(given, start => BigInt(start) + 2n ** 63n))]).toEqual(
    expected,
  )
})

it('one and none', () => {
  expect([...orderOf(Float64Array.of(5))]).toEqual([0])
  expect([...orderOf(new Float64Array(0))]).toEqual([])
})
