/**
 * Functions that make one number of one number: mathematics and calendar.
 *
 * Source: prometheus.io/docs/prometheus/latest/querying/functions.
 */

export const ELEMENTWISE: ReadonlyMap<string, (value: number) => number> = new Map([
  ['abs', Math.abs],
  ['ceil', Math.ceil],
  ['floor', Math.floor],
  ['exp', Math.exp],
  ['ln', Math.log],
  ['log2', Math.log2],
  ['log10', Math.log10],
  ['sqrt', Math.sqrt],
  ['sgn', Math.sign],
  ['deg', radians => (radians * 180) / Math.PI],
  ['rad', degrees => (degrees * Math.PI) / 180],
  ['acos', Math.acos],
  ['acosh', Math.acosh],
  ['asin', Math.asin],
  ['asinh', Math.asinh],
  ['atan', Math.atan],
  ['atanh', Math.atanh],
  ['cos', Math.cos],
  ['cosh', Math.cosh],
  ['sin', Math.sin],
  ['sinh', Math.sinh],
  ['tan', Math.tan],
  ['tanh', Math.tanh],
])

/** Of an instant in seconds, in UTC; fractions are cut off. */
export const CALENDAR: ReadonlyMap<string, (value: number) => number> = new Map([
  ['year', calendar(at => at.getUTCFullYear())],
  ['month', calendar(at => at.getUTCMonth() + 1)],
  ['day_of_month', calendar(at => at.getUTCDate())],
  ['day_of_week', calendar(at => at.getUTCDay())],
  ['day_of_year', calendar(dayOfYear)],
  [
    'days_in_month',
    calendar(at => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()),
  ],
  ['hour', calendar(at => at.getUTCHours())],
  ['minute', calendar(at => at.getUTCMinutes())],
])

function calendar(of: (at: Date) => number): (value: number) => number {
  return seconds => of(new Date(Math.trunc(seconds) * 1000))
}

function dayOfYear(at: Date): number {
  const midnight = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())
  return (midnight - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000 + 1
}

/** Halves are rounded up. */
export function roundTo(value: number, nearest: number): number {
  const inverse = 1 / nearest
  return Math.floor(value * inverse + 0.5) / inverse
}
