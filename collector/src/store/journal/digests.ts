/**
 * Which request bodies were stored lately, so that a request that is sent again after a lost answer
 * is stored once.
 *
 * A digest is the first half of a SHA-256: 16 bytes, of which no two bodies will ever agree. The
 * window is ten minutes or about the last four million requests, whichever is shorter. At that size
 * the table takes about 170 MB, and twice as much when it is looked through late.
 *
 *   slots   open addressing; four words of digest, one of age; at most half full
 */

export const DIGEST_BYTES = 16
export const WINDOW_MILLIS = 600_000
const MAX_ENTRIES = 4_000_000
const WORDS = 5

export class RecentDigests {
  #slots = new Int32Array(1024 * WORDS)
  #size = 0

  /** @param at seconds of any clock that does not run backwards; @returns false when it is known already */
  add(digest: Uint8Array, at: number): boolean {
    const words = wordsOf(digest)
    const slot = this.#find(this.#slots, words)
    if (this.#slots[slot + 4] !== 0) return false
    if (this.#size * 2 >= this.#slots.length / WORDS) {
      this.#grow()
      return this.add(digest, at)
    }
    this.#slots.set(words, slot)
    this.#slots[slot + 4] = at
    this.#size++
    return true
  }

  has(digest: Uint8Array): boolean {
    const words = wordsOf(digest)
    return this.#slots[this.#find(this.#slots, words) + 4] !== 0
  }

  get size(): number {
    return this.#size
  }

  /** Forgets what is older than `at`; where that is not enough, the older half. */
  forgetBefore(at: number): void {
    let keep = (age: number): boolean => age >= at
    if (this.#size > MAX_ENTRIES) {
      const ages = this.#ages().sort()
      const middle = ages[ages.length >> 1]!
      keep = age => age > middle && age >= at
    }
    this.#rebuild(this.#slots.length, keep)
  }

  #ages(): Int32Array {
    const ages = new Int32Array(this.#size)
    for (let slot = 0, i = 0; slot < this.#slots.length; slot += WORDS)
      if (this.#slots[slot + 4] !== 0) ages[i++] = this.#slots[slot + 4]!
    return ages
  }

  #grow(): void {
    this.#rebuild(this.#slots.length * 2, () => true)
  }

  #rebuild(length: number, keep: (age: number) => boolean): void {
    const slots = new Int32Array(length)
    let size = 0
    for (let slot = 0; slot < this.#slots.length; slot += WORDS) {
      const age = this.#slots[slot + 4]!
      if (age === 0 || !keep(age)) continue
      const words = this.#slots.subarray(slot, slot + 4)
      const target = this.#find(slots, words)
      slots.set(words, target)
      slots[target + 4] = age
      size++
    }
    this.#slots = slots
    this.#size = size
  }

  /** The slot of a digest, or the free one where it would stand. */
  #find(slots: Int32Array, words: Int32Array): number {
    const count = slots.length / WORDS
    let index = (words[0]! >>> 0) % count
    for (;;) {
      const slot = index * WORDS
      if (slots[slot + 4] === 0) return slot
      if (
        slots[slot] === words[0] &&
        slots[slot + 1] === words[1] &&
        slots[slot + 2] === words[2] &&
        slots[slot + 3] === words[3]
      )
        return slot
      index = index + 1 === count ? 0 : index + 1
    }
  }
}

function wordsOf(digest: Uint8Array): Int32Array {
  const words = new Int32Array(DIGEST_BYTES / 4)
  new Uint8Array(words.buffer).set(digest.subarray(0, DIGEST_BYTES))
  return words
}
