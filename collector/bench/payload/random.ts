/**
 * Seeded random numbers: the same seed gives the same sequence on every machine.
 *
 * Only 32-bit integer arithmetic and exact multiplications are used, no `Math.log` or `Math.cos`,
 * whose last digit an engine may choose.
 *
 * Source: sfc32, the small fast counting generator of PractRand (Chris Doty-Humphrey).
 */
export class Random {
  #a: number
  #b: number
  #c = 0x9e3779b9
  #counter = 1

  /** @param stream tells apart independent sequences of one seed */
  constructor(seed: number, stream = 0) {
    this.#a = seed | 0
    this.#b = Math.imul(stream + 1, 0x85ebca6b)
    for (let i = 0; i < 16; i++) this.uint32()
  }

  /** @returns a whole number in [0, 2^32) */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    return sum >>> 0
  }

  /** @returns a number in [0, 1) */
  unit(): number {
    return this.uint32() / 0x1_0000_0000
  }

  /** @returns a whole number in [0, bound), bound ≤ 2^32 */
  below(bound: number): number {
    return Math.floor(this.unit() * bound)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!
  }

  /** @returns `bytes` random bytes as lower-case hex; at most 4 */
  hex(bytes: number): string {
    return (this.uint32() >>> (32 - 8 * bytes)).toString(16).padStart(2 * bytes, '0')
  }

  fillWords(words: Uint32Array): void {
    for (let i = 0; i < words.length; i++) words[i] = this.uint32()
  }
}
