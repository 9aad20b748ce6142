/** How much alike two texts are written, to offer what somebody may have meant. */

/** Levenshtein distance, at most `most` + 1. */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before = Array.from({ length: b.length + 1 }, (_, k) => k)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let k = 1; k <= b.length; k++) {
      const replaced = before[k - 1]! + (a[i - 1] === b[k - 1] ? 0 : 1)
      row.push(Math.min(replaced, before[k]! + 1, row[k - 1]! + 1))
    }
    before = row
  }
  return Math.min(before[b.length]!, most + 1)
}

/** The candidate nearest to a text, if one differs in a third of it or less, or begins with it; case aside. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  const wanted = text.toLowerCase()
  const most = Math.max(1, Math.floor(wanted.length / 3))
  let best: string | undefined
  let least = most + 1
  for (const candidate of candidates) {
    const other = candidate.toLowerCase()
    const far = wanted.length > 1 && other.startsWith(wanted) ? 0.5 : distance(wanted, other, most)
    if (far < least) [best, least] = [candidate, far]
  }
  return best
}
