/** What stands at the cursor, in series whose points are the ends of steps. */

/** The step that holds an instant; undefined outside of all. */
export function indexAt(times: readonly number[], at: number | undefined): number | undefined {
  if (at === undefined) return undefined
  const found = times.findIndex(time => time >= at)
  return found < 0 ? undefined : found
}

/** The newest of what is known; null where nothing is. */
export const last = (values: readonly (number | null)[]): number | null =>
  values.findLast(value => value !== null) ?? null
