/**
 * Stacked bars as shapes: from counts by class and bucket to one SVG path a class. Pure.
 *
 * A count that is not zero is at least one pixel high, so that a single error among thousands is seen.
 */

export interface StackShape {
  /** By class, in the order asked for: an SVG path of closed rectangles; '' where nothing is to be drawn. */
  readonly paths: readonly string[]
  /** The largest total of a bucket; 0 when all are empty. */
  readonly peak: number
}

export function totalsOf(
  counts: Readonly<Record<string, readonly number[]>>,
  classes: readonly string[],
  buckets: number,
): number[] {
  const totals = Array.from({ length: buckets }, () => 0)
  for (const name of classes) counts[name]?.forEach((count, i) => i < buckets && (totals[i]! += count))
  return totals
}

/** @param width, height in CSS pixels; classes stand from the bottom up */
export function stackBars(
  counts: Readonly<Record<string, readonly number[]>>,
  classes: readonly string[],
  buckets: number,
  width: number,
  height: number,
): StackShape {
  const totals = totalsOf(counts, classes, buckets)
  const peak = Math.max(0, ...totals)
  const paths = classes.map(() => '')
  if (peak === 0) return { paths, peak }
  const step = width / buckets
  const gap = step >= 4 ? 1 : step >= 2 ? 0.5 : 0
  for (let i = 0; i < buckets; i++) {
    let top = height
    classes.forEach((name, k) => {
      const count = counts[name]?.[i] ?? 0
      if (count === 0) return
      const tall = Math.max(1, (count / peak) * height)
      top -= tall
      paths[k] +=
        `M${round(i * step)} ${round(Math.max(0, top))}h${round(step - gap)}v${round(tall)}h${round(gap - step)}z`
    })
  }
  return { paths, peak }
}

const round = (value: number): number => Math.round(value * 100) / 100
