/** Seeded randomness for generated telemetry: mulberry32, good enough and the same everywhere. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** In [low, high). */
  between(low: number, high: number): number
  pick<T>(of: readonly T[]): T
  /** `bytes` random bytes as lower-case hex. */
  hex(bytes: number): string
}

export function random(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    pick: of => of[Math.floor(next() * of.length)]!,
    hex: bytes => Array.from({ length: bytes * 2 }, () => Math.floor(next() * 16).toString(16)).join(''),
  }
}
