/** Series on a canvas: lines with gaps where nothing is known, areas on both sides of a zero, bars. */

export type Series = readonly (number | null)[]

/** Runs of points that are known, as indices: `[from, to)`. */
export function runsOf(values: Series): readonly (readonly [from: number, to: number])[] {
  const runs: [number, number][] = []
  for (let i = 0; i < values.length; i++) {
    if (values[i] === null) continue
    const last = runs.at(-1)
    if (last && last[1] === i) last[1] = i + 1
    else runs.push([i, i + 1])
  }
  return runs
}

/** A single point between gaps is drawn as long as its step, and never as less than a dot: nothing known is unseen. */
export function strokeLine(
  ctx: CanvasRenderingContext2D,
  values: Series,
  x: (i: number) => number,
  y: (value: number) => number,
): void {
  for (const [from, to] of runsOf(values)) {
    if (to - from === 1) {
      const long = Math.max(3, x(from + 1) - x(from), x(from) - x(from - 1))
      ctx.fillStyle = ctx.strokeStyle
      ctx.fillRect(x(from) - long, y(values[from]!) - 1, long, 2)
      continue
    }
    ctx.beginPath()
    for (let i = from; i < to; i++) ctx.lineTo(x(i), y(values[i]!))
    ctx.stroke()
  }
}

/** The area between a line and the height of `ground`. */
export function fillArea(
  ctx: CanvasRenderingContext2D,
  values: Series,
  x: (i: number) => number,
  y: (value: number) => number,
  ground: number,
): void {
  for (const [from, to] of runsOf(values)) {
    ctx.beginPath()
    ctx.moveTo(x(from), ground)
    for (let i = from; i < to; i++) ctx.lineTo(x(i), y(values[i]!))
    ctx.lineTo(x(to - 1), ground)
    ctx.closePath()
    ctx.fill()
  }
}
