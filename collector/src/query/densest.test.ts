import { describe, expect, it } from 'vitest'
import { unixNano } from '../model/time.ts'
import type { TimeRange } from '../store/api.ts'
import { densest, type BucketCounts } from './densest.ts'

/** Events at whole instants from 0 to 99; ten buckets a question. */
function found(events: readonly { at: number; isBad: boolean }[], most: number) {
  const count = ({ from, to }: TimeRange): BucketCounts => {
    const widthNano = (to - from + 9n) / 10n
    const of = (isBad: boolean) =>
      Array.from({ length: 10 }, (_, i) => {
        const begin = from + BigInt(i) * widthNano
        const inside = ({ at }: { at: number }) =>
          BigInt(at) >= begin && BigInt(at) < begin + widthNano && BigInt(at) < to
        return events.filter(event => event.isBad === isBad && inside(event)).length
      })
    return { widthNano, bad: of(true), good: of(false) }
  }
  const { range, badCount, goodCount } = densest(count, { from: unixNano(0n), to: unixNano(100n) }, most)
  return [Number(range.from), Number(range.to), badCount, goodCount]
}
const events = (at: number, bad: number, good: number) => [
  ...Array.from({ length: bad }, () => ({ at, isBad: true })),
  ...Array.from({ length: good }, () => ({ at, isBad: false })),
]

describe('the stretch that is compared', () => {
  it('is the whole range where its events are few enough', () => {
    expect(found([...events(3, 1, 4), ...events(97, 0, 5)], 10)).toEqual([0, 100, 1, 9])
    expect(found([], 10)).toEqual([0, 100, 0, 0])
  })

  it('lies around the moment in which most were bad, and grows to where more were', () => {
    const all = [...events(25, 1, 3), ...events(35, 5, 5), ...events(45, 4, 4), ...events(55, 3, 40)]
    expect(found(all, 20)).toEqual([30, 50, 9, 9])
    // With room for what lies before, it grows there too; what lies behind is too much.
    expect(found(all, 22)).toEqual([0, 50, 10, 12])
  })

  it('is looked for within a bucket that holds too many', () => {
    expect(found([...events(31, 2, 9), ...events(36, 7, 3), ...events(80, 6, 1)], 12)).toEqual([32, 40, 7, 3])
  })

  it('is a single instant at the least', () => {
    expect(found(events(36, 70, 30), 12)).toEqual([36, 37, 70, 30])
  })
})
