/**
 * The stretch of a range whose events are compared: all of it where they are few enough to be read
 * while somebody waits, else what lies around the moment in which most were bad. Pure over counts.
 */
import { unixNano } from '../model/time.ts'
import type { TimeRange } from '../store/api.ts'

interface Stretch {
  readonly range: TimeRange
  readonly badCount: number
  readonly goodCount: number
}

/** Events by bucket; the first bucket begins with the range. */
export interface BucketCounts {
  readonly widthNano: bigint
  readonly bad: readonly number[]
  readonly good: readonly number[]
}

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

/**
 * @param count asked once for the whole range, and again where a single bucket holds too many
 * @param most events; more only where a nanosecond has them
 */
export function densest(count: (range: TimeRange) => BucketCounts, whole: TimeRange, most: number): Stretch {
  for (let range = whole; ;) {
    const counts = count(range)
    const all = counts.bad.map((bad, i) => bad + counts.good[i]!)
    if (sum(all) <= most || range.to - range.from <= 1n) return stretchOf(range, counts, 0, all.length)
    const peak = counts.bad.lastIndexOf(Math.max(...counts.bad))
    if (all[peak]! <= most) return stretchOf(range, counts, ...grown(peak, counts.bad, all, most))
    range = stretchOf(range, counts, peak, peak + 1).range
  }
}

/** To the side with more bad events, for as long as there is room. */
function grown(
  peak: number,
  bad: readonly number[],
  all: readonly number[],
  most: number,
): readonly [from: number, to: number] {
  let [from, to, room] = [peak, peak + 1, most - all[peak]!]
  for (;;) {
    const sides = [from - 1, to].filter(bucket => bucket in all && all[bucket]! <= room)
    if (sides.length === 0) return [from, to]
    const next = sides.reduce((a, b) => (bad[b]! > bad[a]! ? b : a))
    room -= all[next]!
    if (next < from) from = next
    else to = next + 1
  }
}

function stretchOf(
  range: TimeRange,
  { widthNano, bad, good }: BucketCounts,
  from: number,
  to: number,
): Stretch {
  const end = range.from + BigInt(to) * widthNano
  return {
    range: {
      from: unixNano(range.from + BigInt(from) * widthNano),
      to: end < range.to ? unixNano(end) : range.to,
    },
    badCount: sum(bad.slice(from, to)),
    goodCount: sum(good.slice(from, to)),
  }
}
