/**
 * Byte strings, each kept once and known by a small number in order of first appearance.
 *
 * An open-addressing table over one pool of bytes: adding a string that is known allocates
 * nothing, and no string is ever made into a JavaScript one.
 *
 *   pool     |service.name|http.route|GET|…
 *   ends      12           22         25
 *   table    hash → index + 1, 0 = free; at most half full
 */

export class InternTable {
  size = 0
  pool: Uint8Array = new Uint8Array(1024)
  #ends = new Uint32Array(32)
  #hashes = new Int32Array(32)
  #table = new Int32Array(64)

  clear(): void {
    if (this.size === 0) return
    this.size = 0
    this.#table.fill(0)
  }

  /** Bytes in the pool. */
  get poolLength(): number {
    return this.size === 0 ? 0 : this.#ends[this.size - 1]!
  }

  start(index: number): number {
    return index === 0 ? 0 : this.#ends[index - 1]!
  }

  end(index: number): number {
    return this.#ends[index]!
  }

  /** A view that is valid until the next `add`. */
  get(index: number): Uint8Array {
    return this.pool.subarray(this.start(index), this.end(index))
  }

  add(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end)
    const mask = this.#table.length - 1
    let slot = hash & mask
    for (;;) {
      const entry = this.#table[slot]!
      if (entry === 0) return this.#insert(bytes, start, end, hash, slot)
      if (this.#hashes[entry - 1] === hash && this.#equals(entry - 1, bytes, start, end)) return entry - 1
      slot = (slot + 1) & mask
    }
  }

  /** @returns the index of a string that is known, else -1 */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = hashOf(bytes, start, end)
    const mask = this.#table.length - 1
    for (let slot = hash & mask; this.#table[slot] !== 0; slot = (slot + 1) & mask) {
      const index = this.#table[slot]! - 1
      if (this.#hashes[index] === hash && this.#equals(index, bytes, start, end)) return index
    }
    return -1
  }

  #equals(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = index === 0 ? 0 : this.#ends[index - 1]!
    if (this.#ends[index]! - at !== end - start) return false
    const pool = this.pool
    for (let i = start; i < end; i++, at++) if (pool[at] !== bytes[i]) return false
    return true
  }

  #insert(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const index = this.size
    if (index === this.#ends.length) this.#growEntries()
    const from = index === 0 ? 0 : this.#ends[index - 1]!
    const to = from + (end - start)
    if (to > this.pool.length) this.#growPool(from, to)
    const pool = this.pool
    if (end - start > 48) pool.set(bytes.subarray(start, end), from)
    else for (let i = start, j = from; i < end; i++, j++) pool[j] = bytes[i]!
    this.#ends[index] = to
    this.#hashes[index] = hash
    this.#table[slot] = index + 1
    this.size = index + 1
    if (this.size * 2 > this.#table.length) this.#rehash()
    return index
  }

  #growEntries(): void {
    const ends = new Uint32Array(this.#ends.length * 2)
    ends.set(this.#ends)
    this.#ends = ends
    const hashes = new Int32Array(ends.length)
    hashes.set(this.#hashes)
    this.#hashes = hashes
  }

  #growPool(used: number, needed: number): void {
    const grown = new Uint8Array(Math.max(this.pool.length * 2, needed))
    grown.set(this.pool.subarray(0, used))
    this.pool = grown
  }

  #rehash(): void {
    const table = new Int32Array(this.#table.length * 2)
    const mask = table.length - 1
    for (let i = 0; i < this.size; i++) {
      let slot = this.#hashes[i]! & mask
      while (table[slot] !== 0) slot = (slot + 1) & mask
      table[slot] = i + 1
    }
    this.#table = table
  }
}

/** Four bytes a step: the multiply is the slow part of the chain. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let h = Math.imul(end - start, 0x9e3779b1)
  let i = start
  for (; i + 3 < end; i += 4)
    h =
      Math.imul(
        h ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24)),
        0x85ebca6b,
      ) ^
      (h >>> 13)
  for (; i < end; i++) h = Math.imul(h ^ bytes[i]!, 0x01000193)
  h ^= h >>> 15
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 13)
}
