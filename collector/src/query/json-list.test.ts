import { expect, it } from 'vitest'
import { encodeAnswer, JsonList } from './json-list.ts'

const listOf = (count: number): JsonList<{ n: number }> => {
  const list = new JsonList<{ n: number }>()
  for (let n = 0; n < count; n++) list.push({ n })
  return list
}
const decoded = (answer: object): unknown => JSON.parse(Buffer.from(encodeAnswer(answer)).toString())

it.each([0, 1, 127, 128, 129, 1000])('a list of %i items reads as it would without', count => {
  const items = Array.from({ length: count }, (_, n) => ({ n }))
  expect(decoded({ a: 1, list: listOf(count), b: 'ü"', gone: undefined })).toEqual({
    a: 1,
    list: items,
    b: 'ü"',
  })
})

it('lists may stand first, last, next to each other, or nowhere', () => {
  expect(decoded({ one: listOf(1), two: listOf(2) })).toEqual({ one: [{ n: 0 }], two: [{ n: 0 }, { n: 1 }] })
  expect(decoded({ gone: undefined, one: listOf(0) })).toEqual({ one: [] })
  expect(decoded({ a: [1], b: { c: null } })).toEqual({ a: [1], b: { c: null } })
  expect(decoded({})).toEqual({})
})
