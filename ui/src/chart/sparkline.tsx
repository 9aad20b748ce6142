/**
 * A line of a few values without axes, from zero to the largest: how something went, at a glance. A
 * gap where there is no value; a value alone is a dot.
 */
import './sparkline.css'

const WIDTH = 120
const HEIGHT = 22
/** Half of the pen, so that the line is not cut at the edges. */
const MARGIN = 1

interface Props {
  values: readonly (number | null)[]
  /** The largest that the line has room for; the largest of the values unless told. */
  most?: number
  tone?: 'bad' | undefined
}

export function Sparkline({ values, most = Math.max(...values.map(value => value ?? 0)), tone }: Props) {
  return (
    <svg
      class={tone === undefined ? 'sparkline' : `sparkline ${tone}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      <path d={pathOf(values, most)} />
    </svg>
  )
}

export function pathOf(values: readonly (number | null)[], most: number): string {
  const step = (WIDTH - 2 * MARGIN) / Math.max(1, values.length - 1)
  const scale = most === 0 ? 0 : (HEIGHT - 2 * MARGIN) / most
  let path = ''
  let isDrawing = false
  for (const [i, value] of values.entries()) {
    if (value !== null) {
      const at = `${round(MARGIN + i * step)} ${round(HEIGHT - MARGIN - value * scale)}`
      // A stroke to where it is draws a dot.
      path += isDrawing ? `L${at}` : `M${at}h0`
    }
    isDrawing = value !== null
  }
  return path
}

const round = (value: number): number => Math.round(value * 10) / 10
