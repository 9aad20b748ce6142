/**
 * Lengths of time as OpenSLO writes them: one whole number and one unit, `5m`, `4w`, `1M`. Months,
 * quarters and years have no fixed length; only calendar windows know how long one is.
 *
 * Source: github.com/OpenSLO/OpenSLO, "Duration shorthand".
 */
export type DurationUnit = 'm' | 'h' | 'd' | 'w' | 'M' | 'Q' | 'Y'

export interface SloDuration {
  readonly count: number
  readonly unit: DurationUnit
}

/** Minutes of a unit; months, quarters and years as the 30, 90 and 365 days that budgets are planned by. */
const NOMINAL_MINUTES: Readonly<Record<DurationUnit, number>> = {
  m: 1,
  h: 60,
  d: 1_440,
  w: 10_080,
  M: 43_200,
  Q: 129_600,
  Y: 525_600,
}

const LARGEST_MINUTES = NOMINAL_MINUTES.Y

/** @returns undefined where the text is no such duration, is 0, or is longer than a year */
export function parseSloDuration(text: string): SloDuration | undefined {
  const match = /^(\d{1,6})([mhdwMQY])$/.exec(text)
  if (match === null) return undefined
  const duration = { count: Number(match[1]), unit: match[2] as DurationUnit }
  const minutes = nominalMinutes(duration)
  return minutes > 0 && minutes <= LARGEST_MINUTES ? duration : undefined
}

/** Exact for m, h, d and w. */
export const nominalMinutes = ({ count, unit }: SloDuration): number => count * NOMINAL_MINUTES[unit]

export const isFixed = ({ unit }: SloDuration): boolean => 'mhdw'.includes(unit)

export const durationText = ({ count, unit }: SloDuration): string => `${count}${unit}`

/** Minutes as the largest unit that divides them: 360 is `6h`, 90 is `90m`. */
export function minutesText(minutes: number): string {
  for (const unit of ['d', 'h'] as const)
    if (minutes % NOMINAL_MINUTES[unit] === 0) return `${minutes / NOMINAL_MINUTES[unit]}${unit}`
  return `${minutes}m`
}
