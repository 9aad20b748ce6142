import { getHeapSpaceStatistics } from 'node:v8'
import { expect, test } from 'vitest'
import { giveBackHeap } from './heap.ts'

const youngBytes = (): number =>
  getHeapSpaceStatistics().find(space => space.space_name === 'new_space')!.physical_space_size

test('the young generation is given back to the system, and the flag for it is not left on', () => {
  let kept: unknown[] = []
  for (let i = 0; i < 300_000; i++) kept.push({ i, text: `${i}` })
  const grown = youngBytes()
  kept = []
  giveBackHeap()
  expect(grown).toBeGreaterThan(4e6)
  expect(youngBytes()).toBeLessThan(grown / 4)
  expect(globalThis.gc).toBe(undefined)
})
