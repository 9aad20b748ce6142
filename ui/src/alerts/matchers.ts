/** Matchers as people and Alertmanager write them: `slo="pay"`, one a line. */

/** Those that match an alert and its like: all labels, so that a silence hides no more than meant. */
export const matchersOf = (labels: Readonly<Record<string, string>>): string[] =>
  Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)

const MATCHER = /^([A-Za-z_]\w*)\s*(=~|!~|!=|=)\s*(".*")$/s

/** Whether a silence's matchers all match; one that cannot be read here matches nothing. */
export function areMatched(matchers: readonly string[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every(matcher => {
    const [, name = '', sign = '', quoted = '""'] = MATCHER.exec(matcher.trim()) ?? []
    const value = Object.hasOwn(labels, name) ? labels[name]! : ''
    try {
      const wanted = JSON.parse(quoted) as string
      if (sign === '=' || sign === '!=') return (value === wanted) === (sign === '=')
      return sign !== '' && new RegExp(`^(?:${wanted})$`, 's').test(value) === (sign === '=~')
    } catch {
      return false
    }
  })
}

export const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')

/** `90` → `90s`, `300` → `5m`, `14400` → `4h`: as the API reads lengths. */
export function secondsText(seconds: number): string {
  for (const [size, unit] of [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'm'],
  ] as const)
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`
  return `${seconds}s`
}
