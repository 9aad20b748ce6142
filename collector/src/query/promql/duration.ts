/**
 * Durations as PromQL writes them: `1h30m`, largest unit first, each unit once. Years have 365 days.
 */
import { millis, type Millis } from '../../model/time.ts'

const UNITS = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

/** Sticky, for the scanner. */
export const DURATION =
  /(?=\d+(?:y|w|d|h|ms|m|s))(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?(?![\w.])/y

const SIZE: ReadonlyMap<string, number> = new Map(UNITS)

/** @returns undefined when the text is no duration */
export function parseDuration(text: string): Millis | undefined {
  DURATION.lastIndex = 0
  if (text === '0') return millis(0)
  if (DURATION.exec(text)?.[0] !== text) return undefined
  let sum = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[ywdhms])/g)) sum += Number(count) * SIZE.get(unit!)!
  return millis(sum)
}

/** The shortest spelling that is exact; fractions of a millisecond do not occur. */
export function formatDuration(length: Millis): string {
  if (length === 0) return '0s'
  let rest = Math.abs(length)
  let text = length < 0 ? '-' : ''
  for (const [unit, size] of UNITS) {
    const exact = unit === 'y' || unit === 'w'
    if (exact ? rest % size !== 0 : rest < size) continue
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text
}
