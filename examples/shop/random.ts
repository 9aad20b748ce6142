/**
 * Random numbers that a seed repeats.
 *
 * Source: mulberry32, Tommy Ettinger 2017, public domain.
 */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** An integer in [0, n). */
  below(n: number): number
  pick<T>(from: readonly T[]): T
  /** Lower-case hex digits. */
  hex(digits: number): string
}

export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
  const below = (n: number): number => Math.floor(next() * n)
  return {
    next,
    below,
    pick: from => from[below(from.length)]!,
    hex: digits => Array.from({ length: digits }, () => below(16).toString(16)).join(''),
  }
}
