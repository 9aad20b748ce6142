/** The colours of the theme as a canvas takes them. */

export interface Ink {
  readonly bg: string
  readonly line: string
  readonly edge: string
  readonly muted: string
  readonly text: string
  readonly accent: string
  readonly volume: string
  readonly ok: string
  readonly warn: string
  readonly bad: string
  readonly axisFont: string
}

/** @param element any in the page: tokens are inherited */
export function readInk(element: Element): Ink {
  const style = getComputedStyle(element)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  return {
    bg: token('--bg'),
    line: token('--line'),
    edge: token('--edge'),
    muted: token('--muted'),
    text: token('--text'),
    accent: token('--accent'),
    volume: token('--volume'),
    ok: token('--ok'),
    warn: token('--warn'),
    bad: token('--bad'),
    axisFont: `11px ${token('--sans')}`,
  }
}
