/** Lines as they are drawn: as they are, or each upon those before it. Pure. */

/** A line of values, one a step; NaN where it is broken. */
export interface Drawn {
  readonly top: Float64Array
  /** What the area under it stands on; undefined where there is no area. */
  readonly base: Float64Array | undefined
}

export function stackAreas(lines: readonly Float64Array[]): Drawn[] {
  // Where no line has a value there is no stack; where one has none, it adds nothing.
  let base = Float64Array.from(lines[0] ?? [], (_, i) =>
    lines.some(values => Number.isFinite(values[i]!)) ? 0 : NaN,
  )
  return lines.map(values => {
    const top = base.map((below, i) => below + (Number.isFinite(values[i]!) ? values[i]! : 0))
    const layer = { top, base }
    base = top
    return layer
  })
}

/** The smallest and the largest value that is drawn; NaN where there is none. */
export function extremes(all: readonly Drawn[]): { low: number; high: number } {
  let [low, high] = [Infinity, -Infinity]
  for (const { top, base } of all)
    for (const values of base ? [top, base] : [top])
      for (const value of values) {
        if (!Number.isFinite(value)) continue
        low = Math.min(low, value)
        high = Math.max(high, value)
      }
  return low > high ? { low: NaN, high: NaN } : { low, high }
}
