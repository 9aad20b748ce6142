/**
 * Targets are decimals. A target of 99.9 % is 999/1000 and its budget 1/1000: kept as whole numbers,
 * so that no subtraction of floats (1 - 0.999 = 0.0010000000000000009) ever moves a threshold.
 */

export interface Target {
  /** As written, e.g. `0.9995`. */
  readonly text: string
  /** Bad events per `scale` events that the target allows. */
  readonly allowed: number
  /** A power of ten. */
  readonly scale: number
}

const DECIMAL = /^0?\.(\d{1,12})$/

/** @returns undefined where the text is no decimal above 0 and below 1 with at most 12 places */
export function parseTarget(text: string): Target | undefined {
  const places = DECIMAL.exec(text)?.[1]?.replace(/0+$/, '')
  if (places === undefined || places === '') return undefined
  const scale = 10 ** places.length
  return { text: `0.${places}`, allowed: scale - Number(places), scale }
}

/** `99.95` is `0.9995`: the point moves, no digit changes. */
export function parseTargetPercent(text: string): Target | undefined {
  const match = /^(\d{1,2})(?:\.(\d{1,10}))?$/.exec(text)
  if (match === null) return undefined
  return parseTarget(`0.${match[1]!.padStart(2, '0')}${match[2] ?? ''}`)
}

/** The share of events that may be bad, in (0, 1). */
export const budgetOf = ({ allowed, scale }: Target): number => allowed / scale

/** The burn rate while every event is bad: no window can burn faster. */
export const highestBurn = ({ allowed, scale }: Target): number => scale / allowed
