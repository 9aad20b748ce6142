/** The tokens as colours that a canvas takes; read anew when the theme changes. */

export interface Palette {
  readonly services: readonly string[]
  readonly line: string
  readonly muted: string
  readonly text: string
  readonly bad: string
  readonly warn: string
  readonly bg: string
  /** Text on a service's colour. */
  readonly onService: string
}

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  return {
    services: Array.from({ length: 12 }, (_, i) => token(`--service-${i}`)),
    line: token('--line-soft'),
    muted: token('--muted'),
    text: token('--text'),
    bad: token('--bad'),
    warn: token('--warn'),
    bg: token('--bg'),
    onService: token('--on-service'),
  }
}
