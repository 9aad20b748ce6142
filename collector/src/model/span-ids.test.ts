import { expect, it } from 'vitest'
import { copySpanId, setSpanId, SpanIdTable, spanIdAt } from './span-ids.ts'

it('an id is the same as text, as bytes and as words', () => {
  const ids = new Uint32Array(6)
  setSpanId(ids, 0, '00f067aa0ba902b7')
  copySpanId(ids, 1, Buffer.from('ff00f067aa0ba902b7', 'hex'), 1)
  setSpanId(ids, 2, '')
  expect([0, 1, 2].map(place => spanIdAt(ids, place))).toEqual(['00f067aa0ba902b7', '00f067aa0ba902b7', ''])
})

it('the first place that has an id stands for it', () => {
  const hex = ['0000000000000001', '0000000100000000', '0000000000000001', '0000000000000002']
  const ids = new Uint32Array(2 * hex.length)
  hex.forEach((id, place) => setSpanId(ids, place, id))
  const table = new SpanIdTable(ids)
  expect(table.find(ids, 0)).toBe(-1)
  expect(hex.map((_, place) => table.enter(place))).toEqual([0, 1, 0, 3])
  expect(hex.map((_, place) => table.find(ids, place))).toEqual([0, 1, 0, 3])
})

it('a table of one id, and of none, holds what it is given', () => {
  const one = Uint32Array.of(7, 0)
  const table = new SpanIdTable(one)
  expect([table.enter(0), table.find(one, 0), table.find(Uint32Array.of(8, 0), 0)]).toEqual([0, 0, -1])
  expect(new SpanIdTable(new Uint32Array(0)).find(one, 0)).toBe(-1)
})
