import { expect, it } from 'vitest'
import { lookupHash } from '../../model/lookup-hash.ts'
import { InternTable } from './intern.ts'
import { lookupsOf } from './lookups.ts'

const hashOf = (bytes: Uint8Array): number => lookupHash(bytes, 0, bytes.length)

it('has the hash of each trace id and value once, ascending', () => {
  const ids = Array.from({ length: 500 }, (_, i) => Buffer.alloc(16, `trace ${i}`))
  const values = ['order 1', 'order 2', 'order 1'].map(text => Buffer.from(text))
  const table = new InternTable()
  for (const id of ids) table.add(id, 0, 16)
  const expected = [...new Set([...ids, ...values].map(hashOf))].sort((a, b) => a - b)
  expect(expected).toHaveLength(502)
  expect([...lookupsOf(table, values)]).toEqual(expected)
})

it('has none of a block without any', () => {
  expect([...lookupsOf(new InternTable(), [])]).toEqual([])
})
