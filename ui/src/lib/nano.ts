/**
 * Instants as the API sends them: decimal strings of nanoseconds since the Unix epoch.
 *
 * A double cannot hold them, so they are split as text or subtracted as bigints; what is left is a
 * number of milliseconds, or a length of nanoseconds, both exact.
 */

/** Whole milliseconds of an instant. */
export const millisOfNano = (nano: string): number =>
  nano.length > 6 ? Number(nano.slice(0, nano.length - 6)) : 0

/** Nanoseconds within the millisecond, 0 to 999,999. */
export const nanosWithinMilli = (nano: string): number => Number(nano.slice(-6))

/** Nanoseconds from `start` to `at`; negative when `at` lies before. Exact up to 104 days. */
export const nanosBetween = (start: string, at: string): number => Number(BigInt(at) - BigInt(start))

/** The instant `offset` nanoseconds behind `start`. */
export const nanoPlus = (start: string, offset: number): string =>
  (BigInt(start) + BigInt(Math.round(offset))).toString()
