/** Finds what somebody meant who typed a name that does not exist. */

/** Letters to insert, delete, replace or swap with their neighbour to get from one text to the other. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced, swapped))
    }
    ;[before, row] = [row, next]
  }
  return row[b.length]!
}

/** @returns the nearest candidate within a third of the name's letters; undefined when none is that near */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const asked = name.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.floor(name.length / 3) + 1
  for (const candidate of candidates) {
    const distance = editDistance(asked, candidate.toLowerCase())
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance]
  }
  return best
}

/** @returns `; did you mean "receive"?`, or nothing */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const found = nearest(name.slice(0, 100), candidates)
  return found === undefined ? '' : `; did you mean "${found}"?`
}
