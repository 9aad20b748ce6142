/**
 * From events to slices of time. A slice's verdict is put on its last minute, and so a window counts
 * the slices that end in it, by the same sums by which it counts events.
 *
 * Slices divide the hour, so that one never reaches from one hour into the next. A slice without
 * events is neither good nor bad.
 */
import type { HourCounts } from './history.ts'
import { HOUR } from './history.ts'
import type { Budgeting } from './objective.ts'

export const dividesHour = (minutes: number): boolean => HOUR % minutes === 0

export type Reshape = (counts: HourCounts) => HourCounts

/** How the minutes of one hour become what the budget is counted in. */
export function reshapeFor(budgeting: Budgeting): Reshape {
  if (budgeting.method === 'Occurrences') return counts => counts
  const share: (good: number, total: number) => number =
    budgeting.method === 'RatioTimeslices'
      ? (good, total) => good / total
      : (good, total) => {
          const { allowed, scale } = budgeting.sliceTarget
          return (total - good) * scale <= total * allowed ? 1 : 0
        }
  return counts => slices(counts, budgeting.sliceMinutes, share)
}

function slices(
  counts: HourCounts,
  width: number,
  share: (good: number, total: number) => number,
): HourCounts {
  const sliced = new Float64Array(2 * HOUR)
  for (let start = 0; start < HOUR; start += width) {
    let [good, bad] = [0, 0]
    for (let minute = start; minute < start + width; minute++) {
      good += counts[minute]!
      bad += counts[HOUR + minute]!
    }
    if (good + bad === 0) continue
    const part = share(good, good + bad)
    sliced[start + width - 1] = part
    sliced[HOUR + start + width - 1] = 1 - part
  }
  return sliced
}
