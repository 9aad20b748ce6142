/** Matchers as people and Alertmanager write them: `slo="pay"`, one a line. */

/** Those that match an alert and its like: all labels, so that a silence hides no more than meant. */
export const matchersOf = (labels: Readonly<Record<string, string>>): string[] =>
  Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`)

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
