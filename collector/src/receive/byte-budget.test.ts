import { expect, it } from 'vitest'
import { ByteBudget } from './byte-budget.ts'

it('holds exactly its limit', () => {
  const budget = new ByteBudget(10)
  budget.open().add(4)
  budget.open().add(6)
  expect(budget.used).toBe(10)
  expect(() => budget.open().add(1)).toThrow('requests in flight hold 10 of 10 bytes, too many for 1 more')
})

it('takes back all that a request was charged, once', () => {
  const budget = new ByteBudget(10)
  const charge = budget.open()
  charge.add(3)
  charge.add(4)
  charge.release()
  charge.release()
  expect(budget.used).toBe(0)
})

it('keeps what was charged before a refusal, until it is released', () => {
  const budget = new ByteBudget(10)
  const charge = budget.open()
  charge.add(8)
  expect(() => charge.add(3)).toThrow('too many for 3 more')
  expect(budget.used).toBe(8)
  charge.release()
  expect(budget.used).toBe(0)
})
