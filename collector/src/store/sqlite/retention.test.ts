import { describe, expect, it } from 'vitest'
import { millis, unixMillis } from '../../model/time.ts'
import { expired, type SealedPartition } from './retention.ts'

const HOUR = 3_600_000
const at = (hours: number): SealedPartition['sealedAt'] => unixMillis(hours * HOUR)
const partition = (name: string, sealed: number, bytes: number): SealedPartition => ({
  name,
  sealedAt: at(sealed),
  bytes,
})
const three = [partition('a', 1, 100), partition('b', 2, 100), partition('c', 3, 100)]

describe('retention', () => {
  it('keeps everything that is young enough and fits', () => {
    expect(expired(three, 0, at(3), { retention: millis(2 * HOUR), maxBytes: 300 })).toEqual([])
  })

  it('lets go of what was sealed longer ago than the retention', () => {
    expect(expired(three, 0, at(4.5), { retention: millis(2 * HOUR), maxBytes: 1e9 })).toEqual(['a', 'b'])
  })

  it('lets the oldest go until the rest fits, counting what else the folder holds', () => {
    expect(expired(three, 50, at(3), { retention: millis(99 * HOUR), maxBytes: 300 })).toEqual(['a'])
    expect(expired(three, 150, at(3), { retention: millis(99 * HOUR), maxBytes: 300 })).toEqual(['a', 'b'])
  })

  it('lets all sealed partitions go when even that is too much', () => {
    expect(expired(three, 1000, at(3), { retention: millis(99 * HOUR), maxBytes: 300 })).toEqual([
      'a',
      'b',
      'c',
    ])
  })
})
