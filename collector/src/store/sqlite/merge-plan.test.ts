import { describe, expect, it } from 'vitest'
import { unixMillis } from '../../model/time.ts'
import { planMerge } from './merge-plan.ts'
import type { SealedPartition } from './retention.ts'

const HOUR = 3_600_000
const LIMITS = { partitionBytes: 1000 }

/** Partitions of so many bytes, sealed an hour apart, named by their place. */
const hourly = (...bytes: readonly number[]): SealedPartition[] =>
  bytes.map((size, i) => ({ name: String(i), bytes: size, sealedAt: unixMillis(i * HOUR) }))
const plan = (sealed: readonly SealedPartition[]): string => planMerge(sealed, LIMITS).join(' ')

describe('neighbours', () => {
  it('are merged when there are eight of them', () => {
    expect(plan(hourly(1, 1, 1, 1, 1, 1, 1))).toBe('')
    expect(plan(hourly(1, 1, 1, 1, 1, 1, 1, 1))).toBe('0 1 2 3 4 5 6 7')
  })

  it('are merged when no more fit in', () => {
    expect(plan(hourly(400, 400, 400))).toBe('0 1')
    expect(plan(hourly(400, 400))).toBe('')
    expect(plan(hourly(600, 600, 600))).toBe('')
  })

  it('are merged when their day is over', () => {
    const [a, b, c] = hourly(5, 5, 5)
    const later = { ...c!, sealedAt: unixMillis(24 * HOUR) }
    expect(plan([a!, b!, later])).toBe('0 1')
    expect(plan([a!, b!, { ...c!, sealedAt: unixMillis(24 * HOUR - 1) }])).toBe('')
  })

  it('of which one outweighs the others leave it alone', () => {
    expect(plan(hourly(100, 1, 1, 1, 1, 1, 1, 1))).toBe('')
    expect(plan(hourly(100, 1, 1, 1, 1, 1, 1, 1, 1))).toBe('1 2 3 4 5 6 7 8')
    expect(plan(hourly(8, 1, 1, 1, 1, 1, 1, 1, 1))).toBe('0 1 2 3 4 5 6 7 8')
  })

  it('are not told apart by a clock that stood years away, and one without a time is left alone', () => {
    const sealed = hourly(1, 1, 1, 1, 1, 1, 1, 1)
    const jumped = { ...sealed[3]!, sealedAt: unixMillis(1e13) }
    expect(plan(sealed.with(3, jumped))).toBe('0 1 2')
    expect(plan(sealed.with(3, { ...jumped, sealedAt: undefined }))).toBe('0 1 2')
    expect(plan([])).toBe('')
  })

  it('of a year of hours are few in the end, and each byte is rewritten few times', () => {
    let sealed: SealedPartition[] = []
    let rewritten = 0
    for (let hour = 0; hour < 24 * 365; hour++) {
      sealed.push({ name: `h${hour}`, bytes: 1, sealedAt: unixMillis(hour * HOUR) })
      for (let names = planMerge(sealed, LIMITS); names.length > 0; names = planMerge(sealed, LIMITS)) {
        const group = sealed.filter(({ name }) => names.includes(name))
        const bytes = group.reduce((sum, partition) => sum + partition.bytes, 0)
        rewritten += bytes
        const merged = { name: `${names[0]}+`, bytes, sealedAt: group.at(-1)!.sealedAt }
        sealed = sealed.toSpliced(sealed.indexOf(group[0]!), group.length, merged)
      }
    }
    expect(sealed.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(24 * 365)
    expect(sealed.length).toBeLessThan(3 * 365)
    expect(rewritten / (24 * 365)).toBeLessThan(4)
  })
})
