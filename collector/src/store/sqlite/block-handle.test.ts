import { expect, it } from 'vitest'
import type { SpanBlock } from '../columns/span-block.ts'
import { BlockCache } from './block-handle.ts'

/** All that the cache looks at. */
const block = (rows: number, inflatedBytes: number): SpanBlock =>
  ({ rows, parts: { inflatedBytes } }) as unknown as SpanBlock

it('keeps the blocks opened last that fit, by their rows or by what large values they have', () => {
  const cache = new BlockCache(3_000)
  const opened: string[] = []
  const get = (key: { readonly name: string }, of: SpanBlock): void =>
    void cache.get(key, () => (opened.push(key.name), of))
  const [small, large, other] = [{ name: 'small' }, { name: 'large' }, { name: 'other' }]
  get(small, block(10, 500))
  get(large, block(1, 2_000))
  get(small, block(10, 500))
  expect(opened).toEqual(['small', 'large'])
  get(other, block(1, 1_500))
  get(small, block(10, 500))
  expect(opened).toEqual(['small', 'large', 'other'])
  get(large, block(1, 2_000))
  expect(opened).toEqual(['small', 'large', 'other', 'large'])
})

it('keeps one that is too large until the next is opened', () => {
  const cache = new BlockCache(100)
  const key = {}
  const first = block(1, 1_000)
  expect(cache.get(key, () => first)).toBe(first)
  expect(cache.get(key, () => block(1, 1))).toBe(first)
})
