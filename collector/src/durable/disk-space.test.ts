import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { diskSpace, keptBytes } from './disk-space.ts'

const MB = 1_000_000

it.each([
  [100 * MB, 100 * MB],
  [9_999 * MB, 100 * MB],
  [20_000 * MB, 200 * MB],
])('of a disk of %d bytes %d stay free', (totalBytes, kept) => {
  expect(keptBytes({ totalBytes, freeBytes: 0 }, 100 * MB)).toBe(kept)
})

it('a disk tells its room', () => {
  const { freeBytes, totalBytes } = diskSpace(tmpdir())
  expect(freeBytes).toBeGreaterThan(0)
  expect(freeBytes).toBeLessThanOrEqual(totalBytes)
})
