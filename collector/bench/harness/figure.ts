/**
 * A measured figure, the bar it is held to, and both as text.
 */
export type Unit =
  | 'k/s'
  | 'requests/s'
  | 'CPU s per million'
  | 'µs'
  | '× reference'
  | '× stock'
  | '×'
  | 'bytes'
  | 'ms'
  | 'MB'
  | '%'
  | Count

/** Told without decimals. */
type Count = 'requests' | 'items' | 'times'
const COUNTS: readonly string[] = ['requests', 'items', 'times'] satisfies Count[]

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: Unit
  /** Exactly one of both, where the design sets one. */
  readonly bar?: { readonly atMost: number } | { readonly atLeast: number }
}

export type Verdict = 'pass' | 'miss' | ''

/** '' without a bar; NaN misses every bar. */
export function verdict({ value, bar }: Figure): Verdict {
  if (!bar) return ''
  const reached = 'atMost' in bar ? value <= bar.atMost : value >= bar.atLeast
  return reached ? 'pass' : 'miss'
}

export function valueText({ value, unit }: Figure): string {
  return `${COUNTS.includes(unit) ? value : value.toFixed(decimals(value))} ${unit}`
}

export function barText({ bar, unit }: Figure): string {
  if (!bar) return ''
  return 'atMost' in bar ? `≤ ${bar.atMost} ${unit}` : `≥ ${bar.atLeast} ${unit}`
}

const decimals = (value: number): number => (value >= 1000 ? 0 : value >= 100 ? 1 : 2)

/** The value below which a share `q` of the values lies (nearest rank); NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const ordered = values.toSorted((a, b) => a - b)
  return ordered[Math.max(0, Math.ceil(q * ordered.length) - 1)] ?? Number.NaN
}
